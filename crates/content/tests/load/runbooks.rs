//! What people get who write a runbook with a mistake in it. It is left out.

use crate::folder::{folder, load_agent, put};

const BOOK: &str = "version: 1
id: unlock
revision: 1
title: Unlock an account
purpose: For tests.
scenario: password_reset_lockout
needs: session
owner: desk
reviewed: 2026-10-12
review_by: 2027-10-12
inputs: [group]
steps:
  - id: look
    read: account
  - id: locked
    require: {all: {account_state: locked, protected: no}, otherwise: It is not.}
  - id: agree
    approve: [manager]
  - id: fetch
    manual: {team: desk, what: Fetch it.}
  - id: change
    change: {act: unlock_account, read: account, expect: {account_state: active}, no_undo: It gives nothing.}
";
const TESTS: &str = "version: 1
tests:
  - name: not locked
    moves: [{read look: {account_state: active}}]
    end: 'stopped at locked: not so'
";

/// Replaces in the runbook, or with `in_tests` in its tests; the problems must read as expected.
#[track_caller]
fn check(from: &str, to: &str, expect: &[&str]) {
    let root = folder();
    let is_in_book = BOOK.contains(from);
    assert!(is_in_book || TESTS.contains(from), "{from}");
    put(root.path(), "runbooks/unlock.yaml", BOOK.replacen(from, to, 1));
    put(root.path(), "runbooks/unlock.tests.yaml", TESTS.replacen(from, to, 1));
    let (content, report) = load_agent(root.path());
    let lines: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(lines, expect);
    assert_eq!(content.runbooks.is_empty(), !expect.is_empty());
}

#[test]
fn a_sound_runbook_comes_with_its_tests() {
    let root = folder();
    put(root.path(), "runbooks/unlock.yaml", BOOK);
    put(root.path(), "runbooks/unlock.tests.yaml", TESTS);
    let (content, report) = load_agent(root.path());
    assert_eq!(report.to_string(), "");
    assert_eq!(content.runbooks[0].tests[0].name, "not locked");
}

#[test]
fn a_runbook_without_tests_and_tests_without_a_runbook_are_told() {
    let root = folder();
    put(root.path(), "runbooks/unlock.yaml", BOOK);
    put(root.path(), "runbooks/lock.tests.yaml", TESTS);
    let (content, report) = load_agent(root.path());
    let expect = "knowledge/runbooks/lock.tests.yaml: these are tests of no runbook. Write lock.yaml beside it, or remove it.
knowledge/runbooks/unlock.yaml: the runbook has no tests. Write them in unlock.tests.yaml beside it.
";
    assert_eq!(report.to_string(), expect);
    assert!(content.runbooks.is_empty());
}

#[test]
fn only_what_is_on_the_closed_lists_can_be_written() {
    let root = folder();
    put(root.path(), "runbooks/unlock.yaml", BOOK.replace("unlock_account", "run_command"));
    put(root.path(), "runbooks/unlock.tests.yaml", TESTS);
    let (_, report) = load_agent(root.path());
    let text = report.to_string();
    assert!(
        text.contains(
            "unlock.yaml:22: `run_command` is not a known value. Use one of `unlock_account`"
        ),
        "{text}"
    );
    check(
        "account_state: locked",
        "account_state: shut",
        &[
            "knowledge/runbooks/unlock.yaml:16: `shut` is no word for `account_state`. Use `active`, `locked`, `disabled`, `expired`, `must_change` or `unknown`.",
        ],
    );
    check(
        "account_state: active}}",
        "account_state: open}}",
        &[
            "knowledge/runbooks/unlock.tests.yaml:4: `open` is no word for `account_state`. Use `active`, `locked`, `disabled`, `expired`, `must_change` or `unknown`.",
        ],
    );
}

#[test]
fn what_would_be_unsafe_is_told_with_line_and_advice() {
    let file = "knowledge/runbooks/unlock.yaml";
    for (from, to, line, expect) in [
        (
            "    read: account\n",
            "    read: account\n    approve: [peer]\n",
            13,
            "the step `look` does not do one thing. Write one of `read`, `require`, `approve`, `manual`, `change`.",
        ),
        (
            ", no_undo: It gives nothing.",
            "",
            21,
            "the change of step `change` has no way back. Write either `undo`, or `no_undo` with the reason.",
        ),
        (
            "id: look\n    read: account",
            "id: look\n    read: identity",
            15,
            "the step `locked` requires what nobody has read. Read it in a step before.",
        ),
        ("id: fetch", "id: agree", 17, "the step `agree` is there twice. Give it another id."),
        (
            "[manager]",
            "[]",
            17,
            "the step `agree` does not name whom it asks. Name each once: manager, owner, peer.",
        ),
        (
            "team: desk, what",
            "team: nobody, what",
            19,
            "the step `fetch` waits for a team that is none. Use an id of routing/teams.yaml.",
        ),
        (
            "expect: {account_state: active}",
            "expect: {sessions: no}",
            21,
            "the step `change` expects what it does not read. Expect facts of what `read` names.",
        ),
        (
            "act: unlock_account",
            "act: send_vpn_profile",
            21,
            "the step `change` needs a device that is no input. Name it under `inputs`.",
        ),
        (
            "id: look",
            "id: Look",
            13,
            "the step `Look` has no id in small letters. Use letters, digits and hyphens.",
        ),
    ] {
        check(from, to, &[&format!("{file}:{line}: {expect}")]);
    }
}

#[test]
fn nothing_is_changed_before_anything_is_required() {
    let require = "  - id: locked\n    require: {all: {account_state: locked, protected: no}, otherwise: It is not.}\n";
    check(
        require,
        "",
        &[
            "knowledge/runbooks/unlock.yaml:19: the step `change` changes something before anything is required. Require first what must be so.",
        ],
    );
}

#[test]
fn a_runbook_that_changes_nothing_is_none() {
    let change = "  - id: change\n    change: {act: unlock_account, read: account, expect: {account_state: active}, no_undo: It gives nothing.}\n";
    check(
        change,
        "",
        &[
            "knowledge/runbooks/unlock.yaml:12: it changes nothing. A runbook has a step with `change`; articles are for the rest.",
        ],
    );
}

#[test]
fn what_is_lost_for_good_has_no_way_back() {
    check(
        "change: {act: unlock_account, read: account, expect: {account_state: active}, no_undo: It gives nothing.}",
        "change: {act: page_on_call, read: account, expect: {account_state: active}, undo: unlock_account}",
        &[
            "knowledge/runbooks/unlock.yaml:21: the step `change` cannot be taken back. Write `no_undo` with the reason.",
            "knowledge/runbooks/unlock.yaml:21: the step `change` needs a team that is no input. Name it under `inputs`.",
        ],
    );
}
