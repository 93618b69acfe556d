use agent::{Record, replay};
use serde_json::{Value, json};
use ticket::{EventKind, OpenRequest, Receipt, TicketStatus, TicketView};
use uuid::Uuid;

use crate::world::{Laptop, World, submission};

const PERSON: &str = "noor";

async fn send(world: &World, person: &str, text: &str) -> Record {
    let token = world.issuer.token(person);
    let response = world.post("/v1/tickets", &token, &submission(text)).await;
    world.decided(response.json::<Receipt>().await.unwrap().number).await
}

async fn answer(world: &World, laptop: &Laptop, number: u32, answer: &str) -> Record {
    let body = json!({ "id": Uuid::now_v7(),
        "action": { "type": "choose", "question": "same_matter", "answer": answer } });
    let path = format!("/v1/tickets/{number}/replies");
    let token = world.issuer.token(PERSON);
    let replied = world.post_signed(&path, Some(&token), laptop, &body).await;
    assert_eq!(replied.status(), 200);
    world.decided_in(number, 1).await
}

fn kinds(record: &Record) -> Vec<EventKind> {
    record.events.iter().map(|event| event.kind.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_is_linked_after_the_employees_yes() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, PERSON).await;
    let earlier = send(&world, PERSON, "My VPN stops after a minute.").await;
    assert_eq!(earlier.status, TicketStatus::Answered);
    let later = send(&world, PERSON, "my vpn stops after a minute").await;
    assert_eq!(later.status, TicketStatus::Question);
    let Some(EventKind::Asked { question }) = kinds(&later).pop() else { panic!("{later:?}") };
    let number = earlier.number;
    let words =
        format!("Is this about your open request {number}, “My VPN stops after a minute.”?");
    assert_eq!(question.text, words);
    let why = later.decision.unwrap().explanation.remove(0);
    assert!(why.contains(&format!("open request {number} in the same words")), "{why}");

    let linked = answer(&world, &laptop, later.number, "same").await;
    let title = "My VPN stops after a minute.".to_owned();
    let to = OpenRequest { number, title, team: None };
    assert_eq!(
        (linked.status, kinds(&linked).pop()),
        (TicketStatus::Closed, Some(EventKind::Linked { to }))
    );
    // The words are a reply there, and decided on.
    let earlier = world.decided_in(number, 1).await;
    let text = "my vpn stops after a minute".to_owned();
    assert!(kinds(&earlier).contains(&EventKind::Replied { text }));
    assert_eq!(earlier.status, TicketStatus::WithTeam);
    assert!(earlier.audit.verified && linked.audit.verified);

    // Deciding again sees what was open then, not what is open now.
    for number in [number, linked.number] {
        let again = replay(&world.config, &world.config.knowledge, number).await.unwrap();
        assert_eq!(again.len(), 2);
        assert!(again.iter().all(agent::Replayed::is_same_decision), "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_or_somebody_else_stays_by_itself() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, PERSON).await;
    send(&world, PERSON, "My VPN stops after a minute.").await;
    let other = send(&world, "erik", "My VPN stops after a minute.").await;
    assert_eq!(other.status, TicketStatus::Answered);
    let later = send(&world, PERSON, "My VPN stops after a minute.").await;
    let different = answer(&world, &laptop, later.number, "different").await;
    assert_eq!(different.status, TicketStatus::Answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_things_become_a_request_each() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, PERSON).await;
    let parent = send(&world, PERSON, "Hi!\n1) My VPN stops.\n2) The printer is jammed.").await;
    assert_eq!(parent.status, TicketStatus::Closed);
    let Some(EventKind::Split { into }) = kinds(&parent).pop() else { panic!("{parent:?}") };
    let found: Vec<(&str, u32)> =
        into.iter().map(|child| (child.title.as_str(), child.number - parent.number)).collect();
    assert_eq!(found, [("Hi!", 1), ("2) The printer is jammed.", 2)]);
    let vpn = world.decided(parent.number + 1).await;
    assert_eq!((vpn.text.as_str(), vpn.status), ("Hi!\n1) My VPN stops.", TicketStatus::Answered));
    let printer = world.decided(parent.number + 2).await;
    assert_eq!(printer.verified, parent.verified);
    assert!(printer.decision.is_some());

    let token = world.issuer.token(PERSON);
    let mine: Vec<TicketView> =
        world.get_signed("/v1/tickets", &token, &laptop).await.json().await.unwrap();
    assert_eq!(mine.len(), 3);
    let again = replay(&world.config, &world.config.knowledge, parent.number).await.unwrap();
    assert!(again.iter().all(agent::Replayed::is_same_decision), "{again:?}");
    let facts: Vec<Value> = parent.audit.entries.iter().map(|it| it.facts.clone()).collect();
    assert!(!format!("{facts:?}").contains("jammed"), "no words of people: {facts:?}");
}
