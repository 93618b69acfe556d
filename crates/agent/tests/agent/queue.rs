//! Labels that people accept or correct, and what becomes of their word.

use serde_json::Value;
use ticket::Receipt;

use crate::world::{World, submission};

async fn send(world: &World, text: &str) -> u32 {
    let token = world.issuer.token("noor");
    let sent = world.post("/v1/tickets", &token, &submission(text)).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_waits_until_a_person_says_what_it_is() {
    let world = World::start().await;
    send(&world, "My VPN stops after a minute.").await;
    let number = send(&world, "It makes a noise again").await.to_string();

    let waiting: Vec<Value> =
        serde_json::from_str(&world.succeed(&["queue", "list", "--json"])).unwrap();
    assert_eq!(waiting.len(), 1, "only what is not sure: {waiting:?}");
    assert_eq!(
        (&waiting[0]["lane"], &waiting[0]["title"]),
        (&"review".into(), &"It makes a noise again".into())
    );

    let said = world.succeed(&["queue", "correct", &number, "hardware_fault"]);
    assert_eq!(said, format!("ticket {number} is about hardware_fault\n"));
    assert_eq!(world.succeed(&["queue", "list"]), "0 wait\n");
    let example: Value = serde_json::from_str(&world.succeed(&["queue", "examples"])).unwrap();
    assert_eq!(
        (&example["text"], &example["scenario"]),
        (&"It makes a noise again".into(), &"hardware_fault".into())
    );

    let record = world.decided(number.parse().unwrap()).await;
    assert!(record.audit.verified);
    let settled = record.audit.entries.iter().find(|entry| entry.facts.get("was").is_some());
    assert_eq!(settled.unwrap().facts["is"], "hardware_fault");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_makes_no_sense_changes_nothing() {
    let world = World::start().await;
    let number = send(&world, "It makes a noise again").await.to_string();
    for wrong in [["queue", "correct", &number, "coffee"].as_slice(), &["queue", "accept", "4711"]]
    {
        assert!(!world.run(wrong).status.success());
    }
    assert!(world.succeed(&["queue", "list"]).ends_with("1 wait\n"));
    assert_eq!(world.succeed(&["queue", "examples"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_ticket_goes_to_the_team_of_its_label() {
    let world = World::start().await;
    let number = send(&world, "the printer is jammed").await;
    let before = world.decided(number).await.team.unwrap();
    world.succeed(&["queue", "correct", &number.to_string(), "vpn_connectivity"]);
    let record = world.decided(number).await;
    assert_eq!(record.team.as_deref(), Some("Network team"));
    assert_ne!(record.team, Some(before));

    let incident = send(&world, "I clicked a link, phishing I think").await;
    let before = world.decided(incident).await.team;
    world.succeed(&["queue", "correct", &incident.to_string(), "vpn_connectivity"]);
    assert_eq!(world.decided(incident).await.team, before, "security keeps what it has");
}
