use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use ticket::{Me, ProblemCode, Receipt, Verification};

use crate::issuer::Key;
use crate::world::{Laptop, World, assert_refused, submission};

#[tokio::test(flavor = "multi_thread")]
async fn greets_whom_the_provider_vouched_for() {
    let world = World::start().await;
    let token = world.issuer.token("noor");
    let laptop = Laptop::enrolled(&world, "noor").await;
    let me: Me = world.get_signed("/v1/me", &token, &laptop).await.json().await.unwrap();
    assert_eq!(me.name, "noor of Lumen & Oak");
    assert_eq!(me.verification, Verification::Session);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_every_other_token_without_a_word_and_audits_why() {
    let world = World::start().await;
    let issuer = &world.issuer;
    let now = Timestamp::now().as_second();
    let signed = |change| issuer.key.sign(&issuer.claims_with("noor", &change));
    let good = signed(json!({}));
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    let other_body = format!("{}.{}", good.split_once('.').unwrap().0, "e30");
    for (token, reason) in [
        (signed(json!({ "exp": now - 61 })), "expired"),
        (signed(json!({ "nbf": now + 120 })), "not_yet_valid"),
        (signed(json!({ "aud": "urn:somebody:else" })), "audience"),
        (signed(json!({ "iss": "https://somebody.else" })), "issuer"),
        (signed(json!({ "sub": "" })), "malformed"),
        (issuer.key.sign_as("JWT", &issuer.claims("noor")), "type"),
        (Key::new("unknown").sign(&issuer.claims("noor")), "unknown_key"),
        (Key::new("first").sign(&issuer.claims("noor")), "signature"),
        (none(&issuer.claims("noor").to_string()), "malformed"),
        (hmac_with_public_key(&world), "algorithm"),
        (format!("{unsigned}."), "signature"),
        (format!("{other_body}.{}", good.rsplit_once('.').unwrap().1), "signature"),
        ("hello".to_owned(), "malformed"),
    ] {
        let response = world.get("/v1/me", &token).await;
        let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{reason}");
        assert_refused(response, 401, ProblemCode::SignInNeeded).await;
        let facts = world.general_facts().await;
        assert_eq!(facts.last().unwrap()["reason"], reason);
        assert_eq!(facts.last().unwrap()["route"], "/v1/me");
    }
}

/// A token that says it needs no signature.
fn none(claims: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt","kid":"first"}"#);
    format!("{header}.{}.", URL_SAFE_NO_PAD.encode(claims))
}

/// The old trick: the public key as the secret of an HMAC.
fn hmac_with_public_key(world: &World) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some("first".to_owned());
    let public = serde_json::to_vec(&world.issuer.key.public).unwrap();
    let secret = EncodingKey::from_secret(&public);
    jsonwebtoken::encode(&header, &world.issuer.claims("noor"), &secret).unwrap()
}

#[tokio::test]
async fn takes_a_new_key_of_the_provider_and_is_not_driven_to_ask_often() {
    let mut world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    for _ in 0..5 {
        let token = Key::new("unknown").sign(&world.issuer.claims("noor"));
        assert_eq!(world.get("/v1/me", &token).await.status(), 401);
    }
    assert_eq!(world.issuer.times_asked(), 1);

    world.issuer.rotate();
    let token = world.issuer.token("noor");
    assert_eq!(world.get("/v1/me", &token).await.status(), 401);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(world.get_signed("/v1/me", &token, &laptop).await.status(), 200);
    assert_eq!(world.issuer.times_asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_for_a_fresh_sign_in_before_a_key_is_revoked() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let path = format!("/v1/installations/{}", laptop.id);
    let revoke = async |token: String| {
        world.signed(&Method::DELETE, &path, &token, &laptop).send().await.unwrap()
    };
    let now = Timestamp::now().as_second();
    for change in [json!({}), json!({ "auth_time": now - 400 }), json!({ "auth_time": now + 90 })] {
        let token = world.issuer.key.sign(&world.issuer.claims_with("noor", &change));
        let response = revoke(token).await;
        let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert_eq!(challenge, "Bearer error=\"insufficient_user_authentication\", max_age=300");
        assert_refused(response, 401, ProblemCode::FreshSignInNeeded).await;
    }
    assert_eq!(revoke(world.issuer.fresh_token("noor")).await.status(), 204);
}

/// Checks what sign-ins of this moment are good for where a strength is configured.
async fn check_strength(
    acr: Option<&str>,
    amr: Option<&str>,
    challenge: &str,
    table: &[(Value, bool)],
) {
    let own = |value: Option<&str>| value.map(str::to_owned);
    let world = World::start_with(|config, _| {
        (config.step_up_acr, config.step_up_amr) = (own(acr), own(amr));
    })
    .await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let now = Timestamp::now().as_second();
    let spares = table.iter().map(|_| Laptop::enrolled(&world, "noor"));
    let spares = futures_util::future::join_all(spares).await;
    for ((change, is_strong), spare) in table.iter().zip(spares) {
        let mut claims = world.issuer.claims_with("noor", &json!({ "auth_time": now }));
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let token = world.issuer.key.sign(&claims);
        let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &submission("x")).await;
        let level = sent.json::<Receipt>().await.unwrap().verification;
        let path = format!("/v1/installations/{}", spare.id);
        let response = world.signed(&Method::DELETE, &path, &token, &laptop).send().await.unwrap();
        if *is_strong {
            assert_eq!((response.status().as_u16(), level), (204, Verification::Fresh), "{change}");
            continue;
        }
        assert_eq!(level, Verification::Session, "{change}");
        assert_eq!(response.headers()["www-authenticate"], challenge, "{change}");
        assert_refused(response, 401, ProblemCode::FreshSignInNeeded).await;
        assert_eq!(world.general_facts().await.pop().unwrap()["reason"], "not_fresh");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_sign_in_must_be_as_strong_as_configured() {
    let hour_ago = Timestamp::now().as_second() - 3_600;
    let challenge = "Bearer error=\"insufficient_user_authentication\", max_age=300";
    let with_acr = format!("{challenge}, acr_values=\"urn:strong\"");
    let by_acr = [
        (json!({ "acr": "urn:strong" }), true),
        (json!({ "acr": "urn:weak" }), false),
        (json!({ "amr": ["urn:strong"] }), false),
        (json!({ "acr": "urn:strong", "auth_time": hour_ago }), false),
        (json!({}), false),
    ];
    check_strength(Some("urn:strong"), None, &with_acr, &by_acr).await;
    let by_amr = [
        (json!({ "amr": ["pwd", "hwk"] }), true),
        (json!({ "amr": "hwk" }), true),
        (json!({ "amr": ["pwd"] }), false),
        (json!({ "acr": "hwk" }), false),
        (json!({}), false),
    ];
    check_strength(None, Some("hwk"), challenge, &by_amr).await;
    let by_both = [
        (json!({ "acr": "urn:strong", "amr": ["hwk"] }), true),
        (json!({ "acr": "urn:strong", "amr": ["pwd"] }), false),
        (json!({ "acr": "urn:weak", "amr": ["hwk"] }), false),
    ];
    check_strength(Some("urn:strong"), Some("hwk"), &with_acr, &by_both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn says_so_when_the_provider_cannot_be_reached() {
    let mut world = World::start().await;
    let token = world.issuer.token("noor");
    // Another issuer takes the place of the first, which is gone with its keys.
    world.issuer = crate::issuer::Issuer::start().await;
    tokio::task::yield_now().await;
    let response = world.get("/v1/me", &token).await;
    assert_refused(response, 503, ProblemCode::ProviderUnreachable).await;
}
