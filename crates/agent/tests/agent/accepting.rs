use agent::Database;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use ticket::{ProblemCode, Receipt, Submission, TicketView, Verification};
use uuid::Uuid;

use crate::home::connect_to;
use crate::world::{Laptop, World, assert_refused, submission};

const TICKETS: &str = "/v1/tickets";

#[tokio::test(flavor = "multi_thread")]
async fn accepts_a_submission_once_however_often_it_comes() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let request = submission("The VPN stops.");
    let first = world.post(TICKETS, &token, &request).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Receipt = first.json().await.unwrap();
    let again = world.post(TICKETS, &token, &request).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<Receipt>().await.unwrap(), first);

    let mut other = request.clone();
    other.text.push_str(" Since today.");
    let other = world.post(TICKETS, &token, &other).await;
    assert_refused(other, 409, ProblemCode::Conflict).await;
    let stranger = world.post(TICKETS, &world.issuer.token("maria"), &request).await;
    assert_refused(stranger, 409, ProblemCode::Conflict).await;

    let laptop = Laptop::enrolled(&world, "noor").await;
    let list = world.get_signed(TICKETS, &token, &laptop).await;
    let list: Vec<TicketView> = list.json().await.unwrap();
    assert_eq!(list.iter().map(|view| view.number).collect::<Vec<_>>(), [first.number]);
}

