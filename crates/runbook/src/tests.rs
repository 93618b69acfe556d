use content::{Answer, Known, Runbook};
use proptest::prelude::*;

use super::*;

/// Two changes with a way back, one without, people in between.
const BOOK: &str = r"
version: 1
id: book
revision: 1
title: Give access
purpose: For tests.
scenario: software_access
needs: session
owner: desk
reviewed: 2026-01-01
review_by: 2027-01-01
inputs: [person, group, entry]
steps:
  - id: look
    read: membership
  - id: is-outside
    require: {all: {member: 'no'}, otherwise: They are in it already.}
  - id: agree
    approve: [manager]
  - id: add
    change: {act: add_to_group, read: membership, expect: {member: 'yes'}, undo: remove_from_group}
  - id: tell
    change: {act: send_reset_link, read: identity, expect: {reset_link: 'yes'}, no_undo: It ends by itself.}
  - id: give
    change: {act: provision, read: grant, expect: {granted: 'yes'}, undo: deprovision}
  - id: hand
    manual: {team: desk, what: Hand it over.}
";

fn book() -> Runbook {
    serde_saphyr::from_str(BOOK).unwrap()
}

fn known(text: &str) -> Answer {
    Answer::Read(serde_saphyr::from_str::<Known>(text).unwrap())
}

/// The moves that these answers lead to, the one after the last included.
fn moves(answers: &[Answer]) -> Vec<String> {
    let book = book();
    (0..=answers.len()).map(|n| next(&book, &answers[..n]).to_string()).collect()
}

/// Everything up to the handing over.
fn all_done() -> Vec<Answer> {
    let (outside, inside) = (known("{member: 'no'}"), known("{member: 'yes'}"));
    let (linked, granted) = (known("{reset_link: 'yes'}"), known("{granted: 'yes'}"));
    let done = Answer::Done;
    vec![outside, done.clone(), done.clone(), inside, done.clone(), linked, done, granted]
}

#[test]
fn steps_follow_one_another_and_are_read_back() {
    let mut answers = all_done();
    answers.push(Answer::Done);
    assert_eq!(
        moves(&answers),
        [
            "read look",
            "approve agree",
            "act add",
            "check add",
            "act tell",
            "check tell",
            "act give",
            "check give",
            "manual hand",
            "done"
        ]
    );
}

#[test]
fn what_was_changed_is_taken_back_in_reverse_and_what_stays_is_named() {
    let mut answers = all_done();
    answers.extend([Answer::Refused, Answer::Done, Answer::Done]);
    let moves = moves(&answers);
    assert_eq!(moves[9..], ["undo give", "undo add", "stopped at hand: refused, left tell"]);
}

#[test]
fn a_way_back_that_fails_is_named_too() {
    let mut answers = all_done();
    answers.extend([Answer::Canceled, Answer::Refused, Answer::Expired]);
    let moves = moves(&answers);
    assert_eq!(
        moves[9..],
        ["undo give", "undo add", "stopped at hand: canceled, left give tell add"]
    );
}

#[test]
fn a_system_that_said_nothing_is_asked_whether_it_did_it() {
    let begun = [known("{member: 'no'}"), Answer::Done, Answer::Expired];
    let it_did = [&begun[..], &[known("{member: 'yes'}")]].concat();
    assert_eq!(moves(&it_did)[3..], ["check add", "act tell"]);
    let it_did_not = [&begun[..], &[known("{member: 'no'}"), Answer::Done]].concat();
    assert_eq!(moves(&it_did_not)[3..], ["check add", "undo add", "stopped at add: expired"]);
}

#[test]
fn changed_content_is_looked_at_anew_and_asked_for_again_and_not_for_ever() {
    let outside = known("{member: 'no'}");
    let round = [outside, Answer::Done, Answer::Changed];
    let answers = [&round[..], &round, &round].concat();
    let asked = ["read look", "approve agree", "act add"];
    assert_eq!(
        moves(&answers),
        [&asked[..], &asked, &asked, &["stopped at add: changed"]].concat()
    );
}

/// The yes was for both changes as they were: the second one is not made without another yes.
#[test]
fn content_that_changed_after_something_was_done_is_taken_back() {
    let mut answers = all_done()[..6].to_vec();
    answers.extend([Answer::Changed, Answer::Done]);
    let expect = ["act give", "undo add", "stopped at give: changed, left tell"];
    assert_eq!(moves(&answers)[6..], expect);
}

#[test]
fn a_simulation_says_what_would_be_done() {
    let facts: Known = serde_saphyr::from_str("{member: 'no', granted: 'no'}").unwrap();
    let book = book();
    let played = simulate(&book, &facts);
    assert_eq!(played.last().unwrap().made, Move::End(End::Done));
    assert_eq!(played.len(), 10);
    let inside: Known = serde_saphyr::from_str("{member: 'yes'}").unwrap();
    let made = simulate(&book, &inside).last().unwrap().made.to_string();
    assert_eq!(made, "stopped at is-outside: not so");
}

