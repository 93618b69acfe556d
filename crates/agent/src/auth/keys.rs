use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, RwLock};
use tokio::time::Instant;

use crate::config::is_safe;

/// An unknown key makes us ask the provider at most this often.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// While we have no keys at all, we ask sooner.
const ASK_AGAIN_EMPTY: Duration = Duration::from_secs(1);
/// Keys the provider took away are gone here after this time.
const LONGEST_USE: Duration = Duration::from_secs(600);
/// More than any provider's documents need.
const MAX_DOCUMENT_BYTES: usize = 512 * 1024;

/// Why the provider's keys could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("the identity provider cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the identity provider's document is too large or has another form")]
    Form,
    #[error("the identity provider's document is for another issuer or unsafe")]
    Unsafe,
    #[error("the identity provider did not answer a moment ago")]
    JustNow,
}

/// The provider's signing keys, found by OpenID Connect discovery and kept.
#[derive(Debug)]
pub(crate) struct Keys {
    issuer: String,
    http: reqwest::Client,
    kept: RwLock<Kept>,
    asking: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Kept {
    set: Option<JwkSet>,
    doors: Option<Doors>,
    at: Option<Instant>,
}

/// Where people sign in (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Doors {
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    /// Whether the answer names the provider (RFC 9207).
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
    #[serde(flatten)]
    doors: Option<Doors>,
}

impl Kept {
    fn is_recent(&self) -> bool {
        self.at.is_some_and(|at| at.elapsed() < LONGEST_USE)
    }
}

impl Keys {
    pub(crate) fn new(issuer: String) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self { issuer, http, kept: RwLock::default(), asking: Mutex::new(None) })
    }

    /// The key a token names; `None`: the provider has no such key.
    pub(crate) async fn find(&self, id: Option<&str>) -> Result<Option<Jwk>, KeysError> {
        if let Some(key) = self.kept(id).await {
            return Ok(Some(key));
        }
        let asked = self.ask().await;
        let kept = self.kept.read().await;
        match kept.set.as_ref().and_then(|set| pick(set, id)) {
            // Older keys serve on while the provider is down.
            Some(key) => Ok(Some(key)),
            None => asked.map(|()| None),
        }
    }

    async fn kept(&self, id: Option<&str>) -> Option<Jwk> {
        let kept = self.kept.read().await;
        kept.set.as_ref().filter(|_| kept.is_recent()).and_then(|set| pick(set, id))
    }

    /// Asks the provider, one request at a time and not too often.
    async fn ask(&self) -> Result<(), KeysError> {
        let mut asked_at = self.asking.lock().await;
        let has_keys = self.kept.read().await.set.is_some();
        let pause = if has_keys { ASK_AGAIN } else { ASK_AGAIN_EMPTY };
        if asked_at.is_some_and(|at| at.elapsed() < pause) {
            return if has_keys { Ok(()) } else { Err(KeysError::JustNow) };
        }
        *asked_at = Some(Instant::now());
        let set = self.fetch().await.inspect_err(|error| {
            tracing::warn!(%error, "the identity provider's keys could not be read");
        })?;
        let (set, doors) = set;
        *self.kept.write().await = Kept { set: Some(set), doors, at: Some(Instant::now()) };
        Ok(())
    }

    /// Where people sign in.
    pub(crate) async fn doors(&self) -> Result<Doors, KeysError> {
        let kept = self.kept.read().await;
        let known = kept.doors.clone().filter(|_| kept.is_recent());
        drop(kept);
        if let Some(doors) = known {
            return Ok(doors);
        }
        let asked = self.ask().await;
        match self.kept.read().await.doors.clone() {
            Some(doors) => Ok(doors),
            None => asked.and(Err(KeysError::Form)),
        }
    }

    async fn fetch(&self) -> Result<(JwkSet, Option<Doors>), KeysError> {
        let issuer = self.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = self.read(&address).await?;
        if metadata.issuer != self.issuer || !is_safe(&metadata.jwks_uri) {
            return Err(KeysError::Unsafe);
        }
        let are_safe =
            |it: &Doors| is_safe(&it.authorization_endpoint) && is_safe(&it.token_endpoint);
        if metadata.doors.as_ref().is_some_and(|doors| !are_safe(doors)) {
            return Err(KeysError::Unsafe);
        }
        Ok((self.read(&metadata.jwks_uri).await?, metadata.doors))
    }

    async fn read<T: DeserializeOwned>(&self, address: &str) -> Result<T, KeysError> {
        let mut response = self.http.get(address).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_DOCUMENT_BYTES {
                return Err(KeysError::Form);
            }
        }
        serde_json::from_slice(&body).map_err(|_| KeysError::Form)
    }
}

/// A token without a key id is taken only while there is one key.
fn pick(set: &JwkSet, id: Option<&str>) -> Option<Jwk> {
    match (id, set.keys.as_slice()) {
        (Some(id), _) => set.find(id).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}
