use policy::{Asked, Confidence, Detail, Intent, Look, Mood, Situation, Tried, Warning};
use ticket::{DetailGroup, ReplyAction, Scenario, SubmissionKind, TriedOutcome};
use triage::{Outlook, Signal};

use crate::question::{Meaning, Topic};
use crate::standing::Standing;
use crate::{Case, Opinion, RunEnd, Step};

/// Everything the tier depends on, from the case. Where the agent knows what is wrong and can mend it by itself,
/// steps that people tried before do not make it a case for a team, and nothing is left to be asked.
pub(crate) fn situation(case: &Case, standing: Standing, can_mend: bool) -> Situation {
    let (scenario, confidence) = subject(case);
    Situation {
        scenario,
        confidence,
        verification: case.verification,
        risk_floor: case.triage.risk_floor,
        warning: warning(case),
        look: needed(own_look(case), can_mend, case.submission.access.is_some())
            .max(case.opinion.map_or(Look::Everyday, Opinion::look)),
        intent: intent(case),
        tried: tried(case, scenario, standing, can_mend),
        detail: detail(case),
        asked: asked(case),
        mood: if case.triage.signals.has(Signal::Emotional) { Mood::Upset } else { Mood::Calm },
    }
}

/// What it is about. A security report says so itself, and so does what a runbook found; an answer to the one question counts,
/// except against a label that calls for caution.
pub(crate) fn subject(case: &Case) -> (Scenario, Confidence) {
    let is_suspicious = |step: &Step| matches!(step, Step::Ran { end: RunEnd::Suspicious, .. });
    if case.submission.kind == SubmissionKind::SecurityReport
        || case.history.iter().any(is_suspicious)
    {
        return (Scenario::SecurityIncident, Confidence::High);
    }
    let primary = case.triage.primary();
    let scenario = primary.map_or(Scenario::Other, |label| label.scenario);
    let confidence = primary.map_or(Confidence::Low, |label| Confidence::of(label.confidence));
    // A text that says too little fits nothing for sure, and that says nothing: it is ambiguous.
    let is_vague = scenario == Scenario::Other && own_look(case) == Look::Incomplete;
    let confidence = if is_vague { Confidence::Low } else { confidence };
    if matches!(scenario, Scenario::SecurityIncident | Scenario::Outage) {
        return (scenario, confidence);
    }
    if case.submission.access.is_some() {
        return (Scenario::SoftwareAccess, Confidence::High);
    }
    match answer(case) {
        Some(Meaning::About(chosen)) => (chosen, Confidence::High),
        Some(Meaning::Confirms) => (scenario, confidence.max(Confidence::Moderate)),
        Some(Meaning::Unsure) | None => (scenario, confidence),
    }
}

/// What the chosen quick answer means.
fn answer(case: &Case) -> Option<Meaning> {
    case.history.iter().rev().find_map(|step| match step {
        Step::Replied { action: ReplyAction::Choose { question, answer }, .. } => {
            Some(Topic::named(question)?.meaning(answer))
        }
        _ => None,
    })
}

/// The gravest sign in the text.
fn warning(case: &Case) -> Option<Warning> {
    [
        (Signal::Instructs, Warning::Instructs),
        (Signal::MfaBypass, Warning::MfaBypass),
        (Signal::Secret, Warning::Secret),
        (Signal::Elevation, Warning::Elevation),
        (Signal::BulkData, Warning::BulkData),
        (Signal::OtherPerson, Warning::OtherPerson),
        (Signal::SharedSystem, Warning::SharedSystem),
        (Signal::SeveralPeople, Warning::SeveralPeople),
        (Signal::Risky, Warning::UnknownRisky),
    ]
    .into_iter()
    .find(|(signal, _)| case.triage.signals.has(*signal))
    .map(|(_, warning)| warning)
}

/// A text this likely to be dangerous goes to a person at once.
const RISKY: f32 = 0.4;

/// How the text looks without the opinion of a connected model.
pub(crate) fn own_look(case: &Case) -> Look {
    case.triage.outlook.as_ref().map_or(Look::Everyday, look)
}

/// What was chosen from the catalogue is complete, and its words are only what it is for.
const fn needed(look: Look, can_mend: bool, is_chosen: bool) -> Look {
    match look {
        Look::Incomplete if can_mend => Look::Everyday,
        Look::Human if can_mend && is_chosen => Look::Everyday,
        other => other,
    }
}

fn look(outlook: &Outlook) -> Look {
    let likeliest = outlook.act.max(outlook.ask).max(outlook.person);
    if outlook.high >= RISKY || outlook.high >= likeliest {
        Look::Risky
    } else if outlook.act >= likeliest {
        Look::Everyday
    } else if outlook.ask >= likeliest {
        Look::Incomplete
    } else {
        Look::Human
    }
}

fn intent(case: &Case) -> Intent {
    let signals = &case.triage.signals;
    if signals.has(Signal::WantsPerson) {
        Intent::Person
    } else if signals.has(Signal::Thanks) {
        Intent::Thanks
    } else if signals.has(Signal::AsksStatus) || is_small_talk(case) {
        Intent::Status
    } else {
        Intent::Help
    }
}

/// What fits no scenario and yet looks this everyday is thanks, news or a question for the status
/// in other words.
const SMALL_TALK: f32 = 0.7;

fn is_small_talk(case: &Case) -> bool {
    let is_other = case.triage.primary().is_some_and(|label| label.scenario == Scenario::Other);
    is_other && case.triage.outlook.is_some_and(|outlook| outlook.act >= SMALL_TALK)
}

/// Steps of a guided help that ends in a request did not help; the steps of the one for access
/// only collect what is wanted.
fn tried(case: &Case, scenario: Scenario, standing: Standing, can_mend: bool) -> Tried {
    let submission = &case.submission;
    let kept_back =
        submission.scenario.is_some() && submission.removed.contains(&DetailGroup::Tried);
    let worked_through =
        scenario != Scenario::SoftwareAccess && (kept_back || !submission.tried.is_empty());
    let by_people = worked_through || case.triage.signals.has(Signal::TriedAlready);
    let failed = standing == Standing::Unsolved
        || (by_people && !can_mend)
        || case.history.iter().any(|step| matches!(step, Step::Answered { .. }));
    if failed { Tried::Failed } else { Tried::NotYet }
}

/// The model knows better than the patterns whether something is missing.
fn detail(case: &Case) -> Detail {
    if case.triage.outlook.is_some() || missing_access(case).is_none() {
        Detail::Enough
    } else {
        Detail::Missing
    }
}

/// What a request for access does not say: which system, or how much of it.
pub(crate) fn missing_access(case: &Case) -> Option<Topic> {
    let answered = |step: &ticket::TriedStep| step.outcome == TriedOutcome::Answered;
    let is_chosen = case.submission.access.is_some();
    if is_chosen || case.submission.tried.iter().any(answered) || asked(case) == Asked::Once {
        return None;
    }
    let signals = &case.triage.signals;
    if !signals.has(Signal::NamesTarget) {
        Some(Topic::AccessSystem)
    } else if case.triage.is_graded && !signals.has(Signal::NamesLevel) {
        Some(Topic::AccessLevel)
    } else {
        None
    }
}

fn asked(case: &Case) -> Asked {
    let once = case.history.iter().any(|step| matches!(step, Step::Asked { .. }));
    if once { Asked::Once } else { Asked::Never }
}