#[test]
fn tests_that_show_too_little_are_told() {
    let mut book = book();
    book.tests = serde_saphyr::from_str(
        "[{name: one, moves: [{read look: {member: 'yes'}}], end: 'stopped at is-outside: not so'}]",
    )
    .unwrap();
    assert_eq!(try_out(&book, &book.tests[0]), Ok(()));
    let spots = weak_spots(&book).join("\n");
    assert!(spots.contains("it has 1 tests"), "{spots}");
    assert!(spots.contains("no test ends as it should"), "{spots}");
    assert!(spots.contains("in no test `agree` is refused"), "{spots}");
    assert!(spots.contains("in no test the change `give` fails"), "{spots}");
    assert!(!spots.contains("is-outside"), "{spots}");
}

#[test]
fn a_test_that_differs_is_told_with_its_place() {
    let mut book = book();
    book.tests = serde_saphyr::from_str(
        "[{name: one, moves: [{read look: {member: 'no'}}, {act add: done}], end: done}]",
    )
    .unwrap();
    let difference = try_out(&book, &book.tests[0]).unwrap_err();
    assert_eq!((difference.place, difference.found.as_str()), (2, "approve agree"));
    assert_eq!(difference.expected.as_deref(), Some("act add"));
}

/// Any answer, those that are read in the words of [`BOOK`].
fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => Just(Answer::Done),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Expired),
        1 => Just(Answer::Changed),
        1 => Just(Answer::Canceled),
        2 => Just(known("{member: 'no', granted: 'no', reset_link: 'no'}")),
        4 => Just(known("{member: 'yes', granted: 'yes', reset_link: 'yes'}")),
    ]
}

/// As a well-meaning outside would answer, mostly.
fn answers() -> impl Strategy<Value = Vec<(Answer, bool)>> {
    proptest::collection::vec((any_answer(), proptest::bool::weighted(0.7)), 0..60)
}

/// A run in which each move gets a fitting answer where the flag is set, and any other where not.
fn run(given: Vec<(Answer, bool)>) -> (Vec<String>, Vec<Answer>) {
    let book = book();
    let (mut made, mut so_far) = (Vec::new(), Vec::new());
    for (any, is_fitting) in given {
        let now = next(&book, &so_far);
        made.push(now.to_string());
        let fitting = match &now {
            Move::Read { .. } => known("{member: 'no'}"),
            Move::Check { .. } => known("{member: 'yes', granted: 'yes', reset_link: 'yes'}"),
            Move::End(_) => break,
            _ => Answer::Done,
        };
        so_far.push(if is_fitting { fitting } else { any });
    }
    (made, so_far)
}

proptest! {
    /// A change is asked for again only where it was not made because its content had changed.
    #[test]
    fn nothing_is_done_twice(given in answers()) {
        let (made, answers) = run(given);
        for step in ["act add", "act tell", "act give", "undo add", "undo give"] {
            let asked = made.iter().zip(&answers).filter(|(it, answer)| *it == step && **answer != Answer::Changed);
            prop_assert!(asked.count() <= 1, "{step}: {made:?}");
        }
    }

    #[test]
    fn nothing_is_changed_before_people_said_yes_or_after_they_said_no(given in answers()) {
        let (made, answers) = run(given);
        let yes = made.iter().zip(&answers).position(|(it, answer)| it == "approve agree" && *answer == Answer::Done);
        let act = made.iter().position(|it| it.starts_with("act"));
        if let Some(act) = act {
            prop_assert!(yes.is_some_and(|yes| yes < act), "{made:?}");
        }
        let stop = answers.iter().position(|answer| *answer == Answer::Canceled);
        if let Some(stop) = stop {
            prop_assert!(!made[stop + 1..].iter().any(|it| it.starts_with("act")), "{made:?}");
        }
    }

    /// Whatever happens, a run ends: here within so many moves.
    #[test]
    fn every_run_ends(given in proptest::collection::vec((any_answer(), proptest::bool::weighted(0.7)), 60)) {
        let (made, answers) = run(given);
        prop_assert!(made.len() < 60, "{made:?}");
        let book = book();
        prop_assert!(matches!(next(&book, &answers), Move::End(_)));
    }

    /// What a stopped run leaves is what it changed and did not take back.
    #[test]
    fn what_is_left_is_named(given in answers()) {
        let (_, answers) = run(given);
        let book = book();
        if let Move::End(End::Stopped { left, .. }) = next(&book, &answers) {
            let mut changed = Vec::new();
            for n in 0..answers.len() {
                match (next(&book, &answers[..n]), &answers[n]) {
                    (Move::Check { step, .. }, _) => changed.push(step),
                    (Move::Undo { step, .. }, Answer::Done) => changed.retain(|it| *it != step),
                    _ => {}
                }
            }
            let (mut left, mut expected) = (left, changed);
            left.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(left, expected);
        }
    }
}
