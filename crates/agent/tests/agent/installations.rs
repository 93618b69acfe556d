use reqwest::{Method, StatusCode};
use serde_json::json;
use ticket::{Installation, ProblemCode, Receipt, Verification};

use crate::world::{Laptop, World, assert_refused, submission};

const INSTALLATIONS: &str = "/v1/installations";

async fn list(world: &World, laptop: &Laptop, subject: &str) -> Vec<Installation> {
    let request = world.request(Method::GET, INSTALLATIONS);
    let request = laptop.sign(request, "GET", INSTALLATIONS, b"");
    let response = request.bearer_auth(world.issuer.token(subject)).send().await.unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
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

#[tokio::test]
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

#[tokio::test]
async fn takes_a_key_away_and_hides_what_is_somebody_elses() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let path = format!("{INSTALLATIONS}/{}", laptop.id);
    let revoke = async |path: &str, subject: &str| {
        let token = world.issuer.fresh_token(subject);
        world.request(Method::DELETE, path).bearer_auth(token).send().await.unwrap()
    };
    assert_refused(revoke(&path, "maria").await, 404, ProblemCode::NotFound).await;
    assert_refused(revoke("/v1/installations/x", "noor").await, 404, ProblemCode::NotFound).await;
    assert_eq!(revoke(&path, "noor").await.status(), StatusCode::NO_CONTENT);
    assert_refused(revoke(&path, "noor").await, 404, ProblemCode::NotFound).await;
    assert_eq!(list(&world, &laptop, "noor").await, []);

    let token = world.issuer.token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission("x")).await;
    let receipt: Receipt = sent.json().await.unwrap();
    assert_eq!(receipt.verification, Verification::Unverified);
    assert!(
        world.general_facts().await.iter().any(|facts| facts["installation"] == json!(laptop.id))
    );
}

#[tokio::test]
async fn what_a_person_revoked_is_theirs_again_only_after_another_sign_in() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let path = format!("{INSTALLATIONS}/{}", laptop.id);
    let before = world.issuer.fresh_token("noor");
    let revoked = world.request(Method::DELETE, &path).bearer_auth(&before).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    let world = world.restart().await;

    let now = jiff::Timestamp::now().as_second();
    let signed_in = |at: serde_json::Value| {
        let change = json!({ "auth_time": at });
        world.issuer.key.sign(&world.issuer.claims_with("noor", &change))
    };
    let enroll = async |token: &str| {
        let enrollment = laptop.enrollment();
        world.post_signed(INSTALLATIONS, Some(token), &laptop, &enrollment).await
    };
    let early =
        [signed_in(json!(now - 3_600)), signed_in(json!(null)), signed_in(json!(now + 600))];
    for token in early.iter().chain([&before]) {
        let refused = enroll(token).await;
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap().to_owned();
        let (challenge, max_age) = challenge.rsplit_once('=').unwrap();
        assert_eq!(challenge, "Bearer error=\"insufficient_user_authentication\", max_age");
        assert!(max_age.parse::<u64>().unwrap() < 60, "{max_age}");
        assert_refused(refused, 401, ProblemCode::FreshSignInNeeded).await;
        assert_eq!(world.general_facts().await.last().unwrap()["reason"], "revoked");
    }
    assert_eq!(list(&world, &laptop, "noor").await, []);

    assert_eq!(enroll(&world.issuer.token("maria")).await.status(), StatusCode::CREATED);
    assert_eq!(enroll(&signed_in(json!(now + 30))).await.status(), StatusCode::CREATED);
    assert_eq!(enroll(&world.issuer.token("noor")).await.status(), StatusCode::OK);
    assert_eq!(list(&world, &laptop, "noor").await.len(), 1);
}

#[tokio::test]
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
