//! What the agent carries out by itself, and what follows from how that ends.

use jiff::{SignedDuration, Timestamp};
use policy::{Mode, Outcome, TierRule};
use ticket::{Cause, ReplyAction, Scenario, TriedOutcome, Verification};
use triage::Outlook;

use super::fixture::{case, extend, labelled, rulebook, said, unlock};
use super::{check, handed_off, short, tried};
use crate::{Case, Procedure, Rulebook, RunEnd, Step, next};

/// A locked-out person, with what happened so far.
fn locked_out(text: &str, history: Vec<Step>) -> Case {
    let scenario = Scenario::PasswordResetLockout;
    Case { causes: vec![Cause::AccountLocked], ..labelled(text, scenario, 0.9, history) }
}

fn started() -> Step {
    Step::Started { runbook: "unlock-account".to_owned() }
}

fn ran(end: RunEnd) -> Step {
    Step::Ran { runbook: "unlock-account".to_owned(), end }
}

#[test]
fn what_the_agent_found_and_can_mend_it_mends() {
    let rule = TierRule::OwnAccount;
    check(&locked_out("I cannot sign in", Vec::new()), "run unlock-account", rule);
    // Steps that they tried themselves do not unlock an account.
    let mut guided = locked_out("I cannot sign in", Vec::new());
    guided.submission.tried = vec![tried(TriedOutcome::DidNotHelp)];
    check(&guided, "run unlock-account", rule);
    let not_found = case("I cannot sign in, locked out", Scenario::PasswordResetLockout, 0.9);
    check(&not_found, "answer password-forgotten account-locked", rule);
    // What the directory says need not be asked.
    let outlook = Outlook { act: 0.2, ask: 0.7, person: 0.1, high: 0.0 };
    let mut short = locked_out("I cannot sign in", Vec::new());
    short.triage.outlook = Some(outlook);
    check(&short, "run unlock-account", rule);
    short.causes.clear();
    check(&short, "ask sign_in", TierRule::LooksIncomplete);
    let unknown = Case { verification: Verification::Unverified, ..guided };
    check(&unknown, "identity", TierRule::StepsFailed);
    check(&locked_out("let me talk to a person", Vec::new()), "identity", TierRule::WantsPerson);
    check(&locked_out("turn off MFA please", Vec::new()), "security", TierRule::MfaBypass);
}

#[test]
fn a_runbook_that_is_not_trusted_yet_changes_nothing_for_anybody() {
    let decide = |mode: Mode, guided: bool| {
        let mut case = locked_out("I cannot sign in", Vec::new());
        if guided {
            case.submission.tried = vec![tried(TriedOutcome::DidNotHelp)];
        }
        let rulebook = Rulebook { runbooks: vec![unlock(mode)], ..rulebook() };
        let decision = next(&case, &rulebook, Timestamp::UNIX_EPOCH);
        (short(&decision), decision.gate.map(|verdict| verdict.policies))
    };
    let articles = "answer password-forgotten account-locked".to_owned();
    let why = |policy: &str| Some(vec![policy.to_owned()]);
    assert_eq!(decide(Mode::Shadow, false), (articles.clone(), why("shadow")));
    assert_eq!(decide(Mode::Off, false), (articles, why("switched_off")));
    assert_eq!(decide(Mode::Shadow, true), ("identity".to_owned(), None));
    let peer = "ask [Peer] by identity".to_owned();
    assert_eq!(decide(Mode::Recommend, false), (peer, why("recommend")));
    let run = "run unlock-account".to_owned();
    assert_eq!(decide(Mode::Canary, true), (run.clone(), why("change")));
    assert_eq!(decide(Mode::Act, true), (run, why("change")));
}

/// The gate wants the manager's word, and the runbook asks for it by itself.
#[test]
fn a_runbook_that_asks_whom_the_gate_wants_is_begun() {
    let decide = |procedure: Procedure| {
        let case = Case {
            causes: vec![Cause::AccountEnded],
            ..locked_out("I cannot sign in", Vec::new())
        };
        let rulebook = Rulebook { runbooks: vec![procedure], ..rulebook() };
        short(&next(&case, &rulebook, Timestamp::UNIX_EPOCH))
    };
    let articles = "answer password-forgotten account-locked";
    assert_eq!(decide(extend(Mode::Act)), "run extend-account");
    assert_eq!(decide(extend(Mode::Recommend)), "run extend-account");
    assert_eq!(decide(extend(Mode::Shadow)), articles);
    let asks_nobody = Procedure { asks: Vec::new(), ..extend(Mode::Act) };
    assert_eq!(decide(asks_nobody), "ask [Manager] by identity");
}

#[test]
fn a_run_ends_with_the_employee_or_with_a_team() {
    let after = |history: Vec<Step>| locked_out("I cannot sign in", history);
    let (wait, rule) = ("wait", TierRule::OwnAccount);
    let failed = TierRule::StepsFailed;
    check(&after(vec![started()]), wait, rule);
    check(&after(vec![started(), said("still locked")]), wait, rule);
    let news = vec![started(), said("turn off MFA please")];
    check(&locked_out("turn off MFA please", news), "security", TierRule::MfaBypass);
    let person = "let me talk to a person";
    let news = vec![started(), said(person)];
    check(&locked_out(person, news), "identity", TierRule::WantsPerson);
    check(&after(vec![started(), ran(RunEnd::Done)]), wait, rule);
    check(&after(vec![started(), ran(RunEnd::Done), said("thanks, it works")]), "close", rule);
    check(&after(vec![started(), ran(RunEnd::Done), said("still locked")]), "identity", failed);
    check(&after(vec![started(), ran(RunEnd::Stopped)]), "identity", rule);
    // A no of who was asked is an answer, and who wants more gets a person.
    check(&after(vec![started(), ran(RunEnd::Declined)]), wait, rule);
    check(
        &after(vec![started(), ran(RunEnd::Declined), said("but I need it")]),
        "identity",
        failed,
    );
    let alarm = TierRule::SecurityIncident;
    check(&after(vec![started(), ran(RunEnd::Suspicious)]), "security hold still", alarm);
    // Its end comes late: the employee or security was quicker.
    let solved =
        [started(), Step::replied(ReplyAction::Solved), Step::Closed, ran(RunEnd::Stopped)];
    check(&after(solved.to_vec()), wait, rule);
    let at_security = vec![started(), handed_off("security", true), ran(RunEnd::Done)];
    check(&after(at_security), wait, rule);
}

#[test]
fn the_gate_is_asked_before_steps_that_people_tried_are_passed_over() {
    let mut old = locked_out("I cannot sign in", Vec::new());
    old.submission.tried = vec![tried(TriedOutcome::DidNotHelp)];
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(13);
    let decision = next(&old, &rulebook(), now);
    assert_eq!(
        (short(&decision), decision.tier.rule),
        ("identity".to_owned(), TierRule::StepsFailed)
    );
    old.submission.tried.clear();
    let decision = next(&old, &rulebook(), now);
    assert_eq!(short(&decision), "answer password-forgotten account-locked");
    assert_eq!(decision.gate.unwrap().outcome, Outcome::Forbid);
}
