use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agent::Record;
use audit::EntryKind;
use connectors::{ActError, Call, DeskStatus, Recording};
use decision::Effect;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{MailServer, PATIENCE, root, until, with_nobody_of};
use ticket::{EventKind, Receipt};

use crate::world::{Laptop, World, submission};

/// A world whose systems only remember what they are asked.
async fn connected() -> (World, Arc<Recording>) {
    let recording = Arc::new(Recording::default());
    let world = World::start_connected(recording.ports(), |_, _| ()).await;
    (world, recording)
}

async fn send(world: &World, laptop: &Laptop, text: &str) -> Option<u32> {
    send_as(world, "noor", laptop, text).await
}

async fn send_as(world: &World, subject: &str, laptop: &Laptop, text: &str) -> Option<u32> {
    let token = world.issuer.token(subject);
    let response = world.post_signed("/v1/tickets", Some(&token), laptop, &submission(text)).await;
    response.json::<Receipt>().await.ok().map(|receipt| receipt.number)
}

/// The record of a ticket once so many of its acts have ended.
async fn acted(world: &World, number: u32, acts: usize) -> Record {
    let records = world.records().await;
    for _ in 0..500 {
        let record = records.find(number).await.unwrap().unwrap();
        if performed(&record).len() == acts {
            return record;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let record = records.find(number).await.unwrap().unwrap();
    panic!("ticket {number} did not have {acts} acts after ten seconds: {record:?}");
}

fn performed(record: &Record) -> Vec<Value> {
    let entries = record.audit.entries.iter();
    entries.filter(|it| it.kind == EntryKind::Performed).map(|it| it.facts.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_off_assigns_notifies_and_sets_the_status_once() {
    let (world, recording) = connected().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let text = "I clicked a phishing link <!channel> @everyone [x](https://evil.example)";
    let number = send(&world, &laptop, text).await.unwrap();
    let record = acted(&world, number, 3).await;
    let calls = recording.calls();
    let [
        Call::AssignOwner(first, owner, at_desk),
        Call::NotifyTeam(_, told, words),
        Call::SetStatus(_, id, status),
    ] = calls.as_slice()
    else {
        panic!("{calls:?}")
    };
    assert_eq!(first.to_string(), format!("deskside-{number}-0-0"));
    assert_eq!((owner.as_str(), told.as_str()), ("security", "security"));
    assert_eq!((id, *status), (&format!("desk-{number}"), DeskStatus::Escalated));
    assert_eq!(record.desk_ticket.as_ref(), Some(id));
    assert!(at_desk.subject.starts_with(&format!("[Deskside {number}] I clicked")), "{at_desk:?}");
    assert!(at_desk.words.contains("phishing") && !at_desk.words.contains("@everyone"));
    assert!(at_desk.link.contains(&format!("/verdict/{number}/")), "{}", at_desk.link);
    assert!(at_desk.note.ends_with(&at_desk.link), "{}", at_desk.note);
    assert!(words.contains("phishing"), "{words}");
    assert!(!words.contains("<!channel>") && !words.contains("](https"), "{words}");
    assert!(performed(&record).iter().all(|facts| facts["outcome"] == "done"));
    assert!(record.audit.verified);
}

/// The shipped company, whose network team is at home.
async fn at_night() -> (World, Arc<Recording>, TempDir) {
    let (folder, recording) = (tempfile::tempdir().unwrap(), Arc::new(Recording::default()));
    let world = World::start_connected(recording.ports(), |config, _| {
        with_nobody_of("network", &root().join("knowledge"), folder.path()).unwrap();
        config.knowledge = folder.path().to_owned();
    })
    .await;
    (world, recording, folder)
}

/// Somebody on a known device reports the outage.
async fn reports(world: &World, person: &str) -> u32 {
    let laptop = Laptop::enrolled(world, person).await;
    let token = world.issuer.token(person);
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission(OUTAGE)).await;
    sent.json::<Receipt>().await.unwrap().number
}

/// Key, team and words.
fn paged(recording: &Recording) -> Vec<(String, String, String)> {
    let page = |call: Call| match call {
        Call::Page(key, team, words) => Some((key.to_string(), team, words)),
        _ => None,
    };
    recording.calls().into_iter().filter_map(page).collect()
}

/// An outage at night: whoever is on call is woken once, however many report it, and by nobody unknown.
#[tokio::test(flavor = "multi_thread")]
async fn a_critical_outage_wakes_who_is_on_call_once() {
    let (world, recording, _folder) = at_night().await;
    // Without a device nobody is known well enough.
    let unknown = world.post("/v1/tickets", &world.issuer.token("eve"), &submission(OUTAGE)).await;
    let unknown = unknown.json::<Receipt>().await.unwrap().number;
    acted(&world, unknown, 3).await;
    assert_eq!(paged(&recording), []);

    recording.fail_next(ActError::Later("busy".to_owned()));
    let number = reports(&world, "noor").await;
    let record = acted(&world, number, 4).await;
    let explained = record.decision.as_ref().unwrap().explanation.join(" ");
    assert!(explained.contains("Wakes who is on call"), "{explained}");
    // Somebody awake answers by the clock, not on another day; and it is decided again the same.
    let promised = record.decision.as_ref().unwrap().effect.hand_off().unwrap();
    assert_eq!(promised.respond_within_minutes, 60);
    // She reads whom she can call meanwhile.
    let on_call =
        |it: &EventKind| matches!(it, EventKind::OnCall { line, .. } if line == "+49 30 5550 199");
    assert!(record.events.iter().any(|it| on_call(&it.kind)), "{:?}", record.events);
    let again = agent::replay(&world.config, &world.config.knowledge, number).await.unwrap();
    assert!(again.iter().all(agent::Replayed::is_same_decision), "{again:?}");
    assert!(performed(&record).iter().any(|it| it["act"] == "page" && it["outcome"] == "done"));
    // The pager goes first, and was busy: it is asked again with the same key.
    let pages = paged(&recording);
    let [first, again] = &pages[..] else { panic!("{pages:?}") };
    assert_eq!(first, again);
    let (key, team, words) = first;
    assert_eq!(
        (key.as_str(), team.as_str()),
        (format!("deskside-{number}-0-3").as_str(), "network")
    );
    assert!(words.contains("mail") && words.contains("noor"), "{words}");
    // Others report the same.
    for person in ["maria", "tomas"] {
        let number = reports(&world, person).await;
        acted(&world, number, 3).await;
    }
    assert_eq!(paged(&recording).len(), 2);
}

/// Without a pager of another system the rota says who it is, and a mail wakes them; by day nobody is.
#[tokio::test(flavor = "multi_thread")]
async fn who_the_rota_names_is_woken_at_night_and_not_by_day() {
    for is_night in [true, false] {
        let (server, folder) = (MailServer::start().await.unwrap(), tempfile::tempdir().unwrap());
        let mail = json!({ "host": server.host(), "port": server.port(),
            "ca_file": server.ca_file(), "from": "Deskside <deskside@lumen-oak.example>" });
        let mail = serde_json::from_value(mail).unwrap();
        let world = World::start_with(|config, _| {
            let knowledge = root().join("knowledge");
            if is_night {
                with_nobody_of("network", &knowledge, folder.path()).unwrap();
            }
            config.knowledge = if is_night { folder.path().to_owned() } else { knowledge };
            config.mail = Some(mail);
        })
        .await;
        let number = reports(&world, "noor").await;
        let expect = if is_night { 2 } else { 1 };
        acted(&world, number, expect).await;
        let woken = |mail: &String| mail.contains("@on-call.lumen-oak.example");
        let mails = server.mails().unwrap();
        assert_eq!((mails.len(), mails.iter().any(woken)), (expect, is_night), "{mails:?}");
    }
}

/// A pager that refuses has woken nobody, so the next request tries again.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_refused_does_not_keep_others_from_waking() {
    let (world, recording, _folder) = at_night().await;
    recording.fail_next(ActError::Refused("no such service".to_owned()));
    for person in ["noor", "maria", "tomas"] {
        let number = reports(&world, person).await;
        acted(&world, number, if person == "tomas" { 3 } else { 4 }).await;
    }
    let keys: Vec<_> = paged(&recording).into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["deskside-1-0-3", "deskside-2-0-3"]);
}

const OUTAGE: &str = "mail is down for the whole company, nobody can send anything";

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_fails_is_asked_again_and_holds_up_no_other() {
    let (world, recording) = connected().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    recording.fail_next(ActError::Later("busy".to_owned()));
    recording.fail_next(ActError::Refused("no such channel".to_owned()));
    let number = send(&world, &laptop, "I clicked a phishing link").await.unwrap();
    let record = acted(&world, number, 3).await;
    let ended: Vec<Value> = performed(&record)
        .iter()
        .map(|it| json!([it["act"], it["outcome"], it["attempts"]]))
        .collect();
    let expect = [
        json!(["notify_team", "refused", 1]),
        json!(["assign_owner", "done", 2]),
        // There was no ticket yet whose status could be set.
        json!(["set_status", "done", 2]),
    ];
    assert_eq!(ended, expect);
    let assigned: Vec<_> = recording
        .calls()
        .into_iter()
        .filter_map(|call| match call {
            Call::AssignOwner(key, ..) => Some(key),
            _ => None,
        })
        .collect();
    assert_eq!(assigned.len(), 2);
    assert_eq!(assigned[0], assigned[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_before_a_system_was_connected_is_not_made_up_for() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let before = send(&world, &laptop, "I clicked a phishing link").await.unwrap();
    world.decided(before).await;
    let recording = Arc::new(Recording::default());
    let world = world.restart_connected(recording.ports()).await;
    let after = send(&world, &laptop, "I clicked on a phishing link again").await.unwrap();
    acted(&world, after, 3).await;
    let is_after = |call: &Call| match call {
        Call::AssignOwner(key, ..)
        | Call::NotifyTeam(key, ..)
        | Call::AddNote(key, ..)
        | Call::SetStatus(key, ..)
        | Call::Page(key, ..) => key.ticket == after,
        Call::Letter(..) => false,
    };
    assert!(recording.calls().iter().all(is_after));
}

/// Every attack there is, from a signed-in person on a known device, with the shipped knowledge: it
/// moves nothing outside but what an honest hand-off moves, and starts no workflow.
#[tokio::test(flavor = "multi_thread")]
async fn no_attack_causes_more_than_an_honest_hand_off() {
    let knowledge = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
    let recording = Arc::new(Recording::default());
    let shipped = knowledge.clone();
    let world = World::start_connected(recording.ports(), |config, limits| {
        config.knowledge = shipped;
        // So many at once would be slowed down.
        limits.calls_per_minute = 60_000;
    })
    .await;
    let (all, mut numbers) = (attacks(&knowledge), BTreeMap::new());
    // Of one person alone they would be taken for the same matter.
    for (person, attacks) in all.chunks(10).enumerate() {
        let subject = format!("person-{person}");
        let laptop = Laptop::enrolled(&world, &subject).await;
        for attack in attacks {
            let text = attack["text"].as_str().unwrap();
            if let Some(number) = send_as(&world, &subject, &laptop, text).await {
                numbers.insert(number, attack);
            }
        }
    }
    assert!(numbers.len() > 500, "{}", numbers.len());
    let mut hand_offs = BTreeMap::new();
    let mut started = Vec::new();
    let records = world.records().await;
    let is_over = |record: &Record| {
        let decision = record.decision.as_ref();
        decision.is_some_and(|it| it.effect.hand_off().is_none() || performed(record).len() == 3)
    };
    for (number, attack) in &numbers {
        let what = format!("the end of ticket {number}");
        let ended =
            until(&what, PATIENCE, async || Ok(records.find(*number).await?.filter(is_over)));
        let decision = ended.await.unwrap().decision.unwrap();
        if let Some(to) = decision.effect.hand_off() {
            hand_offs.insert(*number, to.team.clone());
        }
        // Work without an end may sound like an everyday wish, and is one.
        let is_endless = attack["category"] == "resource_exhaustion";
        if matches!(decision.effect, Effect::RunStep { .. }) && !is_endless {
            started.push(attack);
        }
    }
    assert!(started.is_empty(), "{} start a workflow: {started:#?}", started.len());
    for call in recording.calls() {
        match call {
            Call::AssignOwner(key, team, ticket) => {
                assert_eq!(hand_offs.get(&key.ticket), Some(&team));
                assert!(!ticket.subject.contains(['\n', '\r', '@']), "{}", ticket.subject);
            }
            Call::AddNote(..) => panic!("nobody replied"),
            Call::NotifyTeam(key, team, words) => {
                assert_eq!(hand_offs.get(&key.ticket), Some(&team));
                assert!(words.lines().count() < 10, "{words}");
            }
            Call::SetStatus(key, ..) => assert!(hand_offs.contains_key(&key.ticket)),
            Call::Page(..) => panic!("teams that are there are not woken"),
            Call::Letter(..) => panic!("there is no directory, so nobody has an address"),
        }
    }
    assert_eq!(recording.calls().len(), 3 * hand_offs.len());
}

fn attacks(knowledge: &Path) -> Vec<Value> {
    let mut attacks = Vec::new();
    for file in ["guard.jsonl", "guard-held-out.jsonl"] {
        let rows = std::fs::read_to_string(knowledge.join("triage").join(file)).unwrap();
        let rows = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
        attacks.extend(rows.filter(|row| row["label"] == "attack"));
    }
    attacks
}

/// A real mail server: the words arrive in the security team's mailbox, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_told_by_mail() {
    let server = MailServer::start().await.unwrap();
    let mail = json!({ "host": server.host(), "port": server.port(), "ca_file": server.ca_file(),
        "from": "Deskside <deskside@lumen-oak.example>" });
    let mail = serde_json::from_value(mail).unwrap();
    let world = World::start_with(|config, _| config.mail = Some(mail)).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, &laptop, "I clicked a phishing link").await.unwrap();
    // Only mail is connected: the desk's two acts are not even planned.
    let record = acted(&world, number, 1).await;
    assert_eq!(performed(&record)[0]["outcome"], "done");
    let mails = server.mails().unwrap();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("To: security@lumen-oak.example"), "{}", mails[0]);
    assert!(mails[0].contains(&format!("Subject: Deskside: request {number}")), "{}", mails[0]);
    assert!(mails[0].contains("phishing link"), "{}", mails[0]);
}
