use content::{Condition, Playbook, StepKind};
use ticket::{Cause, Finding};

use crate::{MAX_STEPS, Outcome, Session, Visit, current};

/// What the employee did, or what the checks found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// The instructions were followed.
    Next,
    /// An option of a question, by its id.
    Choose(&'a str),
    /// "Did this fix it?"
    Confirmed {
        /// The answer.
        fixed: Fixed,
    },
    /// On without doing or checking. A question right after it, whether it helped, is passed over too.
    Skip,
    /// One step back, as if it had not been answered.
    Back,
    /// The checks of this step have ended.
    Checked {
        /// What they found.
        findings: &'a [Finding],
        /// The one cause the diagnosis named.
        cause: Option<Cause>,
    },
}

/// The answer to "Did this fix it?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fixed {
    /// It works.
    Yes,
    /// It does not.
    No,
}

/// Why a session cannot go on this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaybookError {
    /// The session was started with another playbook.
    #[error("this session belongs to the playbook `{session}`")]
    OtherPlaybook {
        /// Id of the session's playbook.
        session: String,
    },
    /// The playbook has no such step.
    #[error("the playbook has no step `{step}`")]
    NoSuchStep {
        /// Id of the step.
        step: String,
    },
    /// The question has no such option.
    #[error("the step has no option `{option}`")]
    NoSuchOption {
        /// Id of the option.
        option: String,
    },
    /// This answer belongs to another kind of step.
    #[error("this answer does not fit the step `{step}`")]
    DoesNotFit {
        /// Id of the step.
        step: String,
    },
    /// There is no step behind this one.
    #[error("this is the first step")]
    AtStart,
    /// More than [`MAX_STEPS`] steps.
    #[error("this session has more than {MAX_STEPS} steps")]
    TooLong,
}

/// The session after an answer.
///
/// # Errors
/// The answer does not fit the step, or the session does not fit the playbook.
pub fn advance(
    playbook: &Playbook,
    session: &Session,
    answer: Answer<'_>,
) -> Result<Session, PlaybookError> {
    let step = current(playbook, session)?;
    let (outcome, next) = match answer {
        Answer::Back => return back(playbook, session),
        Answer::Next => (Outcome::Done, after_next(&step.kind)),
        Answer::Skip => (Outcome::Skipped, after_skip(playbook, &step.kind)),
        Answer::Choose(option) => (chose(option), choose(&step.kind, option)?),
        Answer::Confirmed { fixed } => (said(fixed), confirmed(&step.kind, fixed)),
        Answer::Checked { findings, cause } => {
            (Outcome::Checked { cause }, after_checks(&step.kind, findings, cause))
        }
    };
    let next = next.ok_or_else(|| PlaybookError::DoesNotFit { step: session.step.clone() })?;
    leave(playbook, session, outcome, next)
}

fn leave(
    playbook: &Playbook,
    session: &Session,
    outcome: Outcome,
    next: &str,
) -> Result<Session, PlaybookError> {
    if session.history.len() >= MAX_STEPS {
        return Err(PlaybookError::TooLong);
    }
    let mut session = session.clone();
    let left = std::mem::replace(&mut session.step, next.to_owned());
    session.history.push(Visit { step: left, outcome });
    current(playbook, &session)?;
    Ok(session)
}

fn back(playbook: &Playbook, session: &Session) -> Result<Session, PlaybookError> {
    let mut session = session.clone();
    let visit = session.history.pop().ok_or(PlaybookError::AtStart)?;
    session.step = visit.step;
    current(playbook, &session)?;
    Ok(session)
}

fn chose(option: &str) -> Outcome {
    Outcome::Chose { option: option.to_owned() }
}

const fn said(fixed: Fixed) -> Outcome {
    match fixed {
        Fixed::Yes => Outcome::Fixed,
        Fixed::No => Outcome::NotFixed,
    }
}

fn choose<'a>(kind: &'a StepKind, option: &str) -> Result<Option<&'a str>, PlaybookError> {
    let StepKind::Ask { options } = kind else {
        return Ok(None);
    };
    let chosen = options.iter().find(|choice| choice.id == option);
    let chosen = chosen.ok_or_else(|| PlaybookError::NoSuchOption { option: option.to_owned() })?;
    Ok(Some(&chosen.next))
}

fn after_next(kind: &StepKind) -> Option<&str> {
    let StepKind::Do { next, .. } = kind else {
        return None;
    };
    Some(next)
}

/// Who did not do it cannot say whether it helped.
fn after_skip<'a>(playbook: &'a Playbook, kind: &'a StepKind) -> Option<&'a str> {
    let next = match kind {
        StepKind::Do { next, .. } => next,
        StepKind::Check { otherwise, .. } => otherwise,
        StepKind::Ask { .. }
        | StepKind::Confirm { .. }
        | StepKind::Resolved {}
        | StepKind::Escalate { .. }
        | StepKind::ReportSecurity {} => return None,
    };
    let Some(StepKind::Confirm { no, .. }) = playbook.steps.get(next).map(|step| &step.kind) else {
        return Some(next);
    };
    Some(no)
}

fn confirmed(kind: &StepKind, fixed: Fixed) -> Option<&str> {
    let StepKind::Confirm { yes, no } = kind else {
        return None;
    };
    Some(match fixed {
        Fixed::Yes => yes,
        Fixed::No => no,
    })
}

fn after_checks<'a>(
    kind: &'a StepKind,
    findings: &[Finding],
    cause: Option<Cause>,
) -> Option<&'a str> {
    let StepKind::Check { branches, otherwise, .. } = kind else {
        return None;
    };
    let branch = branches.iter().find(|branch| holds(branch, findings, cause));
    Some(branch.map_or(otherwise, |branch| &branch.next))
}

/// Every part that is given holds.
fn holds(condition: &Condition, findings: &[Finding], cause: Option<Cause>) -> bool {
    let found = |finding: &Finding| {
        condition.check.is_none_or(|check| check == finding.check)
            && condition.status.is_none_or(|status| status == finding.status)
    };
    let names_check = condition.check.is_some() || condition.status.is_some();
    condition.cause.is_none_or(|wanted| cause == Some(wanted))
        && (!names_check || findings.iter().any(found))
}
