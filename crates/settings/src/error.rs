use std::{fmt, io, path::PathBuf};

use crate::Misfit;

/// Why a setting was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// IT decides about it.
    #[error("this setting is decided by IT")]
    Locked,
    /// Not a value it can have.
    #[error("the value {0}")]
    Invalid(Misfit),
    /// The user's file could not be written.
    #[error("cannot write {path}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What is wrong with a file, or with a part of it that belongs to no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceProblem {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub advice: String,
}

impl SourceProblem {
    pub(crate) fn of_file(
        file: impl Into<PathBuf>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let (message, advice) = (message.into(), advice.into());
        Self { file: file.into(), line: None, column: None, message, advice }
    }
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}. {}", self.message, self.advice)
    }
}
