//! Tickets of nobody in particular: sent without a sign-in, unverified for good. They inform
//! people and nothing else. Nobody could read an answer or reply to a question, so a team gets
//! them, whatever was decided.

use decision::{Decision, Effect, Escalation};
use jiff::Timestamp;
use ticket::Scenario;

use crate::case::Facts;

const CHOSE: &str = "Chose: to hand off, nobody is signed in to read an answer.";

/// The decision itself for a ticket of a person; for any other, one that ends with people.
pub(crate) fn for_people(decision: Decision, facts: &Facts, now: Timestamp) -> Decision {
    match (facts.ticket.owner.person, &decision.effect) {
        (Some(_), _) | (None, Effect::Escalate(_) | Effect::Wait) => decision,
        (
            None,
            Effect::Answer { .. }
            | Effect::FollowUp
            | Effect::Ask { .. }
            | Effect::AskApproval { .. }
            | Effect::RunStep { .. }
            | Effect::Split { .. }
            | Effect::LinkDuplicate { .. }
            | Effect::Close,
        ) => {
            let effect = Effect::Escalate(hand_off(&decision, facts, now));
            Decision { effect, explanation: explain(decision.explanation), ..decision }
        }
    }
}

fn hand_off(decision: &Decision, facts: &Facts, now: Timestamp) -> Escalation {
    let primary = facts.case.triage.primary();
    let scenario = primary.map_or(Scenario::Other, |label| label.scenario);
    let message = decision::five_lines(&facts.case, scenario, decision.tier.rule);
    let locale = &facts.case.submission.locale;
    Escalation::to_team_for(scenario, locale, message, &facts.rulebook.routing, now)
}

/// The last line says what was chosen.
fn explain(mut lines: Vec<String>) -> Vec<String> {
    lines.pop();
    lines.push(CHOSE.to_owned());
    lines
}
