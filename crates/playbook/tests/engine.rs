//! One answer at a time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use content::Playbook;
use playbook::{
    Answer, End, Fixed, MAX_STEPS, Outcome, Phase, PlaybookError, Session, advance, current, end,
    phase, tried,
};
use ticket::{Cause, CheckId, Finding, FindingStatus, TriedOutcome};

const YES: Answer<'_> = Answer::Confirmed { fixed: Fixed::Yes };
const NO: Answer<'_> = Answer::Confirmed { fixed: Fixed::No };

fn vpn() -> Playbook {
    let yaml = r#"
version: 1
id: vpn
scenario: vpn_connectivity
title: {en: Fix my VPN}
summary: {en: Short}
minutes: 3
owner: network
reviewed: 2026-10-12
review_by: 2027-10-12
start: look
steps:
  look:
    title: {en: Looking}
    check:
      run: [link, uptime]
      branches:
        - {cause: no_link, next: plug}
        - {cause: clock_wrong, check: uptime, status: fine, next: solved}
        - {check: uptime, status: attention, next: restart}
      otherwise: ask
  ask:
    title: {en: Where are you?, de: Wo sind Sie?}
    ask:
      options:
        - {id: home, text: {en: At home, de: Zu Hause}, next: plug}
        - {id: office, text: {en: Office}, next: send}
  plug:
    title: {en: Plug it in, de: Einstecken}
    do: {steps: [{en: Push until it clicks}], next: restart}
  restart:
    title: {en: Restart}
    do: {steps: [{en: Restart}], next: fixed}
  fixed:
    title: {en: Did this fix it?}
    confirm: {yes: solved, no: report}
  report:
    title: {en: Where next?}
    ask:
      options:
        - {id: it, text: {en: IT}, next: send}
        - {id: security, text: {en: Security}, next: security}
  solved: {title: {en: Good}, resolved: {}}
  send: {title: {en: A person}, escalate: {}}
  security: {title: {en: Security}, report_security: {}}
"#;
    serde_saphyr::from_str(yaml).unwrap()
}

fn checked(findings: &[Finding], cause: Option<Cause>) -> Answer<'_> {
    Answer::Checked { findings, cause }
}

fn finding(check: CheckId, status: FindingStatus) -> Finding {
    Finding { check, status, evidence: Vec::new(), took_ms: 1 }
}

