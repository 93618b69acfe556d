use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Access, Finding, ReportedDiagnosis, Scenario, is_entry_id};

/// Version of the wire format.
pub const WIRE_VERSION: u16 = 1;
/// Largest body the agent accepts, in bytes.
pub const MAX_SUBMISSION_BYTES: usize = 256 * 1024;
/// Longest request text, in characters.
pub const MAX_TEXT_CHARS: usize = 8_000;

/// What kind of message this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum SubmissionKind {
    /// A request for help.
    Request,
    /// A security report; also accepted from nobody in particular.
    SecurityReport,
}

/// A group of details the employee can keep out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum DetailGroup {
    /// This device: name, model, system.
    Device,
    /// What the network checks found.
    Network,
    /// What was tried and how it went.
    Tried,
}

/// The device as the app sees it. Reported, not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct DeviceReport {
    /// Asset name from managed configuration, or the host name.
    pub name: String,
    /// Maker and model.
    pub model: Option<String>,
    /// Serial number, if it can be read without elevation or is managed.
    pub serial: Option<String>,
    /// Operating system and version.
    pub system: String,
    /// Version of Deskside.
    pub app_version: String,
    /// Seconds since the last start.
    pub uptime_seconds: Option<u32>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum TriedOutcome {
    /// The employee did it.
    Done,
    /// The employee did it and it did not help.
    DidNotHelp,
    /// The employee skipped it.
    Skipped,
    /// A question was answered; the answer is in `detail`.
    Answered,
}

/// One thing that was tried before asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct TriedStep {
    /// Id of the playbook.
    pub playbook: String,
    /// Id of the step in it.
    pub step: String,
    /// Its title in the language of the ticket.
    pub title: String,
    /// How it ended.
    pub outcome: TriedOutcome,
    /// The answer chosen, in the language of the ticket.
    pub detail: Option<String>,
}

/// What the app sends: one request or report, complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// [`WIRE_VERSION`].
    pub version: u16,
    /// UUIDv7 made on the device; sending it again is the same submission.
    pub id: Uuid,
    /// Request or security report.
    pub kind: SubmissionKind,
    /// The device's clock when it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// What the employee wrote, secrets already masked.
    pub text: String,
    /// Language of the app, BCP 47.
    pub locale: String,
    /// The guided help the employee followed. A suggestion to the agent.
    pub scenario: Option<Scenario>,
    /// The device, unless removed.
    pub device: Option<DeviceReport>,
    /// What the checks found, unless removed.
    pub findings: Vec<Finding>,
    /// What the diagnosis named, unless removed.
    pub diagnosis: Option<ReportedDiagnosis>,
    /// What was tried, unless removed.
    pub tried: Vec<TriedStep>,
    /// What the employee took out.
    pub removed: Vec<DetailGroup>,
    /// How to call back somebody who is not signed in, as written by them.
    pub contact: Option<String>,
    /// The known incident that its writer says they have too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u32>,
    /// Whether the app had no article that seemed to answer the text: something to write for IT.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_answer: bool,
    /// What they chose from the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
}

/// Why a submission cannot be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// Another wire version.
    #[error("this wire version is not supported")]
    Version,
    /// Nothing was written.
    #[error("the text is empty")]
    Empty,
    /// A text is longer than allowed.
    #[error("a text is longer than allowed")]
    TooLong,
    /// A text holds control characters.
    #[error("a text holds control characters")]
    ControlCharacter,
    /// The id is not a UUIDv7.
    #[error("the id is not a version 7 UUID")]
    Id,
    /// What was chosen can be no entry of a catalogue.
    #[error("what was chosen is no entry of the catalogue")]
    Entry,
}

impl Submission {
    /// A request of words and nothing else.
    #[must_use]
    pub fn of_words(id: Uuid, created_at: Timestamp, text: String, locale: String) -> Self {
        Self {
            version: WIRE_VERSION,
            id,
            kind: SubmissionKind::Request,
            created_at,
            text,
            locale,
            scenario: None,
            device: None,
            findings: Vec::new(),
            diagnosis: None,
            tried: Vec::new(),
            removed: Vec::new(),
            contact: None,
            incident: None,
            no_answer: false,
            access: None,
        }
    }

    /// Checks what types cannot: version, id, lengths, control characters (line breaks and tabs
    /// in the text are fine).
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn validate(&self) -> Result<(), SubmissionError> {
        if self.version != WIRE_VERSION {
            return Err(SubmissionError::Version);
        }
        if self.id.get_version() != Some(uuid::Version::SortRand) {
            return Err(SubmissionError::Id);
        }
        if self.text.trim().is_empty() {
            return Err(SubmissionError::Empty);
        }
        if self.text.chars().count() > MAX_TEXT_CHARS {
            return Err(SubmissionError::TooLong);
        }
        check_text(&self.text)?;
        if self.access.as_ref().is_some_and(|it| !is_entry_id(&it.entry)) {
            return Err(SubmissionError::Entry);
        }
        self.short_texts().try_for_each(|text| {
            if text.len() > MAX_SHORT_BYTES {
                return Err(SubmissionError::TooLong);
            }
            check_text(text)
        })
    }

