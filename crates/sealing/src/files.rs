//! Files as they have to be written to survive a power cut: private, synced, renamed.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::SealingError;

/// What the name of a file ends with that is not complete yet.
pub const TEMPORARY: &str = "tmp";

/// Puts `bytes` in the place of the file at `path`, readable by this user alone. When it returns
/// `Ok`, a power cut cannot take it back; otherwise the file is as it was before.
///
/// # Errors
/// [`SealingError::Disk`].
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), SealingError> {
    let temporary = temporary_name(path);
    write_synced(&temporary, bytes)?;
    if let Err(error) = fs::rename(&temporary, path) {
        discard(&temporary);
        return Err(SealingError::disk("rename", path, error));
    }
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

pub(crate) fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.{TEMPORARY}", Uuid::new_v4().simple()));
    name.into()
}

/// A new private file with these bytes, on the disk; or none at all.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), SealingError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| SealingError::disk("create", path, error))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        discard(path);
        SealingError::disk("write", path, error)
    })
}

/// Removes what was never acknowledged; if that fails, the next start tries again.
pub fn discard(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a file; it is fine if there is none.
///
/// # Errors
/// [`SealingError::Disk`].
pub fn remove(path: &Path) -> Result<(), SealingError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(SealingError::disk("remove", path, error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes new names and removed names of a folder last.
///
/// # Errors
/// [`SealingError::Disk`].
pub fn sync_folder(folder: &Path) -> Result<(), SealingError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| SealingError::disk("sync", folder, error))
}

/// Makes a private folder that lasts, with its parents.
///
/// # Errors
/// [`SealingError::Disk`].
pub fn create_folder(folder: &Path) -> Result<(), SealingError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new("/"));
    create_folder(parent)?;
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(SealingError::disk("create", folder, error))
        }
        Ok(()) | Err(_) if parent.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Ok(()) | Err(_) => sync_folder(parent),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("requests");
        write_durably(&path, b"one").unwrap();
        write_durably(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn leaves_no_temporary_file_when_it_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("requests");
        fs::create_dir_all(path.join("in the way")).unwrap();
        assert!(matches!(write_durably(&path, b"one"), Err(SealingError::Disk { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
