use policy::{Approver, Confidence, Gate, Outcome, Situation, Tier, Verdict};
use ticket::{Cause, FindingStatus, LabelSource, Risk, SubmissionKind, Verification};
use triage::Why;

use crate::situation::own_look;
use crate::words::{cause_words, rule_words, scenario_words, signal_words};
use crate::{Case, Similar};

/// Why an effect was chosen, where the tier alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    EmployeesTurn,
    NothingOpen,
    KnownIncident,
    EmployeeSaidSolved,
    TeamHasIt,
    SecurityMustSee,
    OneQuestion,
    AsksSameMatter,
    SameMatter,
    SeveralThings,
    TierHandsOff,
    ArticlesFit,
    NoArticle,
    OpenRequests,
    ApprovalFirst,
    WorkflowFits,
    RunbookFits,
    AtWork,
    RunStopped,
    NotVerified,
    NoWorkflow,
    GateForbids,
}

/// What was seen, inferred and chosen. Closed words and numbers only: no personal data.
pub(crate) fn explain(
    case: &Case,
    situation: &Situation,
    tier: &Tier,
    said: Option<(&Verdict, &Gate)>,
    chosen: Chosen,
) -> Vec<String> {
    let saw = format!("Saw: {}.", saw(case));
    let inferred = format!("Inferred: {}.", inferred(case, situation, tier));
    let gate = said.map(|(verdict, gate)| format!("Gate: {}.", gate_words(verdict, gate)));
    let chose = format!("Chose: {}.", chosen_words(chosen));
    [saw, inferred].into_iter().chain(gate).chain([chose]).collect()
}

/// What the gate said and, policy by policy, why.
fn gate_words(verdict: &Verdict, gate: &Gate) -> String {
    let outcome = match &verdict.outcome {
        Outcome::Permit => "permitted".to_owned(),
        Outcome::Forbid => "forbidden".to_owned(),
        Outcome::NeedsApproval { from } => {
            let from: Vec<&str> = from.iter().copied().map(approver_words).collect();
            format!("needs {}", from.join(" and "))
        }
    };
    let because = verdict.policies.iter().map(|policy| format!("{} ({policy})", gate.says(policy)));
    format!("{outcome}, because {}", because.collect::<Vec<_>>().join("; "))
}

const fn approver_words(approver: Approver) -> &'static str {
    match approver {
        Approver::Peer => "a colleague in IT",
        Approver::Manager => "the manager",
        Approver::IncidentCommander => "the incident commander",
    }
}

fn saw(case: &Case) -> String {
    let kind = match case.submission.kind {
        SubmissionKind::Request => "a request",
        SubmissionKind::SecurityReport => "a security report",
    };
    let mut parts = vec![kind.to_owned(), verification_words(case.verification).to_owned()];
    parts.extend(case.triage.signals.iter().map(|(signal, _)| signal_words(signal).to_owned()));
    let findings = &case.submission.findings;
    let failed = findings.iter().filter(|it| it.status == FindingStatus::Failed).count();
    if !findings.is_empty() {
        parts.push(format!("{} checks, {failed} failed", findings.len()));
    }
    if !case.submission.tried.is_empty() {
        parts.push(format!("{} steps of guided help", case.submission.tried.len()));
    }
    parts.extend(case.causes.iter().map(|cause| match cause {
        Cause::AccountLocked => "account locked, says the directory".to_owned(),
        Cause::AccountEnded => "account ended, says the directory".to_owned(),
        other => format!("diagnosed: {}", cause_words(*other)),
    }));
    parts.extend(case.similar.as_ref().map(similar));
    if case.parts.len() > 1 {
        let about: Vec<_> = case.parts.iter().map(|part| scenario_words(part.scenario)).collect();
        parts.push(format!("{} things, about {}", about.len(), about.join(", ")));
    }
    parts.join("; ")
}

/// An earlier request and why it may be the same matter.
fn similar(earlier: &Similar) -> String {
    let why = match earlier.likeness.why {
        Why::SameWords => "in the same words",
        Why::RefersBack => "to which it seems to refer",
    };
    let concepts = &earlier.likeness.concepts;
    let shared = if concepts.is_empty() {
        String::new()
    } else {
        format!(", both naming {}", concepts.join(", ").replace('_', " "))
    };
    format!("their open request {} {why}{shared}", earlier.number)
}

fn inferred(case: &Case, situation: &Situation, tier: &Tier) -> String {
    let source = match case.triage.primary().map(|label| label.source) {
        Some(LabelSource::Rule) => "by rules",
        Some(LabelSource::Model) => "by the model",
        Some(LabelSource::Employee) => "by the employee's choice",
        Some(LabelSource::Default) | None => "because nothing matched",
    };
    let confidence = match situation.confidence {
        Confidence::Low => "low",
        Confidence::Moderate => "moderate",
        Confidence::High => "high",
    };
    let risk = match tier.risk {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    };
    let (scenario, rule) = (scenario_words(situation.scenario), rule_words(tier.rule));
    let opinion =
        if situation.look > own_look(case) { "; a connected model is warier" } else { "" };
    format!("{scenario} {source}, {confidence} confidence{opinion}; {risk} risk, because {rule}")
}

const fn verification_words(verification: Verification) -> &'static str {
    match verification {
        Verification::Unverified => "not verified, so it can inform and never act",
        Verification::Session => "verified by session and known device",
        Verification::Fresh => "verified by a fresh sign-in and known device",
    }
}

const fn chosen_words(chosen: Chosen) -> &'static str {
    match chosen {
        Chosen::EmployeesTurn => "to wait, the employee is next",
        Chosen::NothingOpen => "to wait, nothing is open",
        Chosen::KnownIncident => "to wait, the employee has a known incident too",
        Chosen::EmployeeSaidSolved => "to close, the employee said it is solved",
        Chosen::TeamHasIt => "to wait, a team has it",
        Chosen::SecurityMustSee => "to hand off, security must see it in any case",
        Chosen::OneQuestion => "to ask the one question",
        Chosen::AsksSameMatter => "to ask whether it is about that request",
        Chosen::SameMatter => {
            "to add it to the earlier request, the employee said it is about that"
        }
        Chosen::SeveralThings => "to make a request of each thing",
        Chosen::TierHandsOff => "to hand off to a person",
        Chosen::ArticlesFit => "to answer with articles",
        Chosen::NoArticle => "to hand off, no article answers this",
        Chosen::OpenRequests => "to tell how their open requests stand",
        Chosen::ApprovalFirst => "to ask for the approval first, which a team obtains",
        Chosen::WorkflowFits => "to start the approved workflow, which a team carries out",
        Chosen::RunbookFits => "to carry out the approved runbook",
        Chosen::AtWork => "to wait, the agent carries out a runbook",
        Chosen::RunStopped => "to hand off, what the agent began could not be finished",
        Chosen::NotVerified => "to hand off, nothing starts for somebody not verified",
        Chosen::GateForbids => "to hand off, the agent may not do this",
        Chosen::NoWorkflow => "to hand off, no workflow does this by itself",
    }
}
