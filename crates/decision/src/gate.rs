use jiff::Timestamp;
use policy::{Attempt, Criticality, Mode, Situation, Subject, Window};
use ticket::Risk;

use crate::{Case, Workflow};

/// What a workflow would do for a case. Workflows are for who asks alone and touch no second factor;
/// IT declares no freeze anywhere yet, and all of them are in use.
pub(crate) fn attempt(
    workflow: Workflow,
    case: &Case,
    situation: &Situation,
    risk: Risk,
    now: Timestamp,
) -> Attempt {
    let age = now.duration_since(case.accepted_at).as_secs().max(0);
    Attempt {
        workflow: workflow.id().to_owned(),
        action: workflow.action(),
        subject: Subject::Own,
        second_factor: false,
        subjects: 1,
        scenario: situation.scenario,
        confidence: situation.confidence,
        verification: case.verification,
        verified_seconds_ago: u32::try_from(age).unwrap_or(u32::MAX),
        criticality: criticality(risk),
        window: Window::Open,
        mode: Mode::Act,
        approvals: Vec::new(),
    }
}

/// Only approved standard software and one device are of low risk; what is sensitive or outside of the
/// role is more.
const fn criticality(risk: Risk) -> Criticality {
    match risk {
        Risk::Low => Criticality::Low,
        Risk::Medium => Criticality::High,
        Risk::High => Criticality::Critical,
    }
}
