use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use content::{ByUrgency, LocalizedText, Priorities, Priority, Routing, Team};
use jiff::Timestamp;
use policy::{ActionClass, Approver, Gate, Mode};
use ticket::{Cause, Domain, Label, LabelSource, ReplyAction, Scenario, Submission, Verification};
use triage::{Triage, fold, is_graded, signals};
use uuid::Uuid;

use crate::{Case, Procedure, Requester, Rulebook, Step};

pub(crate) fn said(text: &str) -> Step {
    Step::replied(ReplyAction::Write { text: text.to_owned() })
}

pub(crate) fn case(text: &str, scenario: Scenario, confidence: f32) -> Case {
    labelled(text, scenario, confidence, Vec::new())
}

/// A case with the label a rule would have given, and the real signals.
pub(crate) fn labelled(
    text: &str,
    scenario: Scenario,
    confidence: f32,
    history: Vec<Step>,
) -> Case {
    let folded = fold(text);
    let source = LabelSource::Rule;
    let label = Label { scenario, confidence, source, reasons: Vec::new() };
    Case {
        submission: submission(text),
        verification: Verification::Session,
        accepted_at: Timestamp::UNIX_EPOCH,
        requester: Some(Requester { name: "Anna Berg".to_owned() }),
        triage: Triage {
            labels: vec![label],
            domain: Domain::Application,
            risk_floor: None,
            outlook: None,
            language: None,
            signals: signals(&folded),
            is_graded: is_graded(folded.text()),
        },
        history,
        similar: None,
        parts: Vec::new(),
        incident: None,
        causes: Vec::new(),
        opinion: None,
    }
}

fn submission(text: &str) -> Submission {
    let (text, locale) = (text.to_owned(), "en".to_owned());
    Submission::of_words(Uuid::nil(), Timestamp::UNIX_EPOCH, text, locale)
}

pub(crate) fn rulebook() -> Rulebook {
    let articles = [
        (Scenario::PasswordResetLockout, vec!["password-forgotten", "account-locked"]),
        (Scenario::VpnConnectivity, vec!["vpn-not-connecting"]),
        (Scenario::HowTo, Vec::new()),
    ];
    let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect();
    Rulebook {
        articles: articles.into_iter().map(|(scenario, ids)| (scenario, owned(ids))).collect(),
        routing: routing(),
        gate: gate(),
        runbooks: vec![unlock(Mode::Act)],
        catalogue: BTreeMap::new(),
        on_call: BTreeSet::from(["network".to_owned()]),
    }
}

/// A runbook against locked accounts.
pub(crate) fn unlock(mode: Mode) -> Procedure {
    Procedure {
        id: "unlock-account".to_owned(),
        scenario: Scenario::PasswordResetLockout,
        causes: vec![Cause::AccountLocked],
        grants: None,
        needs: Verification::Session,
        action: ActionClass::Reversible,
        mode,
        asks: Vec::new(),
    }
}

/// A runbook for accounts that ended, which asks the manager.
pub(crate) fn extend(mode: Mode) -> Procedure {
    Procedure {
        id: "extend-account".to_owned(),
        causes: vec![Cause::AccountEnded],
        asks: vec![Approver::Manager],
        ..unlock(mode)
    }
}

/// The policies that are shipped.
pub(crate) fn gate() -> Arc<Gate> {
    let (schema, policies) = (
        include_str!("../../../../knowledge/policies/desk.cedarschema"),
        include_str!("../../../../knowledge/policies/desk.cedar"),
    );
    Arc::new(Gate::parse(schema, policies).unwrap())
}

fn priorities() -> Priorities {
    use Priority::{Critical, High, Low, Normal};
    let row = |low, normal, high| ByUrgency { low, normal, high };
    Priorities {
        version: 1,
        person: row(Low, Normal, High),
        several: row(Normal, High, Critical),
        company: row(High, Critical, Critical),
    }
}

fn routing() -> Routing {
    let teams = [
        ("service-desk", "Service Desk", "Service Desk", vec![Scenario::HowTo], 60),
        (
            "network",
            "Network team",
            "Netzwerkteam",
            vec![Scenario::VpnConnectivity, Scenario::Outage],
            60,
        ),
        ("endpoint", "Endpoint team", "Geräteteam", vec![Scenario::HardwareFault], 240),
        ("identity", "Identity team", "Identitätsteam", vec![Scenario::PasswordResetLockout], 60),
        ("access", "Access team", "Zugriffsteam", vec![Scenario::SoftwareAccess], 240),
        ("security", "Security team", "Sicherheitsteam", vec![Scenario::SecurityIncident], 15),
    ];
    let teams = teams.into_iter().map(|(id, en, de, scenarios, minutes)| Team {
        id: id.to_owned(),
        name: name(en, de),
        scenarios,
        domain: Domain::Application,
        respond_within_minutes: minutes,
        mail: None,
        hours: None,
    });
    let (teams, fallback) = (teams.collect(), "service-desk".to_owned());
    Routing { version: 1, teams, fallback, priorities: priorities(), on_call: Vec::new() }
}

fn name(en: &str, de: &str) -> LocalizedText {
    let texts = [("en", en), ("de", de)].map(|(locale, text)| (locale.to_owned(), text.to_owned()));
    LocalizedText::try_from(BTreeMap::from(texts)).unwrap()
}
