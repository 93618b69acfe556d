//! Posts JSON and tells what an answer means.

use std::path::Path;
use std::time::Duration;

use connectors::ActError;
use reqwest::{Certificate, Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;
use url::{Host, Url};

use crate::file::{FileError, text};

/// A system gets this long for one message.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// No client could be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file with its certificates cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The certificates are none, or this machine has none.
    #[error("no client could be made")]
    Client(#[from] reqwest::Error),
}

/// What a system is asked with, which gets so long for an answer; `ca_file` holds the certificates that its own must
/// come from, in place of those this machine trusts.
pub(crate) fn client(patience: Duration, ca_file: Option<&Path>) -> Result<Client, ClientError> {
    // Led elsewhere, a password or what people wrote would go where nobody said.
    let client = Client::builder().timeout(patience).redirect(redirect::Policy::none());
    let Some(file) = ca_file else { return Ok(client.build()?) };
    let own = Certificate::from_pem_bundle(text(file)?.as_bytes())?;
    Ok(client.tls_certs_only(own).build()?)
}

pub(crate) async fn sent(request: RequestBuilder) -> Result<Response, ActError> {
    // Without the address, which may be a secret and is part of what reqwest says.
    request.send().await.map_err(|error| ActError::Later(error.without_url().to_string()))
}

/// Whether an answer says that it was taken, and if not, whether another try is worth it.
pub(crate) fn taken(answer: &Response) -> Result<(), ActError> {
    match answer.status() {
        status if status.is_success() => Ok(()),
        status @ (StatusCode::TOO_MANY_REQUESTS
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::UNAUTHORIZED) => Err(ActError::Later(status.to_string())),
        status if status.is_server_error() => Err(ActError::Later(status.to_string())),
        status => Err(ActError::Refused(status.to_string())),
    }
}

/// Where messages are posted.
#[derive(Clone)]
pub(crate) struct Poster {
    client: Client,
    url: Url,
}

impl Poster {
    pub(crate) fn open(url: Url) -> Result<Self, ClientError> {
        Ok(Self { client: client(PATIENCE, None)?, url })
    }

    pub(crate) async fn post(&self, message: &Value) -> Result<(), ActError> {
        taken(&sent(self.client.post(self.url.clone()).json(message)).await?)
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
