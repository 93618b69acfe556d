//! How articles are used: counts that name nobody, and questions of people who share them.

use serde_json::{Value, json};
use ticket::WIRE_VERSION;
use uuid::Uuid;

use crate::world::{Laptop, World};

fn report(counts: &Value, questions: &Value) -> Value {
    let id = Uuid::now_v7();
    json!({ "version": WIRE_VERSION, "id": id, "counts": counts, "questions": questions })
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_added_up_once_and_name_nobody() {
    let world = World::start().await;
    let (noor, erik) =
        (Laptop::enrolled(&world, "noor").await, Laptop::enrolled(&world, "erik").await);
    let counts = json!([
        { "what": "asked", "count": 3 },
        { "what": "nothing_opened", "count": 1 },
        { "what": "helped", "article": "vpn-not-connecting", "count": 2 },
    ]);
    let first = report(&counts, &json!([]));
    for _ in 0..2 {
        assert_eq!(world.report_usage("noor", &noor, &first).await, 204);
    }
    let counts = json!([
        { "what": "asked", "count": 1 },
        { "what": "did_not_help", "article": "vpn-not-connecting", "count": 1 },
    ]);
    assert_eq!(world.report_usage("erik", &erik, &report(&counts, &json!([]))).await, 204);

    let sums: Value = serde_json::from_str(&world.succeed(&["usage", "--json"])).unwrap();
    let expect = json!([
        { "article": null, "counts": { "asked": 4, "nothing_opened": 1 } },
        { "article": "vpn-not-connecting", "counts": { "helped": 2, "did_not_help": 1 } },
    ]);
    assert_eq!(sums, expect);
    let said = world.succeed(&["usage"]);
    assert!(said.starts_with("4 questions were asked in 90 days; after 1 nothing was"), "{said}");
    let facts = world.general_facts().await.pop().unwrap();
    assert_eq!((&facts["counts"], &facts["person"]), (&json!(2), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_question_is_its_persons_and_goes_with_them() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let questions = json!([{ "text": "is my password hunter2hunter2 fine, says the teapot" }]);
    assert_eq!(world.report_usage("noor", &laptop, &report(&json!([]), &questions)).await, 204);

    let export = || {
        let out = world.succeed(&["person", "export", "--subject", "noor"]);
        serde_json::from_str::<Value>(&out).unwrap()["questions"].clone()
    };
    let kept = export();
    let text = kept[0].as_str().unwrap();
    assert!(text.contains("teapot") && !text.contains("hunter2"), "{text}");
    world.succeed(&["person", "erase", "--subject", "noor", "--yes"]);
    assert_eq!(world.succeed(&["gaps", "--json"]).trim(), "[]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_out_of_its_limits_is_refused_whole() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let too_often = json!([{ "what": "asked", "count": 1 }, { "what": "asked", "count": 1_001 }]);
    let unknown = json!([{ "what": "typed", "count": 1 }]);
    for (counts, status) in [(too_often, 422), (unknown, 400)] {
        let sent = world.report_usage("noor", &laptop, &report(&counts, &json!([]))).await;
        assert_eq!(sent, status, "{counts}");
    }
    assert_eq!(world.succeed(&["usage", "--json"]).trim(), "[]");
}
