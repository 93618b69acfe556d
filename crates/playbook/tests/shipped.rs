//! Every way through every playbook that is shipped.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use content::{Audience, Condition, Playbook, StepKind, load};
use playbook::{Answer, End, Fixed, Session, advance, current, end};
use ticket::{Finding, FindingStatus};

/// More than anybody does before giving up.
const LONGEST: usize = 25;
/// Keeps a playbook that grows too many ways from being walked forever.
const MOST_WAYS: usize = 200_000;

/// What the walk saw.
#[derive(Default)]
struct Ways {
    ends: Vec<End>,
    visited: BTreeSet<String>,
}

#[test]
fn every_way_ends_resolved_or_with_a_person() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
    let (content, report) = load(root, Audience::App).unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(content.playbooks.len(), 7);
    for playbook in &content.playbooks {
        let mut ways = Ways::default();
        walk(playbook, &Session::start(playbook), &mut ways);
        let steps: BTreeSet<String> = playbook.steps.keys().cloned().collect();
        assert_eq!(ways.visited, steps, "{}", playbook.id);
        let person = |end: &End| matches!(end, End::Escalate | End::ReportSecurity);
        assert!(ways.ends.iter().any(person), "{}", playbook.id);
    }
}

#[test]
fn a_security_incident_always_ends_with_a_report() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
    let (content, _) = load(root, Audience::App).unwrap();
    let playbook = content.playbook("security-incident").unwrap();
    let mut ways = Ways::default();
    walk(playbook, &Session::start(playbook), &mut ways);
    assert!(ways.ends.iter().all(|end| *end == End::ReportSecurity));
}

fn walk(playbook: &Playbook, session: &Session, ways: &mut Ways) {
    ways.visited.insert(session.step.clone());
    if let Some(end) = end(playbook, session) {
        ways.ends.push(end);
        assert!(ways.ends.len() <= MOST_WAYS, "{} has too many ways", playbook.id);
        return;
    }
    assert!(session.history.len() < LONGEST, "{}: {:?}", playbook.id, session.history);
    let kind = &current(playbook, session).unwrap().kind;
    for next in every_answer(playbook, session, kind) {
        let back = advance(playbook, &next, Answer::Back).unwrap();
        assert_eq!(&back, session);
        walk(playbook, &next, ways);
    }
}

/// The sessions after each possible answer.
fn every_answer(playbook: &Playbook, session: &Session, kind: &StepKind) -> Vec<Session> {
    let answer = |answer: Answer<'_>| advance(playbook, session, answer).unwrap();
    match kind {
        StepKind::Check { branches, .. } => {
            let mut next: Vec<Session> = branches.iter().map(|it| holding(it, answer)).collect();
            next.push(answer(Answer::Checked { findings: &[], cause: None }));
            next
        }
        StepKind::Ask { options } => {
            options.iter().map(|option| answer(Answer::Choose(&option.id))).collect()
        }
        StepKind::Do { .. } => vec![answer(Answer::Next), answer(Answer::Skip)],
        StepKind::Confirm { .. } => [Fixed::Yes, Fixed::No]
            .into_iter()
            .map(|fixed| answer(Answer::Confirmed { fixed }))
            .collect(),
        StepKind::Resolved {} | StepKind::Escalate { .. } | StepKind::ReportSecurity {} => {
            Vec::new()
        }
    }
}

/// The session after checks for which this branch holds.
fn holding(branch: &Condition, answer: impl Fn(Answer<'_>) -> Session) -> Session {
    let findings: Vec<Finding> = branch
        .check
        .map(|check| {
            let status = branch.status.unwrap_or(FindingStatus::Failed);
            Finding { check, status, evidence: Vec::new(), took_ms: 1 }
        })
        .into_iter()
        .collect();
    let session = answer(Answer::Checked { findings: &findings, cause: branch.cause });
    assert_eq!(session.step, branch.next, "an earlier branch hides this one");
    session
}
