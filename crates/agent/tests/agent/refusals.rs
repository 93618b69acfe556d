//! Whoever is turned away is in the audit trail: who, from what, why; and nothing they wrote.

use std::time::Duration;

use audit::EntryKind;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use ticket::Receipt;
use uuid::Uuid;

use crate::world::{Laptop, World, report, submission};

const TICKETS: &str = "/v1/tickets";
const INSTALLATIONS: &str = "/v1/installations";
const REPORTS: &str = "/v1/reports";
const REPLIES: &str = "/v1/tickets/{number}/replies";

/// Two people at their laptops, and a ticket of the first.
struct Office {
    world: World,
    noors: Laptop,
    marias: Laptop,
    number: u32,
}

impl Office {
    async fn open() -> Self {
        let world = World::start().await;
        let noors = Laptop::enrolled(&world, "noor").await;
        let marias = Laptop::enrolled(&world, "maria").await;
        let (token, sent) = (world.issuer.token("noor"), submission("The VPN stops."));
        let sent = world.post_signed(TICKETS, Some(&token), &noors, &sent).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        Self { world, noors, marias, number }
    }

    async fn noor(&self, path: &str, body: &Value) -> Response {
        let token = self.world.issuer.token("noor");
        self.world.post_signed(path, Some(&token), &self.noors, body).await
    }

    async fn maria(&self, path: &str, body: &Value) -> Response {
        let token = self.world.issuer.token("maria");
        self.world.post_signed(path, Some(&token), &self.marias, body).await
    }

