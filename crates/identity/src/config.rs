use std::time::Duration;

use tokio_util::sync::CancellationToken;
use url::Url;

/// Which identity provider, and who we are there.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Address of the provider; https, or http on this machine.
    pub issuer: Url,
    /// Our name there: a public native client.
    pub client_id: String,
    /// What access tokens must be for (RFC 8707 `resource`); none leaves it to the provider.
    pub audience: Option<String>,
    /// Fixed port of the loopback redirect, for providers that compare it; none takes a free one.
    pub loopback_port: Option<u16>,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
}

impl ProviderConfig {
    /// The usual scopes: a name to greet with, and a session that lasts.
    #[must_use]
    pub fn default_scopes() -> Vec<String> {
        ["profile", "email", "offline_access"].map(str::to_owned).to_vec()
    }
}

/// How recent and how strong a sign-in has to be (RFC 9470).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// Whatever session the browser has will do.
    Ordinary,
    /// The person signed in at most `max_age` ago, with the strength `acr` if one is named.
    Fresh {
        /// Longest time since the person signed in.
        max_age: Duration,
        /// Authentication context class that was asked for.
        acr: Option<String>,
    },
}

/// One press of "Sign in".
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// How recent and strong it has to be.
    pub freshness: Freshness,
    /// Language of the pages the browser shows, BCP 47.
    pub language: String,
    /// How long the browser may take.
    pub patience: Duration,
    /// Cancel it to stop waiting.
    pub cancel: CancellationToken,
}

impl SignInRequest {
    /// Waits for the browser for ten minutes.
    #[must_use]
    pub fn new(freshness: Freshness, language: &str) -> Self {
        Self {
            freshness,
            language: language.to_owned(),
            patience: Duration::from_secs(600),
            cancel: CancellationToken::new(),
        }
    }
}
