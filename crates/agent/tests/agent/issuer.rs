use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const AUDIENCE: &str = "urn:deskside:agent";

/// An identity provider as far as the agent sees it: discovery, keys, and the tokens it signs.
pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) key: Key,
    keys: Arc<Mutex<JwkSet>>,
    asked: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

/// A signing key with its id.
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
        let metadata = Arc::new(json!({ "issuer": url, "jwks_uri": format!("{url}/jwks") }));
        let keys = Arc::new(Mutex::new(JwkSet { keys: vec![key.public.clone()] }));
        let asked = Arc::new(AtomicUsize::new(0));
        let (served, count) = (Arc::clone(&keys), Arc::clone(&asked));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(async move || Json(metadata)))
            .route("/jwks", get(async move || published(&served, &count)));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, key, keys, asked, server }
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

    /// The claims of a good token of a person, signed in an hour ago.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "iss": self.url, "sub": subject, "aud": AUDIENCE, "exp": now + 300, "iat": now,
            "name": format!("{subject} of Lumen & Oak"), "auth_time": now - 3_600,
        })
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

fn published(keys: &Mutex<JwkSet>, asked: &AtomicUsize) -> Json<JwkSet> {
    asked.fetch_add(1, Ordering::SeqCst);
    Json(keys.lock().unwrap().clone())
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}
