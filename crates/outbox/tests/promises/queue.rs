use std::{fs, path::Path, time::Duration};

use outbox::{
    Cancelled, Damage, Damaged, Entry, Opened, Outbox, OutboxError, Outcome, Owner, Saved, State,
};
use sealing::Key;
use tempfile::tempdir;
use ticket::ProblemCode;
use uuid::Uuid;

use crate::support::{at, key, maria, noor, now, open, receipt, reply, report, request};

const EVERYBODY: fn() -> [Owner; 3] = || [noor(), maria(), Owner::Installation];

fn ids(entries: &[Entry]) -> Vec<Uuid> {
    entries.iter().map(Entry::id).collect()
}

fn put(outbox: &Outbox, entry: &Entry) -> Uuid {
    assert_eq!(outbox.put(entry.clone()).unwrap(), Saved { id: entry.id() });
    entry.id()
}

fn refused() -> Outcome {
    Outcome::Refused { code: ProblemCode::TooLarge, reference: "abc".to_owned() }
}

fn only_record(folder: &Path) -> std::path::PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut records = files.filter(|path| path.extension().is_some_and(|end| end == "entry"));
    records.next().unwrap()
}

#[test]
fn finds_everything_again_in_the_order_of_writing() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let mut late = request(noor(), "written first, with a clock that is ahead");
    if let outbox::Payload::Submission { submission } = &mut late.payload {
        submission.id = Uuid::max();
    }
    let entries = [late, reply(noor()), report(10), request(maria(), "second")];
    let written: Vec<Uuid> = entries.iter().map(|entry| put(&outbox, entry)).collect();
    drop(outbox);
    let outbox = open(folder.path());
    let last = put(&outbox, &request(noor(), "after the restart"));
    assert_eq!(ids(&outbox.list(&EVERYBODY())), [written.as_slice(), &[last]].concat());
    assert_eq!(outbox.get(written[0]).as_ref(), Some(&entries[0]));
}

#[test]
fn is_open_in_one_program_only() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    assert!(matches!(Outbox::open(folder.path(), key(), &[]), Err(OutboxError::InUse)));
    drop(outbox);
    open(folder.path());
}

#[test]
fn saves_the_same_entry_once_and_no_other_under_its_id() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let entry = request(noor(), "the printer is on fire");
    put(&outbox, &entry);
    outbox.record(entry.id(), refused(), now(), 0).unwrap();
    put(&outbox, &entry);
    assert!(matches!(outbox.get(entry.id()).unwrap().state, State::Refused { .. }));
    let stolen = Entry { owner: maria(), ..entry.clone() };
    assert!(matches!(outbox.put(stolen), Err(OutboxError::Conflict)));
    let mut changed = entry;
    if let outbox::Payload::Submission { submission } = &mut changed.payload {
        submission.text = "it is not".to_owned();
    }
    assert!(matches!(outbox.put(changed), Err(OutboxError::Conflict)));
}

#[test]
fn gives_out_only_what_its_owners_wrote() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let of_noor = put(&outbox, &request(noor(), "one"));
    let of_maria = put(&outbox, &request(maria(), "two"));
    let of_nobody = put(&outbox, &report(0));
    assert_eq!(ids(&outbox.due(now(), &[noor(), Owner::Installation])), [of_noor, of_nobody]);
    assert_eq!(ids(&outbox.due(now(), &[Owner::Installation])), [of_nobody]);
    assert_eq!(ids(&outbox.list(&[maria()])), [of_maria]);
    assert_eq!(outbox.unsent_of_others(&[noor(), Owner::Installation]), 1);
    outbox.record(of_maria, Outcome::Accepted(receipt(of_maria)), now(), 0).unwrap();
    assert_eq!(outbox.unsent_of_others(&[noor(), Owner::Installation]), 0);
    assert_eq!(outbox.delete_all(noor()).unwrap(), 1);
    drop(outbox);
    assert_eq!(ids(&open(folder.path()).list(&EVERYBODY())), [of_maria, of_nobody]);
}

#[test]
fn lets_the_next_go_when_one_has_to_wait() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let (first, second) = (put(&outbox, &request(noor(), "a")), put(&outbox, &reply(noor())));
    let retry = Outcome::Retry { after: Some(Duration::from_secs(30)), reason: None };
    outbox.record(first, retry, now(), 0).unwrap();
    assert_eq!(ids(&outbox.due(now(), &[noor()])), [second]);
    outbox.record(second, Outcome::Taken, now(), 0).unwrap();
    assert_eq!(outbox.get(second), None);
    assert_eq!(outbox.due(at(29), &[noor()]), []);
    assert_eq!(outbox.next_due(now(), &[noor()]), Some(at(30)));
    drop(outbox);
    let outbox = open(folder.path());
    assert_eq!(ids(&outbox.due(at(30), &[noor()])), [first]);
    assert_eq!(ids(&outbox.due(at(-3_600), &[noor()])), [first], "the clock was put back");
}

#[test]
fn keeps_what_was_refused_with_the_reason_until_it_is_tried_again() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let id = put(&outbox, &request(noor(), "too much"));
    outbox.record(id, refused(), at(5), 0).unwrap();
    drop(outbox);
    let outbox = open(folder.path());
    assert_eq!(outbox.due(at(9_999), &[noor()]), []);
    let reason =
        State::Refused { code: ProblemCode::TooLarge, reference: "abc".to_owned(), at: at(5) };
    assert_eq!(outbox.list(&[noor()])[0].state, reason);
    outbox.retry(id, at(6)).unwrap();
    assert_eq!(ids(&outbox.due(at(6), &[noor()])), [id]);
}

