//! The list of routes is the router's own, so a new route cannot be forgotten here.

use std::collections::HashSet;

use audit::{Actor, Entry, EntryKind};
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;
use serde_json::json;
use ticket::{Receipt, WIRE_VERSION};
use uuid::Uuid;

use crate::world::{Laptop, World, report, submission};

/// Routes everybody may see.
const PUBLIC: [&str; 3] = ["/healthz", "/readyz", "/v1/openapi.json"];

/// Called well where somebody is asked something, with its one entry: `approving.rs`.
const ELSEWHERE: [&str; 1] = ["/v1/approvals/{id}"];

/// Every route as method and path template.
fn routes() -> Vec<(Method, String)> {
    let description = serde_json::to_value(agent::openapi()).unwrap();
    let paths = description["paths"].as_object().unwrap().clone();
    let operations = paths.into_iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().clone();
        let methods = methods.into_iter().map(|(method, _)| method.to_uppercase());
        methods.map(move |method| (method.parse().unwrap(), path.clone())).collect::<Vec<_>>()
    });
    operations.collect()
}

fn example(path: &str) -> String {
    path.replace("{number}", "1").replace("{id}", &Uuid::nil().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_but_the_public_ones_turns_strangers_away_and_audits_it() {
    let world = World::start().await;
    let routes = routes();
    assert!(routes.len() >= 14, "{routes:?}");
    for (method, path) in routes {
        let request = world.request(method.clone(), &example(&path)).json(&json!({}));
        let response = request.send().await.unwrap();
        if PUBLIC.contains(&path.as_str()) {
            assert!(response.status().is_success(), "{method} {path}");
            continue;
        }
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        let facts = world.general_facts().await;
        let facts = facts.last().unwrap();
        assert_eq!((&facts["method"], &facts["route"]), (&json!(method.as_str()), &json!(path)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_changes_something_is_audited_once() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let receipt = world.post("/v1/tickets", &token, &submission("x")).await;
    let number = receipt.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    let seat =
        Seat { world: &world, laptop, spare: Laptop::enrolled(&world, "noor").await, number };
    for (method, path) in routes() {
        if method == Method::GET || ELSEWHERE.contains(&path.as_str()) {
            continue;
        }
        let before: HashSet<_> = done_by_people(&world).await.map(|entry| entry.digest).collect();
        let (response, kind, subject) = seat.call(&method, &path).await;
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        let done = done_by_people(&world).await.filter(|entry| !before.contains(&entry.digest));
        let done: Vec<_> = done.collect();
        let [entry] = done.as_slice() else { panic!("{method} {path} left {done:?}") };
        assert_eq!(entry.kind, kind, "{method} {path}");
        let facts = entry.facts.as_object().unwrap();
        assert!(facts.values().any(|fact| *fact == json!(subject)), "{method} {path}: {entry:?}");
    }
}

/// Where noor sits.
struct Seat<'a> {
    world: &'a World,
    laptop: Laptop,
    /// A laptop to take away.
    spare: Laptop,
    /// A ticket to reply to.
    number: u32,
}

impl Seat<'_> {
    /// A good call of a route that changes something: the answer, and which entry about what must
    /// be in the audit trail.
    async fn call(&self, method: &Method, path: &str) -> (Response, EntryKind, Uuid) {
        match (method.as_str(), path) {
            ("POST", "/v1/installations") => {
                let new = Laptop::new();
                let response = self.post(path, &new, &new.enrollment()).await;
                (response, EntryKind::InstallationEnrolled, new.id)
            }
            ("DELETE", "/v1/installations/{id}") => {
                let path = path.replace("{id}", &self.spare.id.to_string());
                let fresh = self.world.issuer.fresh_token("noor");
                let request = self.world.signed(&Method::DELETE, &path, &fresh, &self.laptop);
                (request.send().await.unwrap(), EntryKind::InstallationRevoked, self.spare.id)
            }
            ("POST", "/v1/tickets") => {
                let sent = submission("y");
                (self.post(path, &self.laptop, &sent).await, EntryKind::Received, sent.id)
            }
            ("POST", "/v1/tickets/{number}/replies") => {
                let path = path.replace("{number}", &self.number.to_string());
                let id = Uuid::now_v7();
                let reply = json!({ "id": id, "action": { "type": "not_solved" } });
                (self.post(&path, &self.laptop, &reply).await, EntryKind::Replied, id)
            }
            ("POST", "/v1/usage") => {
                let id = Uuid::now_v7();
                let report =
                    json!({ "version": WIRE_VERSION, "id": id, "counts": [], "questions": [] });
                (self.post(path, &self.laptop, &report).await, EntryKind::UsageReported, id)
            }
            ("POST", "/v1/reports") => {
                let sent = report("z");
                let response = self.world.post_signed(path, None, &self.laptop, &sent).await;
                (response, EntryKind::Received, sent.id)
            }
            _ => panic!("{method} {path} is new: say here how it is called well"),
        }
    }

    async fn post(&self, path: &str, laptop: &Laptop, body: &impl Serialize) -> Response {
        let token = self.world.issuer.token("noor");
        self.world.post_signed(path, Some(&token), laptop, body).await
    }
}

/// What people did; the agent's own entries come whenever its worker gets to them.
async fn done_by_people(world: &World) -> impl Iterator<Item = Entry> {
    let records = world.records().await;
    let of_tickets = records.newest().await.unwrap().into_iter().map(|ticket| ticket.audit);
    let trails = of_tickets.chain([records.general_trail().await.unwrap()]);
    let entries = trails.flat_map(|trail| trail.entries);
    entries.filter(|entry| entry.actor == Actor::Employee)
}