    /// Checks a refusal and its entry, and gives the entry's facts.
    async fn check(&self, refused: Response, status: u16, route: &str, reason: &str) -> Value {
        assert_eq!(refused.status().as_u16(), status, "{route} {reason}");
        let facts = self.world.general_facts().await.pop().unwrap();
        assert_eq!((&facts["route"], &facts["reason"]), (&json!(route), &json!(reason)));
        facts
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_what_is_somebody_elses_is_audited() {
    let office = Office::open().await;
    let path = format!("{TICKETS}/{}", office.number);
    let token = office.world.issuer.fresh_token("maria");
    let read = office.world.get_signed(&path, &token, &office.marias).await;
    let read = office.check(read, 404, "/v1/tickets/{number}", "not_found").await;
    let solved = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
    let replied = office.maria(&format!("{path}/replies"), &solved).await;
    let replied = office.check(replied, 404, REPLIES, "not_found").await;
    for facts in [&read, &replied] {
        assert_eq!(facts["subject"], json!({ "ticket": office.number }));
        assert_eq!(facts["installation"], json!(office.marias.id));
        assert_eq!(facts["person"], read["person"]);
    }
    assert!(read["person"].is_i64(), "{read}");

    let path = format!("{INSTALLATIONS}/{}", office.noors.id);
    let request = office.world.signed(&Method::DELETE, &path, &token, &office.marias);
    let taken = request.send().await.unwrap();
    let taken = office.check(taken, 404, "/v1/installations/{id}", "not_found").await;
    assert_eq!(taken["subject"], json!({ "installation": office.noors.id }));
    assert_eq!(taken["person"], read["person"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_are_audited() {
    let office = Office::open().await;
    let sent = submission("first");
    let mut other = serde_json::to_value(&sent).unwrap();
    assert_eq!(office.noor(TICKETS, &other).await.status(), StatusCode::CREATED);
    other["text"] = json!("second");
    let facts = office.check(office.noor(TICKETS, &other).await, 409, TICKETS, "conflict").await;
    assert_eq!(facts["installation"], json!(office.noors.id));

    let path = format!("{TICKETS}/{}/replies", office.number);
    let mut reply = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
    assert_eq!(office.noor(&path, &reply).await.status(), StatusCode::OK);
    reply["action"] = json!({ "type": "not_solved" });
    let facts = office.check(office.noor(&path, &reply).await, 409, REPLIES, "conflict").await;
    assert_eq!(facts["subject"], json!({ "ticket": office.number }));

    let thief = Laptop { id: office.noors.id, ..Laptop::new() };
    let token = office.world.issuer.token("maria");
    let enrollment = thief.enrollment();
    let enrolled = office.world.post_signed(INSTALLATIONS, Some(&token), &thief, &enrollment).await;
    let facts = office.check(enrolled, 409, INSTALLATIONS, "conflict").await;
    assert_eq!(facts["subject"], json!({ "installation": office.noors.id }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_right_form_is_audited_without_what_it_says() {
    let office = Office::open().await;
    let good = serde_json::to_value(submission("x")).unwrap();
    let with = |change: Value| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let long = |chars: usize| with(json!({ "text": "tulip".repeat(chars / 5) }));
    for (body, status, reason) in [
        (json!({ "tulip": "tulip" }), 400, "malformed"),
        (with(json!({ "text": "tulip\u{1b}[2J" })), 422, "malformed"),
        (long(9_000), 422, "too_large"),
        (long(300 * 1024), 413, "too_large"),
        (with(json!({ "version": 2, "tulip": "tulip" })), 422, "version_unsupported"),
    ] {
        office.check(office.noor(TICKETS, &body).await, status, TICKETS, reason).await;
    }
    let plain = office.world.request(Method::POST, TICKETS).body("tulip");
    let plain = plain.bearer_auth(office.world.issuer.token("noor")).send().await.unwrap();
    office.check(plain, 415, TICKETS, "malformed").await;
    let path = format!("{TICKETS}/{}/replies", office.number);
    let action = json!({ "type": "write", "text": "tulip\u{7}" });
    let reply = json!({ "id": Uuid::now_v7(), "action": action });
    office.check(office.noor(&path, &reply).await, 422, REPLIES, "malformed").await;
    let numbered = office.noor("/v1/tickets/tulip/replies", &reply).await;
    office.check(numbered, 404, REPLIES, "not_found").await;

    let said = serde_json::to_string(&office.world.general_facts().await).unwrap();
    let token = office.world.issuer.token("noor");
    for secret in ["tulip", "Lumen", token.split_once('.').unwrap().0] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_too_much_is_audited() {
    let office = Office::open().await;
    let report =
        async || office.world.post_signed(REPORTS, None, &office.noors, &report("z")).await;
    for _ in 0..5 {
        assert_eq!(report().await.status(), StatusCode::CREATED);
    }
    let facts = office.check(report().await, 429, REPORTS, "too_many").await;
    assert_eq!((&facts["installation"], &facts["person"]), (&json!(office.noors.id), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_audited_with_who_sent_it_and_how_well_that_is_known() {
    let office = Office::open().await;
    let path = format!("{TICKETS}/{}/replies", office.number);
    let reply = json!({ "id": Uuid::now_v7(), "action": { "type": "write", "text": "tulip" } });
    assert_eq!(office.noor(&path, &reply).await.status(), StatusCode::OK);
    let record = office.world.records().await.find(office.number).await.unwrap().unwrap();
    let entries = record.audit.entries;
    let of = |kind| entries.iter().find(|entry| entry.kind == kind).unwrap().facts.clone();
    let (replied, verified) = (of(EntryKind::Replied), of(EntryKind::Verified));
    let expect = json!({ "reply": reply["id"], "action": "write", "level": "session",
        "person": verified["person"], "installation": office.noors.id });
    assert_eq!(replied, expect);
}

/// How many refusals are written down, and how many only counted.
fn tally(facts: &[Value]) -> (usize, u64) {
    let counted = facts.iter().filter_map(|facts| facts["unwritten"].as_u64()).sum();
    let written = facts.iter().filter(|facts| facts["reason"] == "missing").count();
    (written, counted)
}

#[tokio::test]
async fn a_flood_of_refusals_leaves_its_number() {
    let world = World::start_with(|_, limits| limits.refusals_per_minute = 2).await;
    let flood = async |world: &World| {
        for _ in 0..5 {
            let refused = world.request(Method::GET, TICKETS).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        }
    };
    flood(&world).await;
    // A minute of the clock may begin in between and bring another two.
    let (written, counted) = tally(&world.general_facts().await);
    assert!((2..=4).contains(&written) && counted == 0, "{written} {counted}");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    let said = async {
        while tally(&world.general_facts().await).1 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), said).await.unwrap();
    assert_eq!(tally(&world.general_facts().await), (written, 5 - written as u64));

    flood(&world).await;
    let (written, counted) = tally(&world.restart().await.general_facts().await);
    assert_eq!(written as u64 + counted, 10);
}
