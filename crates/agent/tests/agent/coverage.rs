//! The list of routes is the router's own, so a new route cannot be forgotten here.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use ticket::Receipt;
use uuid::Uuid;

use crate::world::{Laptop, World, report, submission};

/// Routes everybody may see.
const PUBLIC: [&str; 3] = ["/healthz", "/readyz", "/v1/openapi.json"];

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

#[tokio::test]
async fn every_route_but_the_public_ones_turns_strangers_away_and_audits_it() {
    let world = World::start().await;
    let routes = routes();
    assert!(routes.len() >= 13, "{routes:?}");
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

#[tokio::test]
async fn every_route_that_changes_something_is_audited() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let receipt = world.post("/v1/tickets", &token, &submission("x")).await;
    let number = receipt.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    for (method, path) in routes() {
        if method == Method::GET {
            continue;
        }
        let before = entries(&world).await;
        let response = call(&world, &method, &path, &laptop, number).await;
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        assert!(entries(&world).await > before, "{method} {path} is not audited");
    }
}

/// A good call of each route that changes something.
async fn call(
    world: &World,
    method: &Method,
    path: &str,
    laptop: &Laptop,
    number: u32,
) -> Response {
    let token = world.issuer.token("noor");
    match (method.as_str(), path) {
        ("POST", "/v1/installations") => {
            let laptop = Laptop::new();
            world.post_signed(path, Some(&token), &laptop, &laptop.enrollment()).await
        }
        ("DELETE", "/v1/installations/{id}") => {
            let mine = Laptop::enrolled(world, "noor").await;
            let path = path.replace("{id}", &mine.id.to_string());
            let fresh = world.issuer.fresh_token("noor");
            world.request(Method::DELETE, &path).bearer_auth(fresh).send().await.unwrap()
        }
        ("POST", "/v1/tickets") => world.post(path, &token, &submission("y")).await,
        ("POST", "/v1/tickets/{number}/replies") => {
            let path = path.replace("{number}", &number.to_string());
            let reply: Value = json!({ "id": Uuid::now_v7(), "action": { "type": "not_solved" } });
            world.post(&path, &token, &reply).await
        }
        ("POST", "/v1/reports") => world.post_signed(path, None, laptop, &report("z")).await,
        _ => panic!("{method} {path} is new: say here how it is called well"),
    }
}

/// How many audit entries there are in all chains.
async fn entries(world: &World) -> usize {
    let records = world.records().await;
    let tickets = records.newest().await.unwrap();
    let of_tickets: usize = tickets.iter().map(|ticket| ticket.audit.entries.len()).sum();
    of_tickets + records.general_trail().await.unwrap().entries.len()
}
