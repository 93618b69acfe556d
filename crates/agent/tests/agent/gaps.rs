//! What people ask and no article answers.

use serde_json::{Value, json};
use ticket::{Receipt, Submission, WIRE_VERSION};
use uuid::Uuid;

use crate::world::{Laptop, World, submission};

async fn send(world: &World, person: &str, text: &str, no_answer: bool) -> u32 {
    let token = world.issuer.token(person);
    let sent = Submission { no_answer, ..submission(text) };
    let sent = world.post("/v1/tickets", &token, &sent).await;
    sent.json::<Receipt>().await.unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_without_an_answer_show_which_articles_are_missing() {
    // The one that has the embedding model.
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
    let world = World::start_with(|config, _| config.knowledge = shipped.into()).await;
    let first = send(&world, "noor", "How do I book a parking space for a visitor?", true).await;
    let coffee = send(&world, "noor", "the coffee machine on floor 3 is broken", true).await;
    let second = send(&world, "maria", "can a guest park in our garage", true).await;
    let third = send(&world, "tomas", "reserve a parking spot for tomorrow's guest", true).await;
    let answered = send(&world, "maria", "where do visitors park their car", false).await;
    world.decided(answered).await;

    let laptop = Laptop::enrolled(&world, "ines").await;
    let shared = json!({ "version": WIRE_VERSION, "id": Uuid::now_v7(), "counts": [],
        "questions": [{ "text": "parking permit for a guest" }] });
    assert_eq!(world.report_usage("ines", &laptop, &shared).await, 204);

    let gaps: Vec<Value> = serde_json::from_str(&world.succeed(&["gaps", "--json"])).unwrap();
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    assert_eq!((&gaps[0]["people"], &gaps[0]["questions"]), (&json!(4), &json!(1)));
    assert_eq!(gaps[0]["tickets"], json!([first, second, third]));
    assert_eq!(gaps[1]["tickets"], json!([coffee]));
    assert_eq!(gaps[0]["nearest"], Value::Null);

    let said = world.succeed(&["gaps", "--people", "2"]);
    assert!(said.starts_with("4 people, 3 requests, 1 shared questions: "), "{said}");
    assert!(said.ends_with("1 article is missing, as far as 90 days show\n"), "{said}");
    let shown = world.succeed(&["ticket", "show", &first.to_string()]);
    assert!(shown.contains("one may be missing"), "{shown}");
    assert!(
        !world.succeed(&["ticket", "show", &answered.to_string()]).contains("one may be missing")
    );
}
