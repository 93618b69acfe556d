use content::{Impact, Priorities, Priority, Urgency};
use policy::{Mood, Situation, TierRule, Warning};
use ticket::Scenario;
use triage::Signal;

use crate::Case;

/// How soon a case is looked at, by IT's table. Somebody upset is looked at one step sooner.
pub(crate) fn priority(
    case: &Case,
    situation: &Situation,
    rule: TierRule,
    table: &Priorities,
) -> Priority {
    let priority = table.of(impact(situation), urgency(case, situation, rule));
    match situation.mood {
        Mood::Calm => priority,
        Mood::Upset => priority.raised(),
    }
}

const fn impact(situation: &Situation) -> Impact {
    match (situation.scenario, situation.warning) {
        (Scenario::Outage, _) => Impact::Company,
        // What befell one account can befall all of them.
        (Scenario::SecurityIncident, _)
        | (_, Some(Warning::SharedSystem | Warning::SeveralPeople)) => Impact::Several,
        _ => Impact::Person,
    }
}

fn urgency(case: &Case, situation: &Situation, rule: TierRule) -> Urgency {
    let signals = &case.triage.signals;
    if signals.has(Signal::Urgent) || signals.has(Signal::Deadline) {
        return Urgency::High;
    }
    match (situation.scenario, rule) {
        (_, TierRule::Thanks | TierRule::Status)
        | (Scenario::HowTo | Scenario::SoftwareAccess, _) => Urgency::Low,
        _ => Urgency::Normal,
    }
}
