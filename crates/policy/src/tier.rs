use serde::{Deserialize, Serialize};
use ticket::{Risk, Scenario, Verification};

use crate::{Asked, Confidence, Detail, Intent, Look, Mood, Situation, Tried, Warning};

/// Who goes on. Ordered from most to least autonomy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// The agent, by itself.
    Act,
    /// The employee, with one answer.
    Ask,
    /// A person of the right team.
    HandOff,
}

/// What going on may touch at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Only words: articles, checklists, status.
    Inform,
    /// An approved workflow for this person.
    Change,
}

/// The row of the tier table that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierRule {
    /// High: the text gives orders to the agent.
    Instructs,
    /// High: a second factor shall be passed by.
    MfaBypass,
    /// High: security incident or sign of compromise.
    SecurityIncident,
    /// High: a service or site is down for many.
    Outage,
    /// High: a secret of a system is asked for.
    Secret,
    /// High: administrator rights are asked for.
    Elevation,
    /// High: data of many.
    BulkData,
    /// High: account or data of somebody else.
    OtherPerson,
    /// High: a device or server many use.
    SharedSystem,
    /// High: several people are affected.
    SeveralPeople,
    /// High: nothing matches and it looks risky.
    UnknownRisky,
    /// High: a rule of IT says so.
    HighByRule,
    /// High: the model sees danger.
    LooksRisky,
    /// A person was asked for.
    WantsPerson,
    /// Medium, human: the standard steps failed.
    StepsFailed,
    /// Low: thanks, solved.
    Thanks,
    /// Low: where does my request stand.
    Status,
    /// Low: own reset or unlock.
    OwnAccount,
    /// Low: approved standard software.
    StandardAccess,
    /// Low: a question about how something is done.
    HowTo,
    /// Low: one person's connection fault not yet worked through.
    ConnectionFault,
    /// Low: one device's fault.
    DeviceFault,
    /// Medium: which system or level is missing.
    DetailMissing,
    /// Medium: a rule of IT calls it sensitive.
    SensitiveByRule,
    /// Medium: the model misses something, or sees something sensitive.
    LooksIncomplete,
    /// Medium, human: the model sees work for a person.
    LooksHuman,
    /// Medium: not sure what it is.
    Ambiguous,
    /// Medium, human: the one question did not settle it, or an upset person is spared it.
    StillUnclear,
    /// Medium, human: ordinary work that fits no scenario.
    NoScenario,
}

/// How risky a situation is and who goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tier {
    /// The risk.
    pub risk: Risk,
    /// Who goes on.
    pub posture: Posture,
    /// What going on may touch at most.
    pub reach: Reach,
    /// The row that decided.
    pub rule: TierRule,
}

/// The tier of a situation. Total: every situation has one.
#[must_use]
pub fn tier(situation: &Situation) -> Tier {
    let row = high_row(situation)
        .or_else(|| person_row(situation))
        .or_else(|| courtesy_row(situation))
        .or_else(|| look_row(situation))
        .unwrap_or_else(|| settle(scenario_row(situation), situation));
    Tier {
        risk: row.risk.max(situation.risk_floor.unwrap_or(Risk::Low)),
        posture: row.posture,
        reach: reach(row.posture, situation),
        rule: row.rule,
    }
}

#[derive(Clone, Copy)]
struct Row {
    risk: Risk,
    posture: Posture,
    rule: TierRule,
}

impl Row {
    const fn low(rule: TierRule) -> Self {
        Self { risk: Risk::Low, posture: Posture::Act, rule }
    }

    const fn ask(rule: TierRule) -> Self {
        Self { risk: Risk::Medium, posture: Posture::Ask, rule }
    }

    const fn human(rule: TierRule) -> Self {
        Self { risk: Risk::Medium, posture: Posture::HandOff, rule }
    }

    const fn high(rule: TierRule) -> Self {
        Self { risk: Risk::High, posture: Posture::HandOff, rule }
    }
}

/// Guardrails, then the incident itself, then the other high signs.
fn high_row(situation: &Situation) -> Option<Row> {
    let warning = situation.warning.and_then(|warning| warning_rule(warning, situation.scenario));
    let guardrail =
        warning.filter(|rule| matches!(rule, TierRule::Instructs | TierRule::MfaBypass));
    let incident = match situation.scenario {
        Scenario::SecurityIncident => Some(TierRule::SecurityIncident),
        Scenario::Outage => Some(TierRule::Outage),
        Scenario::PasswordResetLockout
        | Scenario::SoftwareAccess
        | Scenario::HowTo
        | Scenario::VpnConnectivity
        | Scenario::HardwareFault
        | Scenario::Other => None,
    };
    let floor = (situation.risk_floor == Some(Risk::High)).then_some(TierRule::HighByRule);
    let look = (situation.look == Look::Risky).then_some(TierRule::LooksRisky);
    guardrail.or(incident).or(warning).or(floor).or(look).map(Row::high)
}

