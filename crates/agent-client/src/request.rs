use std::time::Duration;

use jiff::Timestamp;
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;
use url::Url;

use crate::{Auth, ClientError};

/// Longest time until an answer is complete, or until a stream begins.
pub(crate) const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// A request before it is signed and sent.
pub(crate) struct Outgoing {
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
}

impl Outgoing {
    pub(crate) fn new(method: Method, url: Url) -> Self {
        Self { method, url, body: None }
    }

    pub(crate) fn json(self, content: &impl Serialize) -> Result<Self, ClientError> {
        let body = serde_json::to_vec(content)
            .map_err(|_| ClientError::Protocol("the request cannot be written as JSON"))?;
        Ok(Self { body: Some(body), ..self })
    }

    /// Signs it as of now, and puts the person's token on it.
    pub(crate) fn build(
        self,
        http: &reqwest::Client,
        auth: &Auth<'_>,
        accept: &'static str,
    ) -> Result<RequestBuilder, ClientError> {
        let Self { method, url, body } = self;
        let signed = auth.signer.map(|signer| {
            let content = body.as_deref().unwrap_or_default();
            signer.sign(method.as_str(), &url, content, Timestamp::now())
        });
        let mut request = http.request(method, url).header(ACCEPT, accept);
        if let Some(token) = auth.bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| ClientError::Protocol("the token is no header value"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(signed) = signed {
            request = request
                .header("signature-input", signed.input)
                .header("signature", signed.signature)
                .header("content-digest", signed.digest);
        }
        Ok(match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            None => request,
        })
    }
}