#[tokio::test(flavor = "multi_thread")]
async fn accepts_once_when_the_same_submission_comes_many_times_at_once() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let request = submission("The VPN stops.");
    let sends = (0..8).map(|_| world.post(TICKETS, &token, &request));
    let mut numbers = Vec::new();
    for response in futures_util::future::join_all(sends).await {
        numbers.push(response.json::<Receipt>().await.unwrap().number);
    }
    numbers.dedup();
    assert_eq!(numbers.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn knows_a_person_by_token_and_installation_together() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let verification = async |token: String, laptop: &Laptop| {
        let response = world.post_signed(TICKETS, Some(&token), laptop, &submission("x")).await;
        response.json::<Receipt>().await.unwrap().verification
    };
    let issuer = &world.issuer;
    assert_eq!(verification(issuer.token("noor"), &laptop).await, Verification::Session);
    assert_eq!(verification(issuer.fresh_token("noor"), &laptop).await, Verification::Fresh);
    assert_eq!(verification(issuer.token("maria"), &laptop).await, Verification::Unverified);
    let unknown = Laptop::new();
    assert_eq!(verification(issuer.token("noor"), &unknown).await, Verification::Unverified);
    let unsigned = world.post(TICKETS, &issuer.fresh_token("noor"), &submission("x")).await;
    let unsigned: Receipt = unsigned.json().await.unwrap();
    assert_eq!(unsigned.verification, Verification::Unverified);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_body_that_is_not_the_signed_one() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let (signed, sent) = (submission("one"), submission("two"));
    let signed = serde_json::to_vec(&signed).unwrap();
    let response = laptop
        .sign(world.request(Method::POST, TICKETS), "POST", TICKETS, &signed)
        .bearer_auth(world.issuer.token("noor"))
        .json(&sent)
        .send()
        .await
        .unwrap();
    assert_refused(response, 401, ProblemCode::Malformed).await;
    assert_eq!(world.general_facts().await.last().unwrap()["reason"], "digest");
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_signature_of_another_path() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let body = serde_json::to_vec(&submission("one")).unwrap();
    let response = laptop
        .sign(world.request(Method::POST, TICKETS), "POST", "/v1/reports", &body)
        .bearer_auth(world.issuer.token("noor"))
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_refused(response, 401, ProblemCode::NotAllowed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn says_what_is_wrong_with_a_submission_it_cannot_take() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let good = serde_json::to_value(submission("x")).unwrap();
    let with = |change: Value| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body.to_string()
    };
    use ProblemCode::{Malformed, TooLarge, VersionUnsupported};
    for (body, status, code) in [
        ("hello".to_owned(), 400, Malformed),
        ("{}".to_owned(), 400, Malformed),
        (with(json!({ "color": "red" })), 400, Malformed),
        (with(json!({ "text": " " })), 422, Malformed),
        (with(json!({ "text": "a\u{1b}[2J" })), 422, Malformed),
        (with(json!({ "id": Uuid::new_v4() })), 422, Malformed),
        (with(json!({ "text": "x".repeat(8_001) })), 422, TooLarge),
        (with(json!({ "text": "x".repeat(300 * 1024) })), 413, TooLarge),
        (with(json!({ "version": 2 })), 422, VersionUnsupported),
        (with(json!({ "version": 2, "mood": "new" })), 422, VersionUnsupported),
    ] {
        let request = world.request(Method::POST, TICKETS).bearer_auth(&token);
        let request = request.header("content-type", "application/json").body(body);
        assert_refused(request.send().await.unwrap(), status, code).await;
    }
    let plain = world.request(Method::POST, TICKETS).bearer_auth(&token).body(good.to_string());
    assert_refused(plain.send().await.unwrap(), 415, Malformed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_ticket_is_not_there() {
    let world = World::start().await;
    let receipt = world.post(TICKETS, &world.issuer.token("noor"), &submission("x")).await;
    let number = receipt.json::<Receipt>().await.unwrap().number;
    let maria = world.issuer.token("maria");
    let laptop = Laptop::enrolled(&world, "maria").await;
    let path = format!("{TICKETS}/{number}");
    let reply = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
    for path in [path.as_str(), "/v1/tickets/999", "/v1/tickets/one", "/v1/nothing"] {
        let read = world.get_signed(path, &maria, &laptop).await;
        assert_refused(read, 404, ProblemCode::NotFound).await;
        let path = format!("{path}/replies");
        let replied = world.post_signed(&path, Some(&maria), &laptop, &reply).await;
        assert_refused(replied, 404, ProblemCode::NotFound).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn masks_secrets_the_app_has_missed() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let request = submission("VPN fails, my password is Tulip-4711!");
    let number =
        world.post(TICKETS, &token, &request).await.json::<Receipt>().await.unwrap().number;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let view = world.get_signed(&format!("{TICKETS}/{number}"), &token, &laptop).await;
    let view: TicketView = view.json().await.unwrap();
    assert!(!view.text.contains("Tulip-4711"), "{}", view.text);
    let again = world.post(TICKETS, &token, &request).await;
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let request = submission("The VPN stops.");
    let before: Receipt = world.post(TICKETS, &token, &request).await.json().await.unwrap();
    world.decided(before.number).await;
    let path = format!("{TICKETS}/{}", before.number);
    let laptop = Laptop::enrolled(&world, "noor").await;
    let view = world.get_signed(&path, &token, &laptop).await;
    let view: TicketView = view.json().await.unwrap();
    let world = world.restart().await;
    let after: Receipt = world.post(TICKETS, &token, &request).await.json().await.unwrap();
    assert_eq!(after, before);
    let again = world.get_signed(&path, &token, &laptop).await;
    assert_eq!(again.json::<TicketView>().await.unwrap(), view);
}

/// Requests that come while another process writes are accepted in one transaction; the person of one was
/// erased meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_one_does_not_stop_those_that_wait_with_it() {
    let world = World::start().await;
    let (noor, maria) = (world.issuer.token("noor"), world.issuer.token("maria"));
    for token in [&noor, &maria] {
        world.post(TICKETS, token, &submission("The VPN stops.")).await;
    }
    let begin = match &world.config.database {
        Database::File(_) => "BEGIN IMMEDIATE",
        Database::Server(_) => "BEGIN; SELECT pg_advisory_xact_lock(7234315281775551589)",
    };
    let mut other = connect_to(&world.config).await;
    sqlx::raw_sql(begin).execute(&mut other).await.unwrap();
    let request = submission("The printer stops.");
    let changed = Submission { text: "It does not.".to_owned(), ..request.clone() };
    let apart = submission("The scanner stops.");
    let sends = [(&maria, &request), (&noor, &apart), (&maria, &request), (&maria, &changed)];
    let sends = sends.map(|(token, request)| world.post(TICKETS, token, request));
    let erasing = async {
        // Long enough for all of them to wait.
        for _ in 0..20 {
            world.get("/readyz", &maria).await;
        }
        let erase = "UPDATE keys SET wrapped = NULL
             WHERE id = (SELECT key FROM people WHERE subject = 'noor'); COMMIT";
        sqlx::raw_sql(erase).execute(&mut other).await.unwrap();
    };
    let (answers, ()) = tokio::join!(futures_util::future::join_all(sends), erasing);
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status().as_u16()).collect();
    assert_eq!(statuses.remove(1), 500);
    // Which of the others was first is not said.
    statuses.sort_unstable();
    assert!(statuses == [200, 201, 409] || statuses == [201, 409, 409], "{statuses:?}");
    let tickets = world.records().await.newest().await.unwrap();
    assert_eq!(tickets.len(), 3);
    assert!(world.decided(tickets[0].number).await.audit.verified);
}
