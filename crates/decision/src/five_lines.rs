use std::fmt;

use policy::TierRule;
use serde::{Deserialize, Serialize};
use ticket::{
    Access, FindingStatus, ReplyAction, Scenario, Submission, TriedOutcome, Verification,
};
use unicode_width::UnicodeWidthStr;

use crate::question::Topic;
use crate::words::{advice, cause_words, check_words, rule_words, scenario_words};
use crate::{Case, RunEnd, Step};

/// Widest line, in columns of a terminal.
pub const COLUMNS: usize = 80;
/// Most lines.
const LINES: usize = 5;
/// Widest name, so that a long one cannot push the verification out of its line.
const NAME_COLUMNS: usize = 32;

/// What a team reads first: at most five lines of [`COLUMNS`] columns, without line breaks,
/// control characters or invisible characters inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct FiveLines(Vec<String>);

impl FiveLines {
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// Adds the last line, for the number of the ticket and where to find it.
    #[must_use]
    pub fn with_reference(mut self, reference: &str) -> Self {
        self.0.truncate(LINES - 1);
        self.0.push(fit(&clean(reference), COLUMNS));
        self
    }
}

impl From<Vec<String>> for FiveLines {
    fn from(lines: Vec<String>) -> Self {
        Self(lines.iter().take(LINES).map(|line| fit(&clean(line), COLUMNS)).collect())
    }
}

impl From<FiveLines> for Vec<String> {
    fn from(lines: FiveLines) -> Self {
        lines.0
    }
}

impl fmt::Display for FiveLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// Four lines, each from the record: who and how verified; what; tried or confirmed; why it stops
/// and the recommended next step. The fifth is [`FiveLines::with_reference`].
#[must_use]
pub fn five_lines(case: &Case, scenario: Scenario, rule: TierRule) -> FiveLines {
    let (why, next) = match case.history.last() {
        Some(Step::Ran { end: RunEnd::Done, .. }) => {
            ("the agent did it", "nothing, unless it did not help")
        }
        Some(Step::Ran { end: RunEnd::Declined, .. }) => {
            ("who was asked said no", "nothing, unless they want more")
        }
        Some(Step::Ran { .. }) => ("its runbook stopped", advice(scenario, rule)),
        _ => (rule_words(rule), advice(scenario, rule)),
    };
    FiveLines::from(vec![
        who(case),
        what(case, scenario),
        format!("Tried: {}", tried(case)),
        format!("Stops: {why}. Next: {next}."),
    ])
}

fn who(case: &Case) -> String {
    let Some(requester) = &case.requester else {
        return match &case.submission.contact {
            Some(contact) => quoted("From: NOT verified, nobody signed in; call back:", contact),
            None => "From: NOT verified, nobody signed in; left no way to call back".to_owned(),
        };
    };
    let name = fit(&clean(&requester.name), NAME_COLUMNS);
    match case.verification {
        Verification::Unverified => format!("From: {name}, NOT verified (no enrolled device)"),
        Verification::Session => format!("From: {name}, verified by session on a known device"),
        Verification::Fresh => format!("From: {name}, verified by fresh sign-in, known device"),
    }
}

fn what(case: &Case, scenario: Scenario) -> String {
    let about = match &case.submission.access {
        Some(Access { entry, right }) => format!("About: {} access to {entry}:", right.word()),
        None => format!("About: {}:", scenario_words(scenario)),
    };
    quoted(&about, &case.submission.text)
}

fn tried(case: &Case) -> String {
    let mut parts = Vec::new();
    parts.extend(runs(&case.history));
    parts.extend(steps(&case.submission));
    parts.extend(articles(&case.history));
    parts.extend(answers(&case.history));
    parts.extend(checks(&case.submission));
    if parts.is_empty() { "nothing recorded".to_owned() } else { parts.join("; ") }
}

fn steps(submission: &Submission) -> Option<String> {
    let with = |outcome| submission.tried.iter().filter(|step| step.outcome == outcome).count();
    let failed = with(TriedOutcome::DidNotHelp);
    let done = failed + with(TriedOutcome::Done);
    (done > 0).then(|| format!("guided steps: {done}, confirmed no help: {failed}"))
}

/// What the agent carried out.
fn runs(history: &[Step]) -> impl Iterator<Item = String> {
    history.iter().filter_map(|step| match step {
        Step::Ran { runbook, end: RunEnd::Done } => Some(format!("done by the agent: {runbook}")),
        Step::Ran { runbook, end: RunEnd::Declined } => Some(format!("declined: {runbook}")),
        Step::Ran { runbook, .. } => Some(format!("stopped: {runbook}")),
        _ => None,
    })
}

fn articles(history: &[Step]) -> Option<String> {
    let sent = history.iter().rev().find_map(|step| match step {
        Step::Answered { articles } => Some(articles),
        _ => None,
    })?;
    Some(format!("articles sent: {}", sent.join(", ")))
}

fn answers(history: &[Step]) -> Option<String> {
    history.iter().rev().find_map(|step| match step {
        Step::Replied { action: ReplyAction::Choose { question, answer }, .. } => {
            Some(format!("answered: {}", Topic::named(question)?.words(answer)?))
        }
        _ => None,
    })
}

/// The cause the app named, or which checks failed. Reported, and said so.
fn checks(submission: &Submission) -> Option<String> {
    if let Some(diagnosis) = &submission.diagnosis {
        return Some(format!("device reports: {}", cause_words(diagnosis.cause)));
    }
    let failed = submission.findings.iter().filter(|it| it.status == FindingStatus::Failed);
    let failed: Vec<String> = failed.map(|finding| check_words(finding.check)).collect();
    match (submission.findings.len(), failed.is_empty()) {
        (0, _) => None,
        (count, true) => Some(format!("checks of the device: {count}, none failed")),
        (_, false) => Some(format!("device reports failed: {}", failed.join(", "))),
    }
}

/// Untrusted words in quotes that always close.
fn quoted(before: &str, words: &str) -> String {
    let words = clean(words).replace('"', "'");
    let room = COLUMNS.saturating_sub(before.width() + 3);
    format!("{before} \"{}\"", fit(&words, room))
}

/// One line of visible characters, one space between words.
fn clean(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let spaced: String = visible.map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing, or turn the direction of what follows.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Cuts to a width in columns, with an ellipsis. Also bounds the number of characters, since
/// marks without width could pile up.
fn fit(text: &str, columns: usize) -> String {
    let bound = columns * 2;
    if text.width() <= columns && text.chars().count() <= bound {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(bound).collect();
    while cut.width() + 1 > columns && cut.pop().is_some() {}
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests;
