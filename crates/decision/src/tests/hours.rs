//! When nobody of a team is there: what is promised, and who is woken.

use content::{Day, Hours};
use jiff::Timestamp;
use jiff::civil::Time;
use ticket::{Scenario, Verification};

use super::fixture::{case, rulebook};
use crate::{Case, Effect, next};

#[test]
fn a_promise_counts_in_the_hours_of_the_team() {
    let mut nine_to_five = rulebook();
    let on_call = std::mem::take(&mut nine_to_five.on_call);
    for team in &mut nine_to_five.routing.teams {
        team.hours = Some(Hours {
            zone: "UTC".to_owned(),
            days: vec![Day::Thursday, Day::Friday],
            from: Time::constant(9, 0, 0, 0),
            to: Time::constant(17, 0, 0, 0),
        });
    }
    let outage = case("mail is down", Scenario::Outage, 0.9);
    // A Thursday at midnight.
    let decision = next(&outage, &nine_to_five, Timestamp::UNIX_EPOCH);
    let Effect::Escalate(to) = decision.effect else { panic!("not handed off") };
    assert_eq!((to.respond_by.as_second(), to.respond_within_minutes), (10 * 3600, 600));
    let told = decision.explanation.last().unwrap();
    assert_eq!(told, "Promised: an answer counted from when the team is back.");
    assert!(!to.page, "nobody is on call");
    // Somebody who is woken answers by the clock.
    nine_to_five.on_call = on_call;
    let decision = next(&outage, &nine_to_five, Timestamp::UNIX_EPOCH);
    let Effect::Escalate(to) = decision.effect else { panic!("not handed off") };
    assert_eq!((to.page, to.respond_within_minutes), (true, 60));
    let told = decision.explanation.last().unwrap();
    assert_eq!(told, "Wakes who is on call: critical, and nobody of the team is there.");
    let noon = Timestamp::from_second(12 * 3600).unwrap();
    let decision = next(&outage, &nine_to_five, noon);
    let Effect::Escalate(to) = decision.effect else { panic!("not handed off") };
    assert_eq!((to.respond_within_minutes, decision.explanation.len()), (60, 3));
    assert!(!to.page, "somebody is there");
    // Nobody is woken by somebody unknown, for one person's fault, or where it can wait.
    let unknown = Case { verification: Verification::Unverified, ..outage.clone() };
    let person = case("let me talk to a person, my VPN stops", Scenario::VpnConnectivity, 0.9);
    let mut patient = nine_to_five.clone();
    patient.routing.priorities.company = patient.routing.priorities.person;
    for (case, rulebook) in [(unknown, &nine_to_five), (person, &nine_to_five), (outage, &patient)]
    {
        let decision = next(&case, rulebook, Timestamp::UNIX_EPOCH);
        let Effect::Escalate(to) = decision.effect else { panic!("not handed off") };
        assert!(!to.page, "{}", case.submission.text);
    }
}