fn warning_rule(warning: Warning, scenario: Scenario) -> Option<TierRule> {
    match warning {
        Warning::Instructs => Some(TierRule::Instructs),
        Warning::MfaBypass => Some(TierRule::MfaBypass),
        Warning::Secret => Some(TierRule::Secret),
        Warning::Elevation => Some(TierRule::Elevation),
        Warning::BulkData => Some(TierRule::BulkData),
        Warning::OtherPerson => Some(TierRule::OtherPerson),
        Warning::SharedSystem => Some(TierRule::SharedSystem),
        Warning::SeveralPeople => Some(TierRule::SeveralPeople),
        Warning::UnknownRisky => (scenario == Scenario::Other).then_some(TierRule::UnknownRisky),
    }
}

/// Who wants a person gets one; so does who has worked through the steps.
fn person_row(situation: &Situation) -> Option<Row> {
    match (situation.intent, situation.tried) {
        (Intent::Person, _) => Some(Row::human(TierRule::WantsPerson)),
        (_, Tried::Failed) => Some(Row::human(TierRule::StepsFailed)),
        (Intent::Help | Intent::Thanks | Intent::Status, Tried::NotYet) => None,
    }
}

/// Thanks and status questions, only where the text is about nothing else.
fn courtesy_row(situation: &Situation) -> Option<Row> {
    if situation.scenario != Scenario::Other || situation.risk_floor.is_some() {
        return None;
    }
    match situation.intent {
        Intent::Thanks => Some(Row::low(TierRule::Thanks)),
        Intent::Status => Some(Row::low(TierRule::Status)),
        Intent::Help | Intent::Person => None,
    }
}

/// Work that the model sees in a person's hands.
fn look_row(situation: &Situation) -> Option<Row> {
    (situation.look == Look::Human).then_some(Row::human(TierRule::LooksHuman))
}

fn scenario_row(situation: &Situation) -> Row {
    let row = match situation.scenario {
        Scenario::PasswordResetLockout => Row::low(TierRule::OwnAccount),
        Scenario::SoftwareAccess => match situation.detail {
            Detail::Enough => Row::low(TierRule::StandardAccess),
            Detail::Missing => Row::ask(TierRule::DetailMissing),
        },
        Scenario::HowTo => Row::low(TierRule::HowTo),
        Scenario::VpnConnectivity => Row::low(TierRule::ConnectionFault),
        Scenario::HardwareFault => Row::low(TierRule::DeviceFault),
        Scenario::SecurityIncident => Row::high(TierRule::SecurityIncident),
        Scenario::Outage => Row::high(TierRule::Outage),
        Scenario::Other => return other_row(situation),
    };
    lower_when_unsure(sensitive(row, situation), situation)
}

/// Nothing that matches is worth one question; ordinary work that fits no scenario is not.
fn other_row(situation: &Situation) -> Row {
    match situation.confidence {
        Confidence::Low => Row::ask(TierRule::Ambiguous),
        Confidence::Moderate | Confidence::High => Row::human(TierRule::NoScenario),
    }
}

fn sensitive(row: Row, situation: &Situation) -> Row {
    match (situation.risk_floor, situation.look, row.posture) {
        (Some(Risk::Medium), _, Posture::Act) => Row::ask(TierRule::SensitiveByRule),
        (_, Look::Incomplete, Posture::Act) => Row::ask(TierRule::LooksIncomplete),
        _ => row,
    }
}

fn lower_when_unsure(row: Row, situation: &Situation) -> Row {
    match (situation.confidence, row.posture) {
        (Confidence::Low, Posture::Act) => Row::ask(TierRule::Ambiguous),
        (Confidence::Low, Posture::Ask) => Row::human(TierRule::StillUnclear),
        _ => row,
    }
}

/// There is exactly one question, and none for somebody upset.
fn settle(row: Row, situation: &Situation) -> Row {
    match (row.posture, situation.asked, situation.mood) {
        (Posture::Ask, Asked::Once, _) | (Posture::Ask, _, Mood::Upset) => {
            Row::human(TierRule::StillUnclear)
        }
        _ => row,
    }
}

/// Whoever is not verified can be informed, never acted for.
fn reach(posture: Posture, situation: &Situation) -> Reach {
    let verified = situation.verification >= Verification::Session;
    let changes = matches!(
        situation.scenario,
        Scenario::PasswordResetLockout | Scenario::SoftwareAccess | Scenario::HardwareFault
    );
    if verified && changes && posture == Posture::Act { Reach::Change } else { Reach::Inform }
}
