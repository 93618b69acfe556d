use content::{Playbook, Step, StepKind};
use serde::{Deserialize, Serialize};
use ticket::Cause;

use crate::PlaybookError;

/// More steps than any playbook asks of a person; a longer session is an error.
pub const MAX_STEPS: usize = 100;

/// Where somebody is in a playbook, and how they came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Id of the playbook.
    pub playbook: String,
    /// Id of the step on the screen.
    pub step: String,
    /// The steps behind it, oldest first.
    pub history: Vec<Visit>,
}

/// A step that was left, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Id of the step.
    pub step: String,
    /// How it was left.
    pub outcome: Outcome,
}

/// How a step was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Outcome {
    /// The instructions were followed.
    Done,
    /// The step was skipped.
    Skipped,
    /// The question was answered.
    Chose {
        /// Id of the option.
        option: String,
    },
    /// The checks ran.
    Checked {
        /// The cause the diagnosis named.
        cause: Option<Cause>,
    },
    /// It is fixed.
    Fixed,
    /// It is not fixed.
    NotFixed,
}

/// The three stops of the stepper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Looking for the cause.
    Check,
    /// Mending it.
    Fix,
    /// Did it work?
    Done,
}

/// How a playbook ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Solved without a request.
    Resolved,
    /// IT gets a request, after review.
    Escalate,
    /// The employee reports to the security team.
    ReportSecurity,
}

impl Session {
    /// A session at the first step.
    #[must_use]
    pub fn start(playbook: &Playbook) -> Self {
        Self { playbook: playbook.id.clone(), step: playbook.start.clone(), history: Vec::new() }
    }

    /// Whether there is a step to go back to.
    #[must_use]
    pub fn can_go_back(&self) -> bool {
        !self.history.is_empty()
    }
}

/// The step on the screen.
///
/// # Errors
/// The session belongs to another playbook, or to an older version of it without this step.
pub fn current<'a>(playbook: &'a Playbook, session: &Session) -> Result<&'a Step, PlaybookError> {
    if playbook.id != session.playbook {
        return Err(PlaybookError::OtherPlaybook { session: session.playbook.clone() });
    }
    playbook
        .steps
        .get(&session.step)
        .ok_or_else(|| PlaybookError::NoSuchStep { step: session.step.clone() })
}

/// Where in check, fix, done a session is. A question after the first fix counts as mending.
#[must_use]
pub fn phase(playbook: &Playbook, session: &Session) -> Phase {
    let kind_of = |id: &String| playbook.steps.get(id).map(|step| &step.kind);
    let is_fix = |kind: &StepKind| matches!(kind, StepKind::Do { .. });
    match kind_of(&session.step) {
        Some(StepKind::Do { .. }) => Phase::Fix,
        Some(StepKind::Ask { .. }) => {
            let mut behind = session.history.iter().filter_map(|visit| kind_of(&visit.step));
            if behind.any(is_fix) { Phase::Fix } else { Phase::Check }
        }
        Some(StepKind::Check { .. }) | None => Phase::Check,
        Some(
            StepKind::Confirm { .. }
            | StepKind::Resolved {}
            | StepKind::Escalate { .. }
            | StepKind::ReportSecurity {},
        ) => Phase::Done,
    }
}

/// How it ended, if the step on the screen is an end.
#[must_use]
pub fn end(playbook: &Playbook, session: &Session) -> Option<End> {
    match &playbook.steps.get(&session.step)?.kind {
        StepKind::Resolved {} => Some(End::Resolved),
        StepKind::Escalate { .. } => Some(End::Escalate),
        StepKind::ReportSecurity {} => Some(End::ReportSecurity),
        StepKind::Check { .. }
        | StepKind::Ask { .. }
        | StepKind::Do { .. }
        | StepKind::Confirm { .. } => None,
    }
}
