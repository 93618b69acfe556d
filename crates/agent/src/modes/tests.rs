use content::Runbook;
use jiff::civil::date;
use ring::rand::SystemRandom;

use super::*;

struct Person {
    name: String,
    key: Ed25519KeyPair,
}

fn people() -> (Vec<Person>, Signers) {
    let person = |name: &str| {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        Person { name: name.to_owned(), key }
    };
    let people: Vec<_> = ["ida", "jon"].map(person).into();
    let public = |it: &Person| (it.name.clone(), BASE64_STANDARD.encode(it.key.public_key()));
    let signers = Signers::parse(&people.iter().map(public).collect()).unwrap();
    (people, signers)
}

fn change(id: u32, mode: Mode, by: &[&Person]) -> Change {
    let mut change = Change {
        id,
        at: Timestamp::UNIX_EPOCH,
        runbook: Some("unlock-account".to_owned()),
        digest: Some("d1".to_owned()),
        mode,
        share: None,
        reason: "tried".to_owned(),
        made_by: "ida".to_owned(),
        signatures: Vec::new(),
    };
    sign(&mut change, by);
    change
}

fn sign(change: &mut Change, by: &[&Person]) {
    let bytes = signed_bytes(change);
    let signature = |it: &&Person| Signature {
        signer: it.name.clone(),
        bytes: it.key.sign(&bytes).as_ref().to_owned(),
    };
    change.signatures = by.iter().map(signature).collect();
}

fn book() -> Book {
    let source = include_str!("../../../../knowledge/runbooks/unlock-account.yaml");
    let mut runbook = Runbook::reread(source).unwrap();
    runbook.review_by = date(2027, 1, 1);
    Book { runbook, digest: "d1".to_owned(), fails_tests: false }
}

fn now() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

#[test]
fn the_newest_change_that_counts_decides() {
    let (people, signers) = people();
    let (ida, jon) = (&people[0], &people[1]);
    let check = |log: &[Change], mode: Mode, change: Option<u32>| {
        let found = stand(&book(), log, &signers, now());
        assert_eq!((found.mode, found.change, found.held), (mode, change, None));
    };
    let both = |id, mode| change(id, mode, &[ida, jon]);
    check(&[], Mode::Shadow, None);
    check(&[both(1, Mode::Act)], Mode::Act, Some(1));
    check(&[both(1, Mode::Canary), change(2, Mode::Act, &[jon])], Mode::Canary, Some(1));
    check(&[both(1, Mode::Act), change(2, Mode::Shadow, &[])], Mode::Shadow, Some(2));
    check(&[change(1, Mode::Off, &[])], Mode::Off, Some(1));
    check(&[change(1, Mode::Act, &[ida, ida])], Mode::Shadow, None);
    let other = Change { runbook: Some("end-sessions".to_owned()), ..both(1, Mode::Act) };
    check(&[other], Mode::Shadow, None);
}

/// What was signed is every word of it: nobody with the database alone trusts a runbook more.
#[test]
fn a_changed_word_makes_signatures_void() {
    let (people, signers) = people();
    let good = change(1, Mode::Act, &[&people[0], &people[1]]);
    assert!(signers.counts(&good));
    let bad = [
        Change { id: 2, ..good.clone() },
        Change { at: now(), ..good.clone() },
        Change { runbook: Some("end-sessions".to_owned()), ..good.clone() },
        Change { runbook: None, ..good.clone() },
        Change { digest: Some("d2".to_owned()), ..good.clone() },
        Change { mode: Mode::Canary, ..good.clone() },
        Change { share: Some(100), ..good.clone() },
        Change { reason: "other".to_owned(), ..good.clone() },
        Change { made_by: "jon".to_owned(), ..good.clone() },
    ];
    for bad in bad {
        assert!(!signers.counts(&bad), "{bad:?}");
    }
    let mut renamed = good;
    renamed.signatures[0].signer = "jon".to_owned();
    assert!(!signers.counts(&renamed));
}

#[test]
fn trust_is_held_back_where_the_runbook_is_not_fit() {
    let (people, signers) = people();
    let act = [change(1, Mode::Act, &[&people[0], &people[1]])];
    let check = |book: Book, log: &[Change], at: Timestamp, mode: Mode, held: Held| {
        let found = stand(&book, log, &signers, at);
        assert_eq!((found.mode, found.held), (mode, Some(held)));
    };
    let other_text = Book { digest: "d2".to_owned(), ..book() };
    check(other_text, &act, now(), Mode::Shadow, Held::Changed);
    let failing = Book { fails_tests: true, ..book() };
    check(failing, &act, now(), Mode::Shadow, Held::TestsFail);
    let later = "2027-01-02T00:00:00Z".parse().unwrap();
    check(book(), &act, later, Mode::Shadow, Held::Overdue);
    let all = |id, mode, by: &[&Person]| {
        let mut change = Change { runbook: None, digest: None, ..change(id, mode, &[]) };
        sign(&mut change, by);
        change
    };
    let killed = [act[0].clone(), all(2, Mode::Off, &[])];
    check(book(), &killed, now(), Mode::Off, Held::KillSwitch);
    let one = [&killed[..], &[all(3, Mode::Act, &[&people[0]])]].concat();
    check(book(), &one, now(), Mode::Off, Held::KillSwitch);
    let both = [&killed[..], &[all(3, Mode::Act, &[&people[0], &people[1]])]].concat();
    assert_eq!(stand(&book(), &both, &signers, now()).mode, Mode::Act);
}

#[test]
fn on_trial_it_acts_for_its_share() {
    let of = |share: u32| {
        let stand = Stand { mode: Mode::Canary, share: Some(share), change: None, held: None };
        (1..=10_000).filter(|ticket| stand.for_ticket(*ticket) == Mode::Canary).count()
    };
    assert_eq!((of(100), of(0)), (10_000, 0));
    assert!((900..=1_100).contains(&of(10)), "{}", of(10));
    let act = Stand { mode: Mode::Act, share: None, change: None, held: None };
    assert_eq!(act.for_ticket(7), Mode::Act);
}

#[test]
fn a_key_that_is_none_or_anothers_is_named() {
    let key = BASE64_STANDARD.encode([7; 32]);
    let parse = |pairs: [(&str, &str); 2]| {
        let pairs = pairs.map(|(name, key)| (name.to_owned(), key.to_owned()));
        Signers::parse(&pairs.into()).map(|_| ())
    };
    assert_eq!(parse([("ida", &key), ("jon", "AAAA")]), Err("jon".to_owned()));
    assert_eq!(parse([("ida", &key), ("jon", &key)]), Err("jon".to_owned()));
}
