//! What people wrote is sealed, can be given out to them, and can be erased for good.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent::{Record, replay};
use connectors::{ActError, Recording};
use reqwest::Method;
use serde_json::{Value, json};
use ticket::{DeviceReport, Receipt, Submission, TicketStatus, TicketView};
use uuid::Uuid;

use crate::home::connect_to;
use crate::world::{Laptop, World, report, submission};

pub(crate) const PERSON: &str = "noor";
/// Words that stand in what this person sent and nowhere else.
pub(crate) const WORDS: [&str; 4] = ["teapot", "umbrella", "LAPTOP-OF-NOOR", "noor of Lumen"];

async fn send(world: &World, person: &str, submission: &Submission) -> u32 {
    let token = world.issuer.token(person);
    let sent = world.post("/v1/tickets", &token, submission).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    number
}

/// A person with a request they wrote to again, and one that a team has.
pub(crate) async fn written(world: &World) -> (Laptop, [u32; 2]) {
    let laptop = Laptop::enrolled(world, PERSON).await;
    let device = DeviceReport { name: WORDS[2].to_owned(), ..DeviceReport::default() };
    let first = Submission {
        device: Some(device),
        ..submission("My VPN stops after a minute, says the teapot.")
    };
    let first = send(world, PERSON, &first).await;
    let body = json!({ "id": Uuid::now_v7(),
        "action": { "type": "write", "text": "It still stops, says the umbrella." } });
    let path = format!("/v1/tickets/{first}/replies");
    let token = world.issuer.token(PERSON);
    assert_eq!(world.post_signed(&path, Some(&token), &laptop, &body).await.status(), 200);
    world.decided_in(first, 1).await;
    let second = submission("I clicked a phishing link of a teapot");
    let second = send(world, PERSON, &second).await;
    (laptop, [first, second])
}

/// Which of some words stand in some files.
pub(crate) fn found(files: &[PathBuf], words: &[&str]) -> Vec<String> {
    assert!(!files.is_empty());
    let contents: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let stands = |word: &str| {
        let stands = |it: &Vec<u8>| it.windows(word.len()).any(|bytes| bytes == word.as_bytes());
        contents.iter().any(stands)
    };
    words.iter().filter(|word| stands(word)).map(|word| (*word).to_owned()).collect()
}

pub(crate) async fn record(world: &World, number: u32) -> Record {
    world.records().await.find(number).await.unwrap().unwrap()
}

