//! The policies that are shipped: the cells that must hold, the matrix, and what no policy may break.
#![allow(clippy::expect_used, clippy::panic, reason = "a test panics where it fails")]

use std::path::{Path, PathBuf};

use policy::{
    ActionClass, Approver, Attempt, Cells, Confidence, Criticality, Gate, Mode, Outcome, Subject,
    Window, matrix,
};
use ticket::{Scenario, Verification};

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/policies").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).expect(file)
}

fn gate() -> Gate {
    Gate::parse(&read("desk.cedarschema"), &read("desk.cedar")).expect("sound policies")
}

fn cells() -> Cells {
    serde_saphyr::from_str(&read("cases.yaml")).expect("sound cells")
}

#[test]
fn the_cells_nobody_may_get_wrong_are_right() {
    let cells = cells();
    let problems: Vec<String> = cells.problems(&gate()).iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let dangerous = cells.cases.iter().filter(|cell| cell.expect != Outcome::Permit);
    assert!(dangerous.count() >= 40);
}

#[test]
fn every_policy_decides_a_cell() {
    let gate = gate();
    let unspoken = cells().unspoken(&gate).join(", ");
    assert!(unspoken.is_empty(), "write a case for {unspoken}");
}

#[test]
fn the_matrix_is_the_one_that_was_reviewed() {
    let found = matrix(&gate(), &cells().base);
    let advice = "run `deskside-agent policy check --write-matrix` and review the change";
    assert!(found == read("matrix.txt"), "{advice}");
}

/// Nobody, everybody, and each role alone or twice.
fn some_approvals() -> Vec<Vec<Approver>> {
    let roles = Approver::ALL;
    let twice = roles.map(|role| vec![role, role]);
    let alone = roles.map(|role| vec![role]);
    [vec![], roles.to_vec()].into_iter().chain(alone).chain(twice).collect()
}

/// Every step there can be, as far as the gate tells steps apart: the fields of the base that are given
/// stay as they are.
fn every(fixed: impl Fn(Attempt) -> Option<Attempt>, mut look: impl FnMut(&Attempt)) -> usize {
    let base = cells().base;
    let mut seen = 0;
    let verified = [
        (Verification::Unverified, 0),
        (Verification::Session, 301),
        (Verification::Session, 43_201),
        (Verification::Fresh, 300),
    ];
    let confidences = [Confidence::Low, Confidence::Moderate, Confidence::High];
    for scenario in Scenario::ALL {
        for action in ActionClass::ALL {
            for mode in Mode::ALL {
                for (verification, verified_seconds_ago) in verified {
                    for criticality in Criticality::ALL {
                        for window in Window::ALL {
                            for confidence in confidences {
                                let attempt = Attempt {
                                    scenario,
                                    action,
                                    mode,
                                    verification,
                                    verified_seconds_ago,
                                    criticality,
                                    window,
                                    confidence,
                                    ..base.clone()
                                };
                                if let Some(attempt) = fixed(attempt) {
                                    seen += 1;
                                    look(&attempt);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    seen
}

/// Nothing that is fixed here may be permitted, whoever approved.
fn never(fixed: impl Fn(Attempt) -> Option<Attempt>) {
    let gate = gate();
    let seen = every(fixed, |attempt| {
        let approvals = Approver::ALL.to_vec();
        let verdict = gate.decide(&Attempt { approvals, ..attempt.clone() });
        assert_eq!(verdict.outcome, Outcome::Forbid, "{attempt:?} {verdict:?}");
    });
    assert!(seen > 0);
}

const fn changes(attempt: &Attempt) -> bool {
    !matches!(attempt.action, ActionClass::ReadOnly)
}

#[test]
fn nothing_for_the_unverified() {
    never(|it| (it.verification == Verification::Unverified).then_some(it));
}

#[test]
fn a_second_factor_is_never_passed_by() {
    never(|it| changes(&it).then_some(Attempt { second_factor: true, ..it }));
}

#[test]
fn shadow_never_executes_and_off_does_nothing() {
    never(|it| (it.mode == Mode::Shadow && changes(&it)).then_some(it));
    never(|it| (it.mode == Mode::Off).then_some(it));
}

#[test]
fn protected_administrators_are_never_touched_nor_is_anybody_else() {
    let others = [Subject::ProtectedAdministrator, Subject::Colleague, Subject::Unknown];
    for subject in others {
        never(|it| Some(Attempt { subject, ..it }));
    }
}

#[test]
fn nothing_irreversible_or_unclassified_without_people() {
    let gate = gate();
    for subject in [Subject::Own, Subject::System] {
        for subjects in [1, 20] {
            let seen = every(
                |it| Some(Attempt { subject, subjects, ..it }),
                |attempt| {
                    let least = match attempt.action {
                        ActionClass::ReadOnly | ActionClass::Reversible => return,
                        ActionClass::Irreversible => 1,
                        ActionClass::Unclassified => 2,
                    };
                    let few = some_approvals().into_iter().filter(|it| it.len() < least);
                    for approvals in few {
                        let verdict = gate.decide(&Attempt { approvals, ..attempt.clone() });
                        assert_ne!(verdict.outcome, Outcome::Permit, "{attempt:?}");
                    }
                },
            );
            assert!(seen > 0);
        }
    }
}

#[test]
fn an_approval_never_closes_what_was_open() {
    let gate = gate();
    every(Some, |attempt| {
        let permits = |approvals: &[Approver]| {
            let approvals = approvals.to_vec();
            gate.decide(&Attempt { approvals, ..attempt.clone() }).outcome == Outcome::Permit
        };
        let everybody = permits(&Approver::ALL);
        assert!(everybody || !permits(&[]), "{attempt:?}");
        for approver in Approver::ALL {
            assert!(!permits(&[]) || permits(&[approver]), "{attempt:?} {approver:?}");
            assert!(!permits(&[approver]) || everybody, "{attempt:?} {approver:?}");
        }
    });
}

#[test]
fn who_must_approve_suffices_and_nobody_less() {
    let gate = gate();
    every(Some, |attempt| {
        let Outcome::NeedsApproval { from } = gate.decide(attempt).outcome else { return };
        let permits = |approvals: Vec<Approver>| {
            gate.decide(&Attempt { approvals, ..attempt.clone() }).outcome == Outcome::Permit
        };
        for left_out in 0..from.len() {
            let mut fewer = from.clone();
            fewer.remove(left_out);
            assert!(!permits(fewer), "{attempt:?} {from:?}");
        }
        assert!(permits(from.clone()), "{attempt:?} {from:?}");
    });
}
