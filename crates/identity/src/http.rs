use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use openidconnect::http::header::{DATE, HeaderMap};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::error::IdentityError;

const TIMEOUT: Duration = Duration::from_secs(15);
/// Discovery documents and key sets are a few kilobytes; a portal's page is not our business.
const LARGEST_BODY: usize = 1 << 20;

/// The provider's HTTP side; remembers what time the provider's last answer said.
pub(crate) struct Http {
    client: reqwest::Client,
    provider_time: Mutex<Option<Timestamp>>,
}

/// Why no usable answer came.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum HttpFailure {
    #[error("the request failed")]
    Failed(#[source] Arc<reqwest::Error>),
    #[error("the certificate was refused")]
    Certificate(#[source] Arc<reqwest::Error>),
    #[error("the server answered {0}")]
    Status(u16),
    #[error("the answer is too large")]
    TooLarge,
}

impl From<HttpFailure> for IdentityError {
    fn from(failure: HttpFailure) -> Self {
        match failure {
            HttpFailure::Certificate(error) => Self::CertificateUntrusted(error),
            HttpFailure::Failed(_) | HttpFailure::Status(_) | HttpFailure::TooLarge => {
                Self::ProviderUnreachable(Arc::new(failure))
            }
        }
    }
}

impl Http {
    pub(crate) const fn new(client: reqwest::Client) -> Self {
        Self { client, provider_time: Mutex::new(None) }
    }

    /// The `Date` of the last answer. Only that of an uncached answer (a token) is the time now.
    pub(crate) fn provider_time(&self) -> Option<Timestamp> {
        *self.provider_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one request. Redirects and faults of the server count as "not reached": behind them
    /// is a portal, a proxy or a provider in trouble, and a session must survive all of these.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpFailure> {
        let request = reqwest::Request::try_from(request).map_err(classify)?;
        let sent = reqwest::RequestBuilder::from_parts(self.client.clone(), request);
        let mut answer = sent.timeout(TIMEOUT).send().await.map_err(classify)?;
        let status = answer.status();
        if status.is_redirection() || status.is_server_error() || status.as_u16() == 429 {
            return Err(HttpFailure::Status(status.as_u16()));
        }
        self.remember_time(answer.headers());
        let headers = std::mem::take(answer.headers_mut());
        let mut response = HttpResponse::new(read_body(answer).await?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    fn remember_time(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|value| value.to_str().ok());
        let time = date.and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
        *self.provider_time.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpFailure;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpFailure>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

async fn read_body(mut answer: reqwest::Response) -> Result<Vec<u8>, HttpFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(HttpFailure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn classify(error: reqwest::Error) -> HttpFailure {
    let is_certificate = names_certificate(&error);
    let error = Arc::new(error.without_url());
    if is_certificate { HttpFailure::Certificate(error) } else { HttpFailure::Failed(error) }
}

/// Looks for rustls' verdict in the chain. An `io::Error` hides its inner error from `source`.
fn names_certificate(error: &(dyn Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    inner.is_some_and(|inner| names_certificate(inner))
        || error.source().is_some_and(names_certificate)
}
