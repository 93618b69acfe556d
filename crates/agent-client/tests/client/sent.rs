use std::sync::Arc;

use agent_client::{AgentClient, Auth, ClientError, Signer};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use ticket::{
    Enrollment, Reply, ReplyAction, SignatureInput, Submission, SubmissionKind, signature_base,
};
use uuid::Uuid;

use crate::canned::{Canned, Seen, client};

struct Installation {
    signer: Signer,
    public_key: Vec<u8>,
}

fn installation() -> Installation {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let key = Arc::new(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap());
    let public_key = key.public_key().as_ref().to_vec();
    let signer = Signer::new(Uuid::now_v7(), move |text| key.sign(text).as_ref().to_vec());
    Installation { signer, public_key }
}

fn submission() -> Submission {
    let (text, locale) = ("I clicked on a link".to_owned(), "en".to_owned());
    let words = Submission::of_words(Uuid::now_v7(), Timestamp::UNIX_EPOCH, text, locale);
    Submission { kind: SubmissionKind::SecurityReport, ..words }
}

/// What one call puts on the wire. The answer does not matter.
async fn sent<T>(
    base_path: &str,
    call: impl AsyncFnOnce(AgentClient) -> Result<T, ClientError>,
) -> Seen {
    let mut server = Canned::answering("204 No Content", "", "").await;
    let _ = call(client(&format!("{}{base_path}", server.address))).await;
    server.seen.recv().await.unwrap()
}

/// Verifies as the agent does, from what is on the wire alone.
fn check_signed(seen: &Seen, installation: &Installation) {
    let header = |name: &str| seen.headers[name].as_str();
    let input = SignatureInput::parse(header("signature-input")).unwrap();
    assert_eq!(input.key_id, installation.signer.key_id());
    assert!((Timestamp::now().as_second() - input.created).abs() < 60);
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, &seen.body)));
    assert_eq!(header("content-digest"), digest);
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let base = signature_base(&seen.method, path, &format!("?{query}"), &digest, &input);
    let signature = header("signature").strip_prefix("installation=:").unwrap();
    let signature = STANDARD.decode(signature.strip_suffix(':').unwrap()).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, &installation.public_key);
    key.verify(base.as_bytes(), &signature).unwrap();
}

async fn check<T>(
    call: impl AsyncFnOnce(AgentClient, &Auth<'_>) -> Result<T, ClientError>,
    expect: &str,
    has_token: bool,
) {
    let installation = installation();
    let auth = Auth { bearer: Some("secret-token"), signer: Some(&installation.signer) };
    let seen = sent("", async |client| call(client, &auth).await).await;
    assert_eq!(format!("{} {}", seen.method, seen.target), expect);
    let token = seen.headers.get("authorization").map(String::as_str);
    assert_eq!(token, has_token.then_some("Bearer secret-token"), "{expect}");
    check_signed(&seen, &installation);
}

#[tokio::test]
async fn signs_every_route_as_the_agent_verifies_it() {
    let id = Uuid::nil();
    let enrollment =
        Enrollment { id, public_key: "AAAA".to_owned(), device_name: "LAP-1".to_owned() };
    let reply = Reply { id, action: ReplyAction::Solved };
    let submission = submission();
    check(async |c, a| c.enroll(a, &enrollment).await, "POST /v1/installations", true).await;
    check(async |c, a| c.installations(a).await, "GET /v1/installations", true).await;
    let path = format!("DELETE /v1/installations/{id}");
    check(async |c, a| c.revoke(a, id).await, &path, true).await;
    check(async |c, a| c.me(a).await, "GET /v1/me", true).await;
    check(async |c, a| c.submit(a, &submission).await, "POST /v1/tickets", true).await;
    check(async |c, a| c.report(a, &submission).await, "POST /v1/reports", false).await;
    check(async |c, a| c.tickets(a).await, "GET /v1/tickets", true).await;
    check(async |c, a| c.ticket(a, 1_001).await, "GET /v1/tickets/1001", true).await;
    let path = "POST /v1/tickets/1001/replies";
    check(async |c, a| c.reply(a, 1_001, &reply).await, path, true).await;
    check(async |c, a| c.events(a, 42).await, "GET /v1/events?after=42", true).await;
}

#[tokio::test]
async fn sends_the_submission_as_it_is() {
    let submission = submission();
    let seen = sent("", async |client| client.submit(&Auth::default(), &submission).await).await;
    assert_eq!(serde_json::from_slice::<Submission>(&seen.body).unwrap(), submission);
    assert_eq!(seen.headers["content-type"], "application/json");
    assert!(!seen.headers.contains_key("signature"));
}

#[tokio::test]
async fn finds_the_agent_below_a_path_of_its_own() {
    for base in ["/help/desk", "/help/desk/"] {
        let seen = sent(base, async |client| client.health().await).await;
        assert_eq!(seen.target, "/help/desk/healthz");
    }
}

#[test]
fn never_shows_the_token_or_the_key() {
    let installation = installation();
    let shown = format!("{:?}", installation.signer);
    assert_eq!(shown, format!("Signer {{ key_id: {:?}, .. }}", installation.signer.key_id()));
    let auth = Auth { bearer: Some("secret-token"), signer: None };
    assert!(!format!("{auth:?}").contains("secret"));
}
