use std::path::{Path, PathBuf};

/// A file that the configuration names cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be read")]
pub struct FileError {
    path: PathBuf,
    source: std::io::Error,
}

/// What is in it.
pub(crate) fn text(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(|source| FileError { path: path.to_owned(), source })
}

/// What is in it, without the line break at its end.
pub(crate) fn secret(path: &Path) -> Result<String, FileError> {
    Ok(text(path)?.trim_end_matches(['\r', '\n']).to_owned())
}
