use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use ticket::{Cause, CheckId, FindingStatus, Scenario};

use crate::LocalizedText;
use crate::step_file::StepFile;

/// A guided scenario: steps and where each leads.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Format version; 1.
    pub version: u16,
    /// Equal to the file's name.
    pub id: String,
    /// The scenario it guides through.
    pub scenario: Scenario,
    /// On the card: "Fix my VPN connection".
    pub title: LocalizedText,
    /// Under the title: what will happen.
    pub summary: LocalizedText,
    /// About how long it takes.
    pub minutes: u8,
    /// Team that keeps it true.
    pub owner: String,
    /// When it was last read for truth.
    pub reviewed: Date,
    /// When it must be read again.
    pub review_by: Date,
    /// Id of the first step.
    pub start: String,
    /// The steps by id.
    pub steps: BTreeMap<String, Step>,
}

/// One step: one idea on the screen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "StepFile")]
pub struct Step {
    /// Heading of the step.
    pub title: LocalizedText,
    /// A sentence or two under it.
    pub text: Option<LocalizedText>,
    /// Article that says more.
    pub article: Option<String>,
    /// What the step does; in the file the key of its kind, such as `ask:`.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Runs checks, then goes where the first condition that holds says.
    Check {
        /// What runs.
        run: Vec<CheckId>,
        /// Looked at in order.
        branches: Vec<Condition>,
        /// Where to go if none holds.
        otherwise: String,
    },
    /// Asks one question.
    Ask {
        /// What can be answered.
        options: Vec<Choice>,
    },
    /// Tells what to do, as numbered steps.
    Do {
        /// The steps.
        steps: Vec<LocalizedText>,
        /// Page that a button beside the steps opens.
        open: Option<OutsidePage>,
        /// Where to go when done.
        next: String,
    },
    /// "Did this fix it?"
    Confirm {
        /// Where *yes* goes.
        yes: String,
        /// Where *no* goes.
        no: String,
    },
    /// The end: solved.
    Resolved {},
    /// The end: IT gets a request, after review.
    Escalate {
        /// Told before sending: response time, loaner, what to have ready.
        expect: Vec<LocalizedText>,
    },
    /// The end: this is a security report.
    ReportSecurity {},
}

impl StepKind {
    /// The ids of all steps it can lead to, in the order of the file.
    #[must_use]
    pub fn leads_to(&self) -> Vec<&str> {
        match self {
            Self::Check { branches, otherwise, .. } => branches
                .iter()
                .map(|branch| branch.next.as_str())
                .chain([otherwise.as_str()])
                .collect(),
            Self::Ask { options } => options.iter().map(|option| option.next.as_str()).collect(),
            Self::Do { next, .. } => vec![next],
            Self::Confirm { yes, no } => vec![yes, no],
            Self::Resolved {} | Self::Escalate { .. } | Self::ReportSecurity {} => Vec::new(),
        }
    }
}

/// A page outside of the app that a step may open. Files name it and never an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsidePage {
    /// The organization's page to set a new password.
    PasswordPage,
}

/// A branch after checks. Every given part must hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The cause the diagnosis named.
    pub cause: Option<Cause>,
    /// A check …
    pub check: Option<CheckId>,
    /// … with this outcome.
    pub status: Option<FindingStatus>,
    /// Where to go.
    pub next: String,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Names it.
    pub id: String,
    /// Shown.
    pub text: LocalizedText,
    /// Where it goes.
    pub next: String,
}
