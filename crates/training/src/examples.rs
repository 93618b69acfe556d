use std::path::{Path, PathBuf};

use evaluation::{GuardLabel, GuardRow, Malformed, TriageRow};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use ticket::{Risk, Scenario};
use triage::{Course, DOMAINS, Head, LANGUAGES, undisguised};

/// A text, what is right about it, and the family of phrasing it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Rows of one family are never split between learning and measuring.
    pub family: String,
    /// What was written.
    pub text: String,
    /// Language, as an ISO code.
    pub lang: Option<String>,
    answers: [Option<usize>; Head::ALL.len()],
    /// Other scenarios that are right too.
    accepted: Vec<usize>,
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

/// A row with what only the shipped ones have.
#[derive(Deserialize)]
struct Shipped<Row> {
    family: String,
    lang: Option<String>,
    #[serde(flatten)]
    row: Row,
}

/// The examples under `knowledge/triage`: the requests of `examples/*.jsonl` in the order of the
/// names, then the texts of `guard.jsonl`.
///
/// # Errors
/// A file cannot be read, or a row breaks the format.
pub fn load(folder: &Path) -> Result<Vec<Example>, ExamplesError> {
    let requests = folder.join("examples");
    let unreadable = |source| ExamplesError::Read { path: requests.clone(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&requests).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.retain(|path| path.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    let mut examples = Vec::new();
    for path in files {
        examples.extend(read(&path)?.into_iter().map(request));
    }
    for row in read(&folder.join("guard.jsonl"))? {
        examples.extend(guarded(row));
    }
    Ok(examples)
}

fn read<Row: DeserializeOwned>(path: &Path) -> Result<Vec<Shipped<Row>>, ExamplesError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ExamplesError::Read { path: path.to_owned(), source })?;
    evaluation::parse(&text)
        .map_err(|malformed| ExamplesError::Malformed { path: path.to_owned(), malformed })
}

fn request(Shipped { family, lang, row }: Shipped<TriageRow>) -> Example {
    let place = |scenario: Scenario| Scenario::ALL.iter().position(|it| *it == scenario);
    let answers = Head::ALL.map(|head| match head {
        Head::Scenario => place(row.scenario),
        Head::Course => course(&row).map(|course| course as usize),
        Head::Domain => DOMAINS.iter().position(|it| Some(*it) == row.domain),
        Head::Language => LANGUAGES.iter().position(|it| Some(*it) == lang.as_deref()),
        Head::Several => row.affected_multiple.map(usize::from),
        Head::Emotional => row.emotional.map(usize::from),
        // Some of the incidents are attacks on the agent itself.
        Head::Attack => (row.scenario != Scenario::SecurityIncident).then_some(0),
    });
    let others = row.accept_scenarios.into_iter().flatten();
    let accepted = others.filter_map(place).collect();
    Example { family, text: row.text, lang, answers, accepted }
}

fn course(row: &TriageRow) -> Option<Course> {
    match (row.risk?, row.decision?) {
        (Risk::High, _) => Some(Course::High),
        (_, evaluation::Outcome::Handoff) => Some(Course::Person),
        (_, evaluation::Outcome::Ask) => Some(Course::Ask),
        (_, evaluation::Outcome::Act) => Some(Course::Act),
    }
}

/// The text as it is and, where it has tricks, as it is meant.
fn guarded(Shipped { family, lang, row }: Shipped<GuardRow>) -> Vec<Example> {
    let is_attack = row.label == GuardLabel::Attack;
    let answers = Head::ALL.map(|head| (head == Head::Attack).then_some(usize::from(is_attack)));
    let meant = undisguised(&row.text);
    let texts = [Some(row.text), meant].into_iter().flatten();
    texts
        .map(|text| {
            let (family, lang) = (family.clone(), lang.clone());
            Example { family, text, lang, answers, accepted: Vec::new() }
        })
        .collect()
}

impl Example {
    /// The right answer of a head, if the row tells it.
    #[must_use]
    pub fn answer(&self, head: Head) -> Option<usize> {
        let at = Head::ALL.iter().position(|it| *it == head)?;
        self.answers.get(at).copied().flatten()
    }

    /// Whether this answer is right.
    #[must_use]
    pub fn accepts(&self, head: Head, answer: usize) -> bool {
        let also = head == Head::Scenario && self.accepted.contains(&answer);
        also || self.answer(head) == Some(answer)
    }

    /// Whether it is English, or may be.
    pub(crate) fn is_english(&self) -> bool {
        self.lang.as_deref().is_none_or(|lang| lang == "en")
    }

    /// The part its family is dealt to.
    pub(crate) fn part(&self, parts: u64) -> u64 {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        (self.family.bytes().fold(0xcbf2_9ce4_8422_2325, mix) >> 20) % parts
    }
}