#[test]
fn stays_accepted_whatever_a_second_try_says() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let id = put(&outbox, &request(noor(), "once"));
    let accepted = Outcome::Accepted(receipt(id));
    for outcome in [accepted, refused(), Outcome::Retry { after: None, reason: None }] {
        outbox.record(id, outcome, now(), 0).unwrap();
    }
    outbox.retry(id, now()).unwrap();
    drop(outbox);
    let outbox = open(folder.path());
    assert_eq!(outbox.get(id).unwrap().state, State::Accepted { receipt: receipt(id) });
    assert_eq!(outbox.due(at(9_999), &[noor()]), []);
}

#[test]
fn can_be_cancelled_while_held_and_not_after_it_was_given_out() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let (regretted, sent) = (put(&outbox, &report(10)), put(&outbox, &report(10)));
    assert_eq!(outbox.due(at(9), &[Owner::Installation]), []);
    assert_eq!(outbox.cancel(regretted, at(9)).unwrap(), Cancelled::Removed);
    assert_eq!(outbox.cancel(regretted, at(9)).unwrap(), Cancelled::Unknown);
    assert_eq!(outbox.cancel(sent, at(10)).unwrap(), Cancelled::TooLate);
    assert_eq!(ids(&outbox.due(at(10), &[Owner::Installation])), [sent]);
    assert_eq!(outbox.cancel(sent, at(9)).unwrap(), Cancelled::TooLate, "it may be on the wire");
    let waiting = put(&outbox, &request(noor(), "not held"));
    assert_eq!(outbox.cancel(waiting, now()).unwrap(), Cancelled::TooLate);
}

#[test]
fn keeps_what_another_key_wrote_where_it_is() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let entry = request(noor(), "secret");
    let id = put(&outbox, &entry);
    drop(outbox);
    let Opened { outbox, damaged, .. } =
        Outbox::open(folder.path(), Key::new([8; 32]), &[]).unwrap();
    let file = only_record(folder.path());
    assert_eq!(damaged, [Damaged { file, damage: Damage::OtherKey }]);
    assert_eq!(outbox.list(&EVERYBODY()), []);
    assert!(matches!(outbox.put(entry), Err(OutboxError::Conflict)), "never written over");
    let other = put(&outbox, &request(noor(), "with the new key"));
    drop(outbox);
    let Opened { outbox, damaged, .. } = Outbox::open(folder.path(), key(), &[]).unwrap();
    assert_eq!(ids(&outbox.list(&EVERYBODY())), [id]);
    assert!(damaged[0].file.to_str().unwrap().contains(&other.to_string()));
}

#[test]
fn seals_anew_what_an_earlier_key_sealed() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let id = put(&outbox, &request(noor(), "saved while the keyring was locked"));
    drop(outbox);
    let new = Key::new([8; 32]);
    let opened = Outbox::open(folder.path(), new.clone(), &[Key::new([9; 32]), key()]).unwrap();
    assert_eq!((opened.damaged, opened.needs_earlier), (vec![], false));
    assert_eq!(ids(&opened.outbox.list(&EVERYBODY())), [id]);
    drop(opened.outbox);
    let opened = Outbox::open(folder.path(), new, &[]).unwrap();
    assert_eq!(opened.damaged, []);
    assert_eq!(ids(&opened.outbox.list(&EVERYBODY())), [id]);
}

#[test]
fn forgets_what_was_accepted_long_ago_and_nothing_else() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    let accepted = put(&outbox, &request(noor(), "accepted"));
    let waiting = put(&outbox, &request(noor(), "waits"));
    outbox.record(accepted, Outcome::Accepted(receipt(accepted)), now(), 0).unwrap();
    outbox.forget_accepted_before(now()).unwrap();
    assert_eq!(ids(&outbox.list(&EVERYBODY())), [accepted, waiting]);
    outbox.forget_accepted_before(at(1)).unwrap();
    assert_eq!(ids(&outbox.list(&EVERYBODY())), [waiting]);
    drop(outbox);
    assert_eq!(ids(&open(folder.path()).list(&EVERYBODY())), [waiting]);
}

#[test]
fn a_report_of_somebody_else_decides_when_to_look_again() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    put(&outbox, &request(noor(), "waits for noor"));
    assert_eq!(outbox.next_due(now(), &[maria()]), None);
    put(&outbox, &report(10));
    assert_eq!(outbox.next_due(now(), &[maria()]), Some(at(10)));
}

#[test]
fn moves_damaged_files_aside_and_reads_the_rest() {
    let folder = tempdir().unwrap();
    let outbox = open(folder.path());
    put(&outbox, &request(noor(), "will be damaged"));
    drop(outbox);
    let file = only_record(folder.path());
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    let name = file.file_name().unwrap();
    for copy in ["", ".1"] {
        fs::write(&file, &bytes).unwrap();
        let Opened { outbox, damaged, .. } = Outbox::open(folder.path(), key(), &[]).unwrap();
        let moved = folder.path().join("damaged").join(format!("{}{copy}", name.display()));
        assert_eq!(fs::read(&moved).unwrap(), bytes);
        assert_eq!(damaged, [Damaged { file: moved, damage: Damage::Changed }]);
        put(&outbox, &request(noor(), "fine"));
    }
    fs::write(folder.path().join("x.entry"), "hello").unwrap();
    let Opened { outbox, damaged, .. } = Outbox::open(folder.path(), key(), &[]).unwrap();
    assert_eq!(damaged[0].damage, Damage::NotARecord);
    assert_eq!(outbox.list(&EVERYBODY()).len(), 2);
}
