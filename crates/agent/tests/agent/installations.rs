use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use ticket::{Installation, ProblemCode, Receipt};
use uuid::Uuid;

use crate::world::{Laptop, World, assert_refused, submission};

const INSTALLATIONS: &str = "/v1/installations";

async fn list(world: &World, laptop: &Laptop, subject: &str) -> Vec<Installation> {
    let token = world.issuer.token(subject);
    world.get_signed(INSTALLATIONS, &token, laptop).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_can_be_enrolled_by_several_people_and_again() {
    let world = World::start().await;
    let laptop = Laptop::new();
    for (subject, expect) in [("noor", 201), ("noor", 200), ("maria", 201)] {
        let token = world.issuer.token(subject);
        let enrollment = laptop.enrollment();
        let response = world.post_signed(INSTALLATIONS, Some(&token), &laptop, &enrollment).await;
        assert_eq!(response.status(), expect);
    }
    for subject in ["noor", "maria"] {
        let list = list(&world, &laptop, subject).await;
        assert_eq!(list.len(), 1);
        assert!(list[0].is_this);
        assert_eq!(list[0].device_name, "LO-4711");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_key_whose_holder_does_not_sign_and_an_id_with_another_key() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let laptop = Laptop::enrolled(&world, "noor").await;
    let thief = Laptop { id: laptop.id, ..Laptop::new() };
    let (enrollment, stolen) = (laptop.enrollment(), thief.enrollment());

    let unsigned = world.post(INSTALLATIONS, &token, &enrollment).await;
    assert_refused(unsigned, 401, ProblemCode::NotAllowed).await;
    let by_another = world.post_signed(INSTALLATIONS, Some(&token), &thief, &enrollment).await;
    assert_refused(by_another, 400, ProblemCode::Malformed).await;
    let other_key = world.post_signed(INSTALLATIONS, Some(&token), &thief, &stolen).await;
    assert_refused(other_key, 409, ProblemCode::Conflict).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_a_key_away_and_hides_what_is_somebody_elses() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let other = Laptop::enrolled(&world, "noor").await;
    let marias = Laptop::enrolled(&world, "maria").await;
    let path = format!("{INSTALLATIONS}/{}", laptop.id);
    let revoke = async |path: &str, subject: &str, by: &Laptop| {
        let token = world.issuer.fresh_token(subject);
        world.signed(&Method::DELETE, path, &token, by).send().await.unwrap()
    };
    let not_found = ProblemCode::NotFound;
    assert_refused(revoke(&path, "maria", &marias).await, 404, not_found).await;
    assert_refused(revoke("/v1/installations/x", "noor", &other).await, 404, not_found).await;
    assert_eq!(revoke(&path, "noor", &laptop).await.status(), StatusCode::NO_CONTENT);
    assert_refused(revoke(&path, "noor", &other).await, 404, not_found).await;
    let left: Vec<_> = list(&world, &other, "noor").await.iter().map(|it| it.id).collect();
    assert_eq!(left, [other.id]);

    let token = world.issuer.token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission("x")).await;
    assert_refused(sent, 401, ProblemCode::FreshSignInNeeded).await;
    assert!(
        world.general_facts().await.iter().any(|facts| facts["installation"] == json!(laptop.id))
    );
}

/// Everything of a person's own, asked for with a good token from a laptop.
async fn own(world: &World, number: u32, laptop: Option<&Laptop>) -> Vec<(String, Response)> {
    let token = world.issuer.fresh_token("noor");
    let ticket = format!("/v1/tickets/{number}");
    let replies = format!("{ticket}/replies");
    let mut answers = Vec::new();
    for path in ["/v1/me", "/v1/tickets", &ticket, "/v1/events", INSTALLATIONS] {
        let answer = match laptop {
            Some(laptop) => world.get_signed(path, &token, laptop).await,
            None => world.get(path, &token).await,
        };
        answers.push((path.to_owned(), answer));
    }
    let reply = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
    let answer = match laptop {
        Some(laptop) => world.post_signed(&replies, Some(&token), laptop, &reply).await,
        None => world.post(&replies, &token, &reply).await,
    };
    answers.push((replies, answer));
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_a_persons_own_is_for_their_installations_only() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let marias = Laptop::enrolled(&world, "maria").await;
    let token = world.issuer.token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission("x")).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    for (path, answer) in own(&world, number, Some(&laptop)).await {
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    for laptop in [None, Some(&marias), Some(&Laptop::new())] {
        let reason = if laptop.is_some() { "unknown_installation" } else { "missing" };
        for (path, answer) in own(&world, number, laptop).await {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
            assert_refused(answer, 403, ProblemCode::NotAllowed).await;
        }
        let facts = world.general_facts().await.pop().unwrap();
        let route = "/v1/tickets/{number}/replies";
        assert_eq!((&facts["route"], &facts["reason"]), (&json!(route), &json!(reason)));
        assert!(facts["person"].is_i64(), "{facts}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_laptop_cannot_list_read_follow_or_reply() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let other = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.fresh_token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission("x")).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    let before = own(&world, number, Some(&laptop)).await;
    assert!(before.iter().all(|(_, answer)| answer.status() == StatusCode::OK));

    let path = format!("{INSTALLATIONS}/{}", laptop.id);
    let revoked = world.signed(&Method::DELETE, &path, &token, &other).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    for (path, answer) in own(&world, number, Some(&laptop)).await {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        assert_refused(answer, 403, ProblemCode::NotAllowed).await;
    }
    let revoke = world.signed(&Method::DELETE, &path, &token, &laptop).send().await.unwrap();
    assert_refused(revoke, 403, ProblemCode::NotAllowed).await;
    // What it followed before ends too.
    for (_, answer) in before {
        let rest = tokio::time::timeout(Duration::from_secs(10), answer.bytes()).await;
        assert!(rest.is_ok(), "a stream goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_whose_clock_is_wrong_is_told_so() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let created = jiff::Timestamp::now().as_second() - 600;
    let request = world.request(Method::GET, INSTALLATIONS);
    let request = laptop.sign_at(request, "GET", INSTALLATIONS, b"", created);
    let response = request.bearer_auth(world.issuer.token("noor")).send().await.unwrap();
    assert_refused(response, 401, ProblemCode::ClockWrong).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_revocation_nothing_is_enrolled_before_another_sign_in() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let path = format!("{INSTALLATIONS}/{}", laptop.id);
    let before = world.issuer.fresh_token("noor");
    let revoked = world.signed(&Method::DELETE, &path, &before, &laptop).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    let world = world.restart().await;

    let now = jiff::Timestamp::now().as_second();
    let signed_in = |at: serde_json::Value| {
        let change = json!({ "auth_time": at });
        world.issuer.key.sign(&world.issuer.claims_with("noor", &change))
    };
    let enroll_as = async |token: &str, laptop: &Laptop| {
        let enrollment = laptop.enrollment();
        world.post_signed(INSTALLATIONS, Some(token), laptop, &enrollment).await
    };
    let enroll = async |token: &str| enroll_as(token, &laptop).await;
    // The laptop as it was, and with another key.
    let disguised = Laptop::new();
    let early =
        [signed_in(json!(now - 3_600)), signed_in(json!(null)), signed_in(json!(now + 600))];
    let tries = [&laptop, &disguised];
    let tries = early.iter().chain([&before]).flat_map(|token| tries.map(|laptop| (token, laptop)));
    for (token, laptop) in tries {
        let refused = enroll_as(token, laptop).await;
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap().to_owned();
        let (challenge, max_age) = challenge.rsplit_once('=').unwrap();
        assert_eq!(challenge, "Bearer error=\"insufficient_user_authentication\", max_age");
        assert!(max_age.parse::<u64>().unwrap() < 60, "{max_age}");
        assert_refused(refused, 401, ProblemCode::FreshSignInNeeded).await;
        assert_eq!(world.general_facts().await.last().unwrap()["reason"], "revoked");
    }

    assert_eq!(enroll(&world.issuer.token("maria")).await.status(), StatusCode::CREATED);
    let again = signed_in(json!(now + 30));
    assert_eq!(enroll(&again).await.status(), StatusCode::CREATED);
    assert_eq!(enroll(&world.issuer.token("noor")).await.status(), StatusCode::OK);
    assert_eq!(enroll_as(&again, &disguised).await.status(), StatusCode::CREATED);
    assert_eq!(list(&world, &laptop, "noor").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_named() {
    let world = World::start().await;
    let laptop = Laptop::new();
    let body = serde_json::to_vec(&laptop.enrollment()).unwrap();
    let created = jiff::Timestamp::now().as_second() - 600;
    let request = world.request(Method::POST, INSTALLATIONS);
    let response = laptop
        .sign_at(request, "POST", INSTALLATIONS, &body, created)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_refused(response, 401, ProblemCode::ClockWrong).await;
}
