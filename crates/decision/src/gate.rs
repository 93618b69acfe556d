use content::{Approval, Sensitivity};
use jiff::Timestamp;
use policy::{
    ActionClass, Attempt, Confidence, Criticality, Mode, Outcome, Subject, Verdict, Window,
};
use ticket::{Right, Risk, Scenario};

use crate::situation::subject;
use crate::{Case, Offer, Procedure, Rulebook, Step, Workflow};

/// What a workflow would do for a case. Workflows are for who asks alone and touch no second factor;
/// IT declares no freeze anywhere yet, and all of them are in use.
pub(crate) fn attempt(
    workflow: Workflow,
    case: &Case,
    subject: (Scenario, Confidence),
    risk: Risk,
    now: Timestamp,
) -> Attempt {
    let by_hand = (workflow.id(), workflow.action(), Mode::Act);
    Attempt { criticality: criticality(risk), ..everyday(by_hand, case, subject, now) }
}

/// What a runbook, its gravest step, would do for who asks: on their own account or device, of low
/// criticality.
fn everyday(
    (workflow, action, mode): (&str, ActionClass, Mode),
    case: &Case,
    (scenario, confidence): (Scenario, Confidence),
    now: Timestamp,
) -> Attempt {
    let age = now.duration_since(case.accepted_at).as_secs().max(0);
    Attempt {
        workflow: workflow.to_owned(),
        action,
        subject: Subject::Own,
        second_factor: false,
        subjects: 1,
        scenario,
        confidence,
        verification: case.verification,
        verified_seconds_ago: u32::try_from(age).unwrap_or(u32::MAX),
        criticality: Criticality::Low,
        window: Window::Open,
        mode,
        approvals: Vec::new(),
    }
}

/// A question to the gate, and what it said.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) attempt: Attempt,
    pub(crate) verdict: Verdict,
}

impl Asked {
    pub(crate) fn of(rulebook: &Rulebook, attempt: Attempt) -> Self {
        let verdict = rulebook.gate.decide(&attempt);
        Self { attempt, verdict }
    }
}

/// What the agent could carry out against what is known to be wrong, and what the gate says to it.
#[derive(Debug)]
pub(crate) struct Remedy<'a> {
    pub(crate) runbook: &'a Procedure,
    pub(crate) asked: Asked,
}

impl Remedy<'_> {
    /// Whether it may be begun: the gate lets it, or wants the word of those whom it asks itself.
    pub(crate) fn may_begin(&self) -> bool {
        match &self.asked.verdict.outcome {
            Outcome::Permit => true,
            Outcome::NeedsApproval { from } => from.iter().all(|it| self.runbook.asks.contains(it)),
            Outcome::Forbid => false,
        }
    }
}

/// The first runbook that fits: it does away with a cause, or gives what was chosen from the catalogue. Each is
/// carried out once for a case.
pub(crate) fn remedy<'a>(
    case: &Case,
    rulebook: &'a Rulebook,
    now: Timestamp,
) -> Option<Remedy<'a>> {
    let subject = subject(case);
    let was_started = |id: &str| {
        case.history.iter().any(|step| matches!(step, Step::Started { runbook } if runbook == id))
    };
    let chosen = chosen(case, rulebook);
    let fits = |it: &Procedure| match chosen {
        Some(offer) => it.grants == Some(offer.approval) && is_everyday(offer, it),
        None => it.causes.iter().any(|cause| case.causes.contains(cause)),
    };
    let runbook = rulebook.runbooks.iter().find(|it| {
        it.scenario == subject.0
            && it.needs <= case.verification
            && fits(it)
            && !was_started(&it.id)
    })?;
    let gravest = (runbook.id.as_str(), runbook.action, runbook.mode);
    let criticality = chosen.map_or(Criticality::Low, |offer| depends_on(offer.sensitivity));
    let attempt = Attempt { criticality, ..everyday(gravest, case, subject, now) };
    let asked = Asked::of(rulebook, attempt);
    Some(Remedy { runbook, asked })
}

/// What was chosen from the catalogue, where that offers it. Who may give rights to others is for people to say.
fn chosen<'a>(case: &Case, rulebook: &'a Rulebook) -> Option<&'a Offer> {
    let access = case.submission.access.as_ref()?;
    let offer = rulebook.catalogue.get(&access.entry)?;
    (access.right < Right::Administer && offer.rights.contains(&access.right)).then_some(offer)
}

/// A role is enough only for what any employee could have.
fn is_everyday(offer: &Offer, runbook: &Procedure) -> bool {
    offer.approval != Approval::Role
        || offer.sensitivity == Sensitivity::Standard
        || !runbook.asks.is_empty()
}

const fn depends_on(sensitivity: Sensitivity) -> Criticality {
    match sensitivity {
        Sensitivity::Standard => Criticality::Low,
        Sensitivity::Sensitive => Criticality::High,
        Sensitivity::Restricted => Criticality::Critical,
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
