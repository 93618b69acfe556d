use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file that the configuration names cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It holds a secret, and everybody on this machine can read or change it.
    #[error("{path} holds a secret and is open to everybody (mode {mode:o}): chmod o-rwx {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
}

/// What is in it.
pub(crate) fn text(path: &Path) -> Result<String, FileError> {
    let text = std::fs::read_to_string(path);
    text.map_err(|source| FileError::Read { path: path.to_owned(), source })
}

/// What is in a file that holds a secret, without the line break at its end.
///
/// # Errors
/// It cannot be read, or everybody on this machine can read or change it.
pub fn secret(path: &Path) -> Result<String, FileError> {
    let read = |source| FileError::Read { path: path.to_owned(), source };
    let mode = path.metadata().map_err(read)?.mode() & 0o777;
    if mode & 0o007 != 0 {
        return Err(FileError::Open { path: path.to_owned(), mode });
    }
    Ok(text(path)?.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_that_everybody_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "pass word \r\n").unwrap();
        let with = |mode: u32| {
            std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            secret(&file).map_err(|error| error.to_string())
        };
        assert_eq!(with(0o600), Ok("pass word ".to_owned()));
        assert_eq!(with(0o640), Ok("pass word ".to_owned()));
        for open in [0o644, 0o602, 0o601] {
            let refused = with(open).unwrap_err();
            assert!(
                refused.contains("open to everybody") && refused.contains("chmod"),
                "{refused}"
            );
        }
        assert!(secret(&folder.path().join("none")).is_err());
    }
}