async fn is_decided_the_same(world: &World, number: u32) {
    let again = replay(&world.config, &world.config.knowledge, number).await.unwrap();
    assert!(!again.is_empty());
    for round in again {
        assert!(round.is_same_decision() && round.is_same_content(), "{round:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_kept_is_given_out() {
    let world = World::start().await;
    let (_, numbers) = written(&world).await;
    send(&world, "erik", &submission("My printer is a kettle")).await;
    let out = world.succeed(&["person", "export", "--subject", PERSON]);
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["person"]["subject"], PERSON);
    assert_eq!(out["installations"][0]["device_name"], "LO-4711");
    let tickets = out["tickets"].as_array().unwrap();
    let found: Vec<_> = tickets.iter().map(|it| it["number"].as_u64().unwrap()).collect();
    assert_eq!(found, numbers.map(u64::from));
    for word in WORDS {
        assert!(out.to_string().contains(word), "{word}");
    }
    assert!(!out.to_string().contains("kettle"));
    let facts = world.general_facts().await.pop().unwrap();
    assert_eq!(facts, json!({ "person": 1, "tickets": numbers }));
    let nobody = world.run(&["person", "export", "--subject", "nobody"]);
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(!nobody.status.success() && said.contains("nobody called nobody"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_gone_and_what_was_decided_still_holds() {
    let world = World::start().await;
    let (laptop, numbers) = written(&world).await;
    let other = send(&world, "erik", &submission("My VPN stops after a minute, kettle.")).await;

    let erase = ["person", "erase", "--ticket", &numbers[0].to_string()];
    let warned = world.run(&erase);
    let said = String::from_utf8(warned.stdout).unwrap();
    assert_eq!(warned.status.code(), Some(2));
    assert!(said.contains("2 tickets (still open, and ended with it: "), "{said}");
    assert!(record(&world, numbers[0]).await.text.contains("teapot"), "not without --yes");

    let said = world.succeed(&[erase.as_slice(), &["--yes"]].concat());
    assert!(said.starts_with("Erased: 2 tickets, 1 devices."), "{said}");
    for number in numbers {
        let record = record(&world, number).await;
        assert_eq!((record.is_erased, record.status), (true, TicketStatus::Closed));
        assert!(record.audit.verified);
        let shown = format!("{record:?}");
        assert!(WORDS.iter().all(|word| !shown.contains(word)), "{shown}");
        assert!(world.succeed(&["ticket", "show", &number.to_string()]).contains("was erased"));
        is_decided_the_same(&world, number).await;
    }
    assert!(world.succeed(&["audit", "verify"]).contains(" 0 broken"));
    assert!(world.run(&["person", "export", "--subject", PERSON]).status.code() == Some(1));
    assert!(record(&world, other).await.text.contains("kettle"), "nobody else is touched");

    // Who signs in so again is somebody new, with nothing.
    let token = world.issuer.token(PERSON);
    let path = "/v1/tickets";
    assert_eq!(world.get_signed(path, &token, &laptop).await.status(), 403, "a device of nobody");
    let laptop = Laptop::enrolled(&world, PERSON).await;
    let mine = world.get_signed(path, &token, &laptop).await;
    assert_eq!(mine.json::<Vec<TicketView>>().await.unwrap(), []);
    let new = send(&world, PERSON, &submission("My VPN stops after a minute.")).await;
    assert!(!record(&world, new).await.is_erased);
    let again = world.signed(&Method::GET, &format!("{path}/{}", numbers[0]), &token, &laptop);
    assert_eq!(again.send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_nobody_is_erased_by_itself() {
    let world = World::start().await;
    let laptop = Laptop::new();
    let path = "/v1/installations";
    assert_eq!(world.post_signed(path, None, &laptop, &laptop.enrollment()).await.status(), 201);
    let mut numbers = Vec::new();
    for text in ["I clicked a link of a teapot", "I clicked a link of a kettle"] {
        let sent = Submission { contact: Some("room 4.11".to_owned()), ..report(text) };
        let sent = world.post_signed("/v1/reports", None, &laptop, &sent).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        world.decided(number).await;
        numbers.push(number);
    }
    world.succeed(&["person", "erase", "--ticket", &numbers[0].to_string(), "--yes"]);
    let erased = record(&world, numbers[0]).await;
    assert_eq!((erased.is_erased, erased.contact), (true, None));
    is_decided_the_same(&world, numbers[0]).await;
    assert!(record(&world, numbers[1]).await.text.contains("kettle"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_told_to_others_is_not_told_any_more() {
    let recording = Arc::new(Recording::default());
    let world = World::start_connected(recording.ports(), |_, _| ()).await;
    // Its status waits until it is opened at the desk.
    for _ in 0..2 {
        recording.fail_next(ActError::Later("busy".to_owned()));
    }
    let number = send(&world, PERSON, &submission("I clicked a phishing link")).await;
    for _ in 0..500 {
        if recording.calls().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.succeed(&["person", "erase", "--subject", PERSON, "--yes"]);
    assert!(record(&world, number).await.is_erased);
    let mut database = connect_to(&world.config).await;
    let ended = "SELECT outcome FROM acts WHERE ticket = $1 AND ended IS NOT NULL";
    let outcomes: Vec<String> =
        sqlx::query_scalar(ended).bind(i64::from(number)).fetch_all(&mut database).await.unwrap();
    assert_eq!(outcomes, ["erased"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_the_database_is_not_opened() {
    let world = World::start().await;
    let number = send(&world, PERSON, &submission("My VPN stops, teapot.")).await;
    let key = &world.config.database_key;
    let kept = key.with_extension("kept");
    std::fs::rename(key, &kept).unwrap();
    let show = ["ticket", "show", &number.to_string()];
    for command in [show.as_slice(), &["queue", "list"]] {
        let missing = world.run(command);
        let said = String::from_utf8(missing.stderr).unwrap();
        assert!(!missing.status.success() && said.contains("agent.key is missing"), "{said}");
    }
    assert!(!key.exists(), "no other key takes its place");
    std::fs::copy(&kept, key).unwrap();
    let mut other = std::fs::read(&kept).unwrap();
    other[0] ^= 1;
    std::fs::write(key, other).unwrap();
    let said = String::from_utf8(world.run(&show).stderr).unwrap();
    assert!(said.contains("agent.key does not hold the key of this database"), "{said}");
    // The trail needs no key: who proves it cannot read what people wrote.
    assert!(world.succeed(&["audit", "verify"]).contains(" 0 broken"));
    std::fs::rename(&kept, key).unwrap();
    assert!(world.succeed(&show).contains("teapot"));
}
