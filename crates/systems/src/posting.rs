//! Posts JSON to one address and tells what an answer means.

use std::time::Duration;

use connectors::ActError;
use reqwest::{Client, StatusCode, redirect};
use serde_json::Value;
use url::{Host, Url};

/// A system gets this long for one message.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where messages are posted.
#[derive(Clone)]
pub(crate) struct Poster {
    client: Client,
    url: Url,
}

impl Poster {
    pub(crate) fn open(url: Url) -> Result<Self, reqwest::Error> {
        // Led elsewhere, the words would go where nobody said.
        let client =
            Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build()?;
        Ok(Self { client, url })
    }

    pub(crate) async fn post(&self, message: &Value) -> Result<(), ActError> {
        let sent = self.client.post(self.url.clone()).json(message).send().await;
        // Without the address, which may be a secret and is part of what reqwest says.
        let status =
            sent.map_err(|error| ActError::Later(error.without_url().to_string()))?.status();
        match status {
            _ if status.is_success() => Ok(()),
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::UNAUTHORIZED => Err(ActError::Later(status.to_string())),
            _ if status.is_server_error() => Err(ActError::Later(status.to_string())),
            _ => Err(ActError::Refused(status.to_string())),
        }
    }
}

/// Nobody on the way can answer for it.
pub(crate) fn is_safe(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}
