use std::path::{Path, PathBuf};

use evaluation::{Malformed, Outcome, TriageRow};
use serde::Deserialize;
use ticket::Risk;
use triage::{Course, DOMAINS, Head, LANGUAGES};

/// A labelled request and the family of phrasing it belongs to.
#[derive(Debug, Clone, Deserialize)]
pub struct Example {
    /// Rows of one family are never split between learning and measuring.
    pub family: String,
    /// The request and its labels.
    #[serde(flatten)]
    pub row: TriageRow,
}

/// Why there is nothing to learn from.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row breaks the format.
    #[error("{path}, {malformed}")]
    Malformed {
        /// In which file.
        path: PathBuf,
        /// Where and why.
        malformed: Malformed,
    },
}

/// The examples of all `.jsonl` files of a folder, in the order of their names.
///
/// # Errors
/// A file cannot be read, or a row breaks the format.
pub fn load(folder: &Path) -> Result<Vec<Example>, ExamplesError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ExamplesError::Read { path, source }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        files.push(entry.map_err(unreadable(folder))?.path());
    }
    files.retain(|path| path.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    let mut examples = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        match evaluation::parse::<Example>(&text) {
            Ok(rows) => examples.extend(rows),
            Err(malformed) => return Err(ExamplesError::Malformed { path, malformed }),
        }
    }
    Ok(examples)
}

impl Example {
    /// The right answer of a head, if the row tells it.
    #[must_use]
    pub fn answer(&self, head: Head) -> Option<usize> {
        let row = &self.row;
        match head {
            Head::Scenario => ticket::Scenario::ALL.iter().position(|it| *it == row.scenario),
            Head::Course => self.course().map(|course| course as usize),
            Head::Domain => DOMAINS.iter().position(|it| Some(*it) == row.domain),
            Head::Language => LANGUAGES.iter().position(|it| Some(*it) == row.lang.as_deref()),
            Head::Several => row.affected_multiple.map(usize::from),
            Head::Emotional => row.emotional.map(usize::from),
        }
    }

    fn course(&self) -> Option<Course> {
        match (self.row.risk?, self.row.decision?) {
            (Risk::High, _) => Some(Course::High),
            (_, Outcome::Handoff) => Some(Course::Person),
            (_, Outcome::Ask) => Some(Course::Ask),
            (_, Outcome::Act) => Some(Course::Act),
        }
    }

    /// The part its family is dealt to.
    pub(crate) fn part(&self, parts: u64) -> u64 {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        (self.family.bytes().fold(0xcbf2_9ce4_8422_2325, mix) >> 20) % parts
    }
}
