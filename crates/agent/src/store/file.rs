//! The database file is for the agent's own user alone: it holds what people wrote.

use std::ffi::OsString;
use std::fs::{Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

/// Read and written by its owner alone.
const PRIVATE: u32 = 0o600;
/// What SQLite puts beside the file while it is open, and leaves there after a kill. It makes them
/// with the mode of the file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be made, opened or made private.
    #[error("cannot make {} readable for this user alone", .0.display())]
    Private(PathBuf, #[source] io::Error),
    /// Another user could read and change it.
    #[error("{} belongs to another user (id {owner}): give it to the agent's user, or run the agent as that one", .file.display())]
    Owner {
        /// The file.
        file: PathBuf,
        /// Whose it is.
        owner: u32,
    },
}

/// Makes the file if it is missing, and takes the rights of everybody else from it and from what
/// is beside it. What is there is not opened: closing it would give up the locks that SQLite holds on it in this
/// process (POSIX, `fcntl`).
pub(super) fn make_private(file: &Path) -> Result<(), FileError> {
    let made = OpenOptions::new().append(true).create_new(true).mode(PRIVATE).open(file);
    match made {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            close_to_others(file, file.metadata(), geteuid().as_raw())?;
        }
        Err(error) => return Err(FileError::Private(file.to_owned(), error)),
    }
    for suffix in BESIDE {
        let mut name = OsString::from(file);
        name.push(suffix);
        let beside = PathBuf::from(name);
        match beside.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => close_to_others(&beside, found, geteuid().as_raw())?,
        }
    }
    Ok(())
}

/// Takes the rights of everybody but its owner, who must be this user.
fn close_to_others(path: &Path, found: io::Result<Metadata>, user: u32) -> Result<(), FileError> {
    let failed = |error| FileError::Private(path.to_owned(), error);
    let metadata = found.map_err(failed)?;
    if metadata.uid() != user {
        return Err(FileError::Owner { file: path.to_owned(), owner: metadata.uid() });
    }
    if metadata.mode() & 0o077 == 0 {
        return Ok(());
    }
    tracing::warn!(file = %path.display(), "others could read the database: not any more");
    std::fs::set_permissions(path, Permissions::from_mode(PRIVATE)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_private_from_the_start_and_an_open_one_becomes_so() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["agent.db", "agent.db-wal", "agent.db-shm"].map(|it| folder.path().join(it));
        let [file, beside @ ..] = &paths;
        make_private(file).unwrap();
        assert_eq!(mode(file), PRIVATE);
        assert!(beside.iter().all(|path| !path.exists()));
        for path in &paths {
            std::fs::write(path, "kept").unwrap();
            std::fs::set_permissions(path, Permissions::from_mode(0o664)).unwrap();
        }
        make_private(file).unwrap();
        for path in &paths {
            assert_eq!(mode(path), PRIVATE, "{}", path.display());
            assert_eq!(std::fs::read_to_string(path).unwrap(), "kept");
        }
    }

    #[test]
    fn a_file_of_another_user_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("agent.db");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let owner = geteuid().as_raw();
        let refused = close_to_others(&file, file.metadata(), owner + 1).unwrap_err();
        assert!(matches!(refused, FileError::Owner { owner: found, .. } if found == owner));
        assert!(refused.to_string().contains("agent.db belongs to another user"), "{refused}");
        assert_eq!(mode(&file), 0o644);
    }
}
