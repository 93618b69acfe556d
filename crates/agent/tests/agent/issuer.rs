use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const AUDIENCE: &str = "urn:deskside:agent";
pub(crate) const CLIENT: &str = "deskside-portal";

/// An identity provider as far as the agent sees it: discovery, keys, the tokens it signs, and a sign-in page where
/// nobody has to press anything.
pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) key: Key,
    page: Arc<Mutex<SignInPage>>,
    keys: Arc<Mutex<JwkSet>>,
    asked: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

/// Who signs in next, and what is wrong with what the provider says then.
#[derive(Default)]
struct SignInPage {
    subject: String,
    /// Changes of the claims of the ID token and of the access token.
    spoils: [Value; 2],
    /// The type of the access token; empty: the right one.
    kind: &'static str,
    /// What the client asked for, by the code it got; a code is good once.
    asked: HashMap<String, HashMap<String, String>>,
}

/// A signing key with its id.
#[derive(Clone)]
pub(crate) struct Key {
    id: String,
    private: EncodingKey,
    pub(crate) public: Jwk,
}

impl Key {
    pub(crate) fn new(id: &str) -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        let private = EncodingKey::from_ec_der(pkcs8.as_ref());
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap();
        public.common.key_id = Some(id.to_owned());
        Self { id: id.to_owned(), private, public }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as("at+jwt", claims)
    }

    pub(crate) fn sign_as(&self, kind: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(kind.to_owned());
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let key = Key::new("first");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let metadata = Arc::new(json!({
            "issuer": url,
            "jwks_uri": format!("{url}/jwks"),
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "authorization_response_iss_parameter_supported": true,
        }));
        let page = Arc::new(Mutex::new(SignInPage::default()));
        let keys = Arc::new(Mutex::new(JwkSet { keys: vec![key.public.clone()] }));
        let asked = Arc::new(AtomicUsize::new(0));
        let (served, count) = (Arc::clone(&keys), Arc::clone(&asked));
        let (asking, giving, signs) = (Arc::clone(&page), Arc::clone(&page), key.clone());
        let (iss, issuer) = (url.clone(), url.clone());
        let routes = Router::new()
            .route(
                "/authorize",
                get(async move |Query(asked): Query<HashMap<String, String>>| {
                    authorized(&asking, asked, &iss)
                }),
            )
            .route(
                "/token",
                post(async move |Form(asked): Form<HashMap<String, String>>| {
                    tokens(&giving, &asked, &signs, &issuer)
                }),
            )
            .route("/.well-known/openid-configuration", get(async move || Json(metadata)))
            .route("/jwks", get(async move || published(&served, &count)));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, key, page, keys, asked, server }
    }

    /// Signs with another key from now on, and publishes it in place of the old one.
    pub(crate) fn rotate(&mut self) {
        self.key = Key::new("second");
        self.keys.lock().unwrap().keys = vec![self.key.public.clone()];
    }

    /// How often the keys were read.
    pub(crate) fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Whoever comes to the sign-in page now is this person, who signed in there an hour ago.
    pub(crate) fn is_in_front(&self, subject: &str) {
        self.page.lock().unwrap().subject = subject.to_owned();
    }

    /// The claims of a good token of a person, signed in an hour ago.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        claims(&self.url, subject)
    }

    /// From now on the sign-in page gives tokens with these claims changed: the ID token and the access token,
    /// which is of this type.
    pub(crate) fn says(&self, spoils: &[Value; 2], kind: &'static str) {
        let mut page = self.page.lock().unwrap();
        (page.spoils, page.kind) = (spoils.clone(), kind);
    }

    /// Claims with some changed.
    pub(crate) fn claims_with(&self, subject: &str, change: &Value) -> Value {
        let mut claims = self.claims(subject);
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims
    }

    pub(crate) fn token(&self, subject: &str) -> String {
        self.key.sign(&self.claims(subject))
    }

    /// A token of somebody who signed in just now.
    pub(crate) fn fresh_token(&self, subject: &str) -> String {
        let now = Timestamp::now().as_second();
        self.key.sign(&self.claims_with(subject, &json!({ "auth_time": now })))
    }
}

fn claims(issuer: &str, subject: &str) -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": issuer, "sub": subject, "aud": AUDIENCE, "exp": now + 300, "iat": now,
        "name": format!("{subject} of Lumen & Oak"), "auth_time": now - 3_600,
    })
}

/// The answer of the sign-in page: a code, to where the client wants it (RFC 6749, section 4.1.2).
fn authorized(page: &Mutex<SignInPage>, asked: HashMap<String, String>, issuer: &str) -> Redirect {
    let mut page = page.lock().unwrap();
    let code = format!("code{}", page.asked.len());
    let mut to: url::Url = asked["redirect_uri"].parse().unwrap();
    to.query_pairs_mut().extend_pairs([
        ("code", code.as_str()),
        ("state", &asked["state"]),
        ("iss", issuer),
    ]);
    page.asked.insert(code, asked);
    Redirect::to(to.as_str())
}

/// Tokens for a code, once, and only for whoever asked for it (RFC 7636, section 4.6).
fn tokens(
    page: &Mutex<SignInPage>,
    request: &HashMap<String, String>,
    key: &Key,
    issuer: &str,
) -> (StatusCode, Json<Value>) {
    let mut page = page.lock().unwrap();
    let asked = page.asked.get_mut(&request["code"]).map(std::mem::take).unwrap_or_default();
    let verifier = digest(&SHA256, request["code_verifier"].as_bytes());
    let is_same = ["client_id", "redirect_uri"].iter().all(|it| asked.get(*it) == request.get(*it));
    if !is_same || asked.get("code_challenge") != Some(&URL_SAFE_NO_PAD.encode(verifier)) {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    }
    let mut said = claims(issuer, &page.subject);
    if asked.contains_key("max_age") {
        said["auth_time"] = json!(Timestamp::now().as_second());
    }
    let with = |changes: [&Value; 2]| {
        let mut said = said.clone();
        let changes = changes.iter().filter_map(|it| it.as_object()).cloned();
        changes.for_each(|it| said.as_object_mut().unwrap().extend(it));
        said
    };
    let [id_spoil, access_spoil] = &page.spoils;
    let own = json!({ "aud": CLIENT, "nonce": asked["nonce"] });
    let id_token = key.sign_as("JWT", &with([&own, id_spoil]));
    let kind = if page.kind.is_empty() { "at+jwt" } else { page.kind };
    let access_token = key.sign_as(kind, &with([&Value::Null, access_spoil]));
    let answer = json!({
        "token_type": "Bearer", "expires_in": 300, "id_token": id_token, "access_token": access_token,
    });
    (StatusCode::OK, Json(answer))
}

fn published(keys: &Mutex<JwkSet>, asked: &AtomicUsize) -> Json<JwkSet> {
    asked.fetch_add(1, Ordering::SeqCst);
    Json(keys.lock().unwrap().clone())
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}