fn after(playbook: &Playbook, answers: &[Answer<'_>]) -> Result<Session, PlaybookError> {
    answers
        .iter()
        .try_fold(Session::start(playbook), |session, answer| advance(playbook, &session, *answer))
}

/// The answers lead to this step.
#[track_caller]
fn check(answers: &[Answer<'_>], expect: &str) -> Session {
    let session = after(&vpn(), answers).unwrap();
    assert_eq!(session.step, expect);
    session
}

#[track_caller]
fn check_error(answers: &[Answer<'_>], expect: &PlaybookError) {
    assert_eq!(after(&vpn(), answers).as_ref(), Err(expect));
}

#[test]
fn a_check_goes_where_the_first_condition_that_holds_says() {
    let fine = [finding(CheckId::Uptime, FindingStatus::Fine)];
    let long = [finding(CheckId::Uptime, FindingStatus::Attention)];
    check(&[checked(&[], Some(Cause::NoLink))], "plug");
    check(&[checked(&long, Some(Cause::NoLink))], "plug");
    check(&[checked(&long, None)], "restart");
    check(&[checked(&fine, Some(Cause::ClockWrong))], "solved");
    check(&[checked(&long, Some(Cause::ClockWrong))], "restart");
    check(&[checked(&fine, None)], "ask");
    check(&[checked(&[finding(CheckId::Link, FindingStatus::Attention)], None)], "ask");
    check(&[checked(&[], Some(Cause::CaptivePortal))], "ask");
}

#[test]
fn answers_lead_on() {
    let ask = checked(&[], None);
    check(&[], "look");
    check(&[ask, Answer::Choose("office")], "send");
    check(&[ask, Answer::Choose("home"), Answer::Next], "restart");
    check(&[ask, Answer::Choose("home"), Answer::Next, Answer::Next, YES], "solved");
    check(&[ask, Answer::Choose("home"), Answer::Next, Answer::Next, NO], "report");
}

#[test]
fn skipping_a_fix_skips_the_question_whether_it_helped() {
    let plug = checked(&[], Some(Cause::NoLink));
    check(&[plug, Answer::Skip], "restart");
    check(&[plug, Answer::Skip, Answer::Skip], "report");
    check(&[Answer::Skip], "ask");
}

#[test]
fn back_takes_the_last_answer_away() {
    let ask = checked(&[], None);
    let session = check(&[ask, Answer::Choose("home"), Answer::Back], "ask");
    assert_eq!(session.history.len(), 1);
    assert!(session.can_go_back());
    let session = check(&[ask, Answer::Back], "look");
    assert!(!session.can_go_back());
    check(&[ask, Answer::Back, checked(&[], Some(Cause::NoLink))], "plug");
    check_error(&[Answer::Back], &PlaybookError::AtStart);
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    let does_not_fit = |step: &str| PlaybookError::DoesNotFit { step: step.to_owned() };
    let ask = checked(&[], None);
    for answer in [Answer::Next, Answer::Choose("home"), YES] {
        check_error(&[answer], &does_not_fit("look"));
    }
    for answer in [Answer::Next, Answer::Skip, NO, ask] {
        check_error(&[ask, answer], &does_not_fit("ask"));
    }
    let end = Answer::Choose("office");
    for answer in [Answer::Next, Answer::Skip, YES, ask] {
        check_error(&[ask, end, answer], &does_not_fit("send"));
    }
    let option = "moon".to_owned();
    check_error(&[ask, Answer::Choose("moon")], &PlaybookError::NoSuchOption { option });
}

#[test]
fn a_session_of_another_playbook_or_version_is_refused() {
    let vpn = vpn();
    let mut session = Session::start(&vpn);
    session.playbook = "printer".to_owned();
    let expect = PlaybookError::OtherPlaybook { session: "printer".to_owned() };
    assert_eq!(advance(&vpn, &session, Answer::Skip), Err(expect));
    let mut session = Session::start(&vpn);
    session.step = "removed".to_owned();
    let expect = PlaybookError::NoSuchStep { step: "removed".to_owned() };
    assert_eq!(current(&vpn, &session).err(), Some(expect.clone()));
    assert_eq!(advance(&vpn, &session, Answer::Skip), Err(expect));
    assert_eq!(end(&vpn, &session), None);
}

#[test]
fn an_endless_session_is_an_error() {
    let mut vpn = vpn();
    let circle = r#"{title: {en: Round}, do: {steps: [{en: Again}], next: look}}"#;
    vpn.steps.insert("look".to_owned(), serde_saphyr::from_str(circle).unwrap());
    let answers = vec![Answer::Next; MAX_STEPS];
    assert_eq!(after(&vpn, &answers).unwrap().history.len(), MAX_STEPS);
    let answers = vec![Answer::Next; MAX_STEPS + 1];
    assert_eq!(after(&vpn, &answers), Err(PlaybookError::TooLong));
}

#[test]
fn the_stepper_follows() {
    let vpn = vpn();
    let ask = checked(&[], None);
    let home = Answer::Choose("home");
    for (answers, expect_phase, expect_end) in [
        (&[][..], Phase::Check, None),
        (&[ask], Phase::Check, None),
        (&[ask, home], Phase::Fix, None),
        (&[ask, home, Answer::Next, Answer::Next], Phase::Done, None),
        (&[ask, home, Answer::Next, Answer::Next, NO], Phase::Fix, None),
        (&[ask, home, Answer::Next, Answer::Next, YES], Phase::Done, Some(End::Resolved)),
        (&[ask, Answer::Choose("office")], Phase::Done, Some(End::Escalate)),
        (
            &[ask, home, Answer::Skip, Answer::Skip, Answer::Choose("security")],
            Phase::Done,
            Some(End::ReportSecurity),
        ),
    ] {
        let session = after(&vpn, answers).unwrap();
        assert_eq!((phase(&vpn, &session), end(&vpn, &session)), (expect_phase, expect_end));
    }
}

#[test]
fn a_no_marks_the_instructions_before_it() {
    use TriedOutcome::{Answered, DidNotHelp, Done, Skipped};
    let ask = checked(&[], None);
    let home = Answer::Choose("home");
    let check = |answers: &[Answer<'_>], expect: &[(&str, TriedOutcome)]| {
        let vpn = vpn();
        let lines = tried(&vpn, &after(&vpn, answers).unwrap(), "en");
        let found: Vec<_> = lines.iter().map(|line| (line.step.as_str(), line.outcome)).collect();
        assert_eq!(found, expect);
    };
    check(&[], &[]);
    check(
        &[ask, home, Answer::Next, Answer::Next],
        &[("look", Done), ("ask", Answered), ("plug", Done), ("restart", Done)],
    );
    check(
        &[ask, home, Answer::Skip, Answer::Next, NO],
        &[("look", Done), ("ask", Answered), ("plug", Skipped), ("restart", DidNotHelp)],
    );
    check(
        &[ask, home, Answer::Next, Answer::Next, YES],
        &[("look", Done), ("ask", Answered), ("plug", Done), ("restart", Done)],
    );
}

#[test]
fn what_was_tried_is_told_in_the_language_of_the_request() {
    let vpn = vpn();
    let session = after(&vpn, &[checked(&[], None), Answer::Choose("home"), Answer::Next]).unwrap();
    let lines = tried(&vpn, &session, "de-AT");
    assert_eq!(
        (lines[1].title.as_str(), lines[1].detail.as_deref()),
        ("Wo sind Sie?", Some("Zu Hause"))
    );
    assert_eq!((lines[2].title.as_str(), lines[2].detail.as_deref()), ("Einstecken", None));
    assert_eq!((lines[0].playbook.as_str(), lines[0].title.as_str()), ("vpn", "Looking"));
}

#[test]
fn a_session_survives_being_stored() {
    let session = check(&[checked(&[], None), Answer::Choose("home"), Answer::Skip], "restart");
    assert_eq!(session.history[1].outcome, Outcome::Chose { option: "home".to_owned() });
    let json = serde_json::to_string(&session).unwrap();
    assert_eq!(serde_json::from_str::<Session>(&json).unwrap(), session);
}
