//! Tickets of nobody in particular: sent without a sign-in, unverified for good. They inform
//! people and nothing else. Nobody could read an answer or reply to a question, so a team gets
//! them, whatever was decided.

use decision::{Decision, Effect, Escalation, Rulebook};
use jiff::{SignedDuration, Timestamp};
use ticket::Scenario;

use crate::case::Facts;

const CHOSE: &str = "Chose: to hand off, nobody is signed in to read an answer.";
/// Told where no team is configured at all.
const UNROUTED_NAME: &str = "IT";
const UNROUTED_MINUTES: u32 = 240;

/// The decision itself for a ticket of a person; for any other, one that ends with people.
pub(crate) fn for_people(
    decision: Decision,
    facts: &Facts,
    rulebook: &Rulebook,
    now: Timestamp,
) -> Decision {
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
            let effect = Effect::Escalate(hand_off(&decision, facts, rulebook, now));
            Decision { effect, explanation: explain(decision.explanation), ..decision }
        }
    }
}

fn hand_off(decision: &Decision, facts: &Facts, rulebook: &Rulebook, now: Timestamp) -> Escalation {
    let primary = facts.case.triage.primary();
    let scenario = primary.map_or(Scenario::Other, |label| label.scenario);
    let routing = &rulebook.routing;
    let team = routing.team_for(scenario);
    let minutes = team.map_or(UNROUTED_MINUTES, |team| team.respond_within_minutes);
    let name = team.map_or(UNROUTED_NAME, |team| team.name.get(&facts.case.submission.locale));
    let respond_by = now.checked_add(SignedDuration::from_mins(i64::from(minutes)));
    Escalation {
        team: team.map_or(&routing.fallback, |team| &team.id).clone(),
        team_name: name.to_owned(),
        respond_within_minutes: minutes,
        respond_by: respond_by.unwrap_or(Timestamp::MAX),
        message: decision::five_lines(&facts.case, scenario, decision.tier.rule),
        hold_still: false,
    }
}

/// The last line says what was chosen.
fn explain(mut lines: Vec<String>) -> Vec<String> {
    lines.pop();
    lines.push(CHOSE.to_owned());
    lines
}
