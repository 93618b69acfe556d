use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::WIRE_VERSION;
use crate::submission::{SubmissionError, check_text};

/// Longest shared question, in characters.
pub const MAX_QUESTION_CHARS: usize = 300;
/// Most shared questions of a report.
pub const MAX_QUESTIONS: usize = 50;
/// Most counts of a report.
const MAX_COUNTS: usize = 500;
/// Most of one thing in a report: more is no person's use.
const MAX_COUNT: u32 = 1_000;
/// Longest id of an article, in bytes.
const MAX_ID_BYTES: usize = 100;

/// How articles were used on a device since the last report: counts without a word of anybody, and questions
/// only of somebody who agreed to share them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageReport {
    /// Version of the wire.
    pub version: u16,
    /// UUIDv7; the same report again counts once.
    pub id: Uuid,
    /// How often what was done.
    pub counts: Vec<UsageCount>,
    /// Questions that nothing answered.
    pub questions: Vec<SharedQuestion>,
}

/// How often one thing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageCount {
    /// What.
    pub what: Used,
    /// With which article; absent where it is about none in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// How often.
    pub count: u32,
}

/// What people do with articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Used {
    /// A question was asked.
    Asked,
    /// A question was asked and nothing that was found was opened.
    NothingOpened,
    /// A question was asked and a request was sent.
    RequestSent,
    /// Somebody said that an article helped.
    Helped,
    /// Somebody said that it did not.
    DidNotHelp,
}

/// A question that nothing answered, with secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedQuestion {
    /// As it was asked.
    pub text: String,
    /// The article that did not help; absent where none seemed to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

impl UsageReport {
    /// Checks what types cannot: version, id, lengths, counts.
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
        let is_too_much = self.counts.len() > MAX_COUNTS
            || self.questions.len() > MAX_QUESTIONS
            || self.counts.iter().any(|count| count.count > MAX_COUNT);
        if is_too_much {
            return Err(SubmissionError::TooLong);
        }
        let of_counts = self.counts.iter().filter_map(|count| count.article.as_deref());
        let of_questions = self.questions.iter().filter_map(|asked| asked.article.as_deref());
        of_counts.chain(of_questions).try_for_each(check_id)?;
        self.questions.iter().try_for_each(|asked| {
            if asked.text.trim().is_empty() {
                return Err(SubmissionError::Empty);
            }
            if asked.text.chars().count() > MAX_QUESTION_CHARS {
                return Err(SubmissionError::TooLong);
            }
            check_text(&asked.text)
        })
    }
}

fn check_id(article: &str) -> Result<(), SubmissionError> {
    if article.is_empty() {
        return Err(SubmissionError::Empty);
    }
    if article.len() > MAX_ID_BYTES {
        return Err(SubmissionError::TooLong);
    }
    check_text(article)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> UsageReport {
        let count = UsageCount { what: Used::Helped, article: Some("vpn".to_owned()), count: 2 };
        let question = SharedQuestion { text: "where do I park".to_owned(), article: None };
        let (counts, questions) = (vec![count], vec![question]);
        UsageReport { version: WIRE_VERSION, id: Uuid::now_v7(), counts, questions }
    }

    #[test]
    fn a_report_in_its_limits_is_taken_and_nothing_else() {
        let check = |change: fn(&mut UsageReport), expect: Result<(), SubmissionError>| {
            let mut report = report();
            change(&mut report);
            assert_eq!(report.validate(), expect, "{report:?}");
        };
        check(|_| {}, Ok(()));
        check(|it| it.version += 1, Err(SubmissionError::Version));
        check(|it| it.id = Uuid::nil(), Err(SubmissionError::Id));
        check(|it| it.counts = vec![it.counts[0].clone(); 501], Err(SubmissionError::TooLong));
        check(|it| it.counts[0].count = 1_001, Err(SubmissionError::TooLong));
        check(|it| it.counts[0].article = Some(String::new()), Err(SubmissionError::Empty));
        check(|it| it.counts[0].article = Some("x".repeat(101)), Err(SubmissionError::TooLong));
        check(|it| it.questions[0].text = " ".to_owned(), Err(SubmissionError::Empty));
        check(|it| it.questions[0].text = "ä".repeat(301), Err(SubmissionError::TooLong));
        let control = Err(SubmissionError::ControlCharacter);
        check(|it| it.questions[0].text = "a\u{7}".to_owned(), control);
        check(|it| it.questions[0].article = Some("a\u{7}".to_owned()), control);
    }
}
