use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use jiff::Timestamp;
use outbox::{Entry, Opened, Outbox, Owner, Payload};
use sealing::Key;
use ticket::{Receipt, Reply, ReplyAction, Submission, SubmissionKind, Verification};
use uuid::Uuid;

pub(crate) const FOLDER: &str = "OUTBOX_TEST_FOLDER";

pub(crate) fn now() -> Timestamp {
    at(0)
}

/// Seconds after the moment the tests happen at.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn key() -> Key {
    Key::new([7; 32])
}

pub(crate) fn noor() -> Owner {
    Owner::person("https://id.example", "noor")
}

pub(crate) fn maria() -> Owner {
    Owner::person("https://id.example", "maria")
}

pub(crate) fn open(folder: &Path) -> Outbox {
    let Opened { outbox, damaged, .. } = Outbox::open(folder, key(), &[]).unwrap();
    assert_eq!(damaged, []);
    outbox
}

pub(crate) fn submission(text: &str) -> Submission {
    let (text, locale) = (text.to_owned(), "en".to_owned());
    Submission::of_words(Uuid::now_v7(), now(), text, locale)
}

pub(crate) fn request(owner: Owner, text: &str) -> Entry {
    Entry::new(owner, Payload::Submission { submission: Box::new(submission(text)) }, now())
}

pub(crate) fn report(seconds: u64) -> Entry {
    let mut submission = submission("I clicked on a link");
    submission.kind = SubmissionKind::SecurityReport;
    let payload = Payload::Submission { submission: Box::new(submission) };
    Entry::held(Owner::Installation, payload, now(), Duration::from_secs(seconds))
}

pub(crate) fn reply(owner: Owner) -> Entry {
    let reply = Reply { id: Uuid::now_v7(), action: ReplyAction::Solved };
    Entry::new(owner, Payload::Reply { ticket: 12, reply }, now())
}

pub(crate) fn receipt(submission: Uuid) -> Receipt {
    Receipt {
        submission,
        number: 12,
        verification: Verification::Session,
        accepted_at: now(),
        respond_within_minutes: 60,
    }
}

/// This test program again, running one ignored test of its own on `folder`. `prepare` is a
/// line of shell that comes first.
pub(crate) fn again(test: &str, folder: &Path, prepare: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("{prepare} exec \"$@\""), "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped());
    command
}
