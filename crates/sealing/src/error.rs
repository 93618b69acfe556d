use std::{io, path::PathBuf};

/// Why something could not be sealed, opened or written.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The disk refused. Nothing was written.
    #[error("cannot {doing} {path}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file that holds the key may not be used.
    #[error("the key file {path} is refused: {problem}")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: KeyFileProblem,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
    /// The cipher refused the key or the length.
    #[error("the text cannot be encrypted")]
    Seal,
    /// Sealed with another key or for another purpose, or changed since.
    #[error("the text was sealed with another key or changed since")]
    Unseal,
}

impl SealingError {
    /// A failure of the disk.
    #[must_use]
    pub fn disk(doing: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Disk { doing, path: path.into(), source }
    }

    /// Whether freeing space on the disk would help.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        let Self::Disk { source, .. } = self else { return false };
        matches!(
            source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }
}

/// Why a key file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileProblem {
    /// It is a link, a folder or a device.
    #[error("it is not a regular file")]
    NotAFile,
    /// It belongs to another user.
    #[error("it belongs to another user")]
    OtherOwner,
    /// Its group or everybody has rights on it.
    #[error("others have rights on it")]
    OpenToOthers,
    /// It does not hold a key.
    #[error("it does not hold 32 bytes")]
    Length,
}
