//! The runbooks that are shipped: each does what its tests say, and they show enough.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::Path;

use content::{Audience, load};
use runbook::{try_out, weak_spots};

const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");

#[test]
fn every_shipped_runbook_does_what_its_tests_say_and_they_say_enough() {
    let (content, report) = load(Path::new(KNOWLEDGE), Audience::Agent).unwrap();
    let about_runbooks: Vec<String> = report
        .problems
        .iter()
        .filter(|problem| problem.file.starts_with("runbooks"))
        .map(ToString::to_string)
        .collect();
    assert_eq!(about_runbooks, [""; 0]);
    assert!(content.runbooks.len() >= 15, "{}", content.runbooks.len());
    let mut wrong = Vec::new();
    for runbook in &content.runbooks {
        for trial in &runbook.tests {
            wrong.extend(try_out(runbook, trial).err().map(|it| format!("{}: {it:?}", runbook.id)));
        }
        wrong.extend(weak_spots(runbook).iter().map(|spot| format!("{}: {spot}", runbook.id)));
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

/// They are for the agent alone.
#[test]
fn the_app_never_reads_them() {
    let (content, _) = load(Path::new(KNOWLEDGE), Audience::App).unwrap();
    assert!(content.runbooks.is_empty());
}