    /// The same without what a person wrote or what tells them from others: closed words and ids.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let finding = |it: &Finding| Finding { evidence: Vec::new(), ..it.clone() };
        let tried = |it: &TriedStep| TriedStep {
            playbook: String::new(),
            step: String::new(),
            title: String::new(),
            outcome: it.outcome,
            detail: None,
        };
        let locale =
            if is_language_tag(&self.locale) { self.locale.clone() } else { String::new() };
        Self {
            version: self.version,
            id: self.id,
            kind: self.kind,
            created_at: self.created_at,
            text: String::new(),
            locale,
            scenario: self.scenario,
            device: None,
            findings: self.findings.iter().map(finding).collect(),
            diagnosis: self.diagnosis.clone(),
            tried: self.tried.iter().map(tried).collect(),
            removed: self.removed.clone(),
            contact: None,
            incident: self.incident,
            no_answer: self.no_answer,
            access: self.access.clone(),
        }
    }

    /// Every other text a sender can choose.
    fn short_texts(&self) -> impl Iterator<Item = &str> {
        let device = self.device.iter().flat_map(|device| {
            [device.name.as_str(), device.system.as_str(), device.app_version.as_str()]
                .into_iter()
                .chain(device.model.as_deref())
                .chain(device.serial.as_deref())
        });
        let evidence = self
            .findings
            .iter()
            .flat_map(|finding| finding.evidence.iter().map(|evidence| evidence.value.as_str()));
        let tried = self.tried.iter().flat_map(|step| {
            [step.playbook.as_str(), step.step.as_str(), step.title.as_str()]
                .into_iter()
                .chain(step.detail.as_deref())
        });
        [self.locale.as_str()]
            .into_iter()
            .chain(self.contact.as_deref())
            .chain(device)
            .chain(evidence)
            .chain(tried)
    }
}

const MAX_SHORT_BYTES: usize = 1_000;
/// The longest language tag that programs must take (RFC 5646, section 4.4.1).
const MAX_TAG_BYTES: usize = 35;

fn is_language_tag(locale: &str) -> bool {
    locale.len() <= MAX_TAG_BYTES && locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

pub(crate) fn check_text(text: &str) -> Result<(), SubmissionError> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    if text.contains(bad) { Err(SubmissionError::ControlCharacter) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CheckId, Evidence, EvidenceKey, FindingStatus, Right};

    fn request(text: &str) -> Submission {
        let (text, locale) = (text.to_owned(), "en".to_owned());
        Submission::of_words(Uuid::now_v7(), Timestamp::UNIX_EPOCH, text, locale)
    }

    #[test]
    fn takes_an_ordinary_text_with_line_breaks() {
        assert_eq!(request("The VPN stops.\nSince today.").validate(), Ok(()));
    }

    #[test]
    fn without_words_nothing_is_left_that_somebody_chose() {
        let text = "SECRET";
        let mut full = request(text);
        let word = || text.to_owned();
        full.device = Some(DeviceReport { name: word(), ..DeviceReport::default() });
        full.contact = Some(word());
        full.locale = format!("{text} <b>");
        full.findings = vec![Finding {
            check: CheckId::Clock,
            status: FindingStatus::Failed,
            evidence: vec![Evidence { key: EvidenceKey::Serial, value: word() }],
            took_ms: 1,
        }];
        full.tried = vec![TriedStep {
            playbook: word(),
            step: word(),
            title: word(),
            outcome: TriedOutcome::DidNotHelp,
            detail: Some(word()),
        }];
        let bare = full.without_words();
        assert!(!format!("{bare:?}").contains(text), "{bare:?}");
        assert_eq!(bare.findings[0].status, FindingStatus::Failed);
        assert_eq!(bare.tried[0].outcome, TriedOutcome::DidNotHelp);
        assert_eq!(request("x").without_words().locale, "en");
    }

    #[test]
    fn refuses_what_types_cannot_exclude() {
        let empty = request(" \n ");
        let long = request(&"ä".repeat(MAX_TEXT_CHARS + 1));
        let control = request("hello\u{1b}[2J");
        let mut version = request("x");
        version.version = 2;
        let mut random_id = request("x");
        random_id.id = Uuid::new_v4();
        let mut host = request("x");
        host.device = Some(DeviceReport { name: "a\u{0}b".to_owned(), ..DeviceReport::default() });
        let mut words = request("x");
        let entry = "everything, please".to_owned();
        words.access = Some(Access { entry, right: Right::Read });
        for (submission, expect) in [
            (empty, SubmissionError::Empty),
            (long, SubmissionError::TooLong),
            (control, SubmissionError::ControlCharacter),
            (version, SubmissionError::Version),
            (random_id, SubmissionError::Id),
            (host, SubmissionError::ControlCharacter),
            (words, SubmissionError::Entry),
        ] {
            assert_eq!(submission.validate(), Err(expect));
        }
    }
}
