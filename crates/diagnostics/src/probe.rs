use std::error::Error as StdError;
use std::io;
use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822;
use reqwest::header::{AGE, DATE, HeaderMap};
use reqwest::{Client, Response, Url, tls::TlsInfo};
use rustls::CertificateError;
use ticket::{EvidenceKey, FindingReason};
use tokio::time::Instant;

use crate::{certificate, outcome::Outcome};

/// What a server answered. The body is never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The server's clock when it answered.
    pub(crate) date: Option<SystemTime>,
    pub(crate) elapsed: Duration,
    pub(crate) issuer: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Silence {
    pub(crate) reason: FindingReason,
    /// Who issued the certificate that was refused.
    pub(crate) issuer: Option<String>,
}

impl Silence {
    pub(crate) fn outcome(self) -> Outcome {
        Outcome::failed(self.reason).with_some(EvidenceKey::CertificateIssuer, self.issuer)
    }
}

/// Asks once, follows nothing.
pub(crate) async fn get(client: &Client, url: &Url) -> Result<Answer, Silence> {
    let started = Instant::now();
    match client.get(url.clone()).send().await {
        Ok(response) => Ok(read(&response, started.elapsed())),
        Err(error) => {
            let reason = reason_of(&error);
            let issuer = match reason {
                FindingReason::CertificateUntrusted => certificate::issuer_of_server(url).await,
                _ => None,
            };
            Err(Silence { reason, issuer })
        }
    }
}

/// HTTPS anywhere; plain HTTP only to this device.
pub(crate) fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(is_this_device),
        _ => false,
    }
}

/// Whether a host, as written in a URL, is this device itself.
pub(crate) fn is_this_device(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || literal.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read(response: &Response, elapsed: Duration) -> Answer {
    let issuer = response
        .extensions()
        .get::<TlsInfo>()
        .and_then(TlsInfo::peer_certificate)
        .and_then(certificate::issuer);
    Answer {
        status: response.status().as_u16(),
        date: date_of(response.headers()),
        elapsed,
        issuer,
    }
}

/// The `Date` of an answer (RFC 9110 §6.6.1), moved on by the time it lay in a cache.
fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    let text = |name| headers.get(name)?.to_str().ok();
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text(DATE)?).ok()?;
    let age =
        text(AGE).and_then(|age| age.parse().ok()).map_or(Duration::ZERO, Duration::from_secs);
    let since_epoch = Duration::from_secs(u64::try_from(date.as_second()).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since_epoch.checked_add(age)?)
}

fn reason_of(error: &reqwest::Error) -> FindingReason {
    if let Some(tls) = tls_error(error) {
        return match tls {
            rustls::Error::InvalidCertificate(error) => reason_of_certificate(error),
            _ => FindingReason::UnexpectedAnswer,
        };
    }
    if error.is_timeout() {
        FindingReason::Timeout
    } else if error.is_dns() {
        FindingReason::Unresolved
    } else if error.is_connect() {
        FindingReason::Unreachable
    } else {
        FindingReason::UnexpectedAnswer
    }
}

fn reason_of_certificate(error: &CertificateError) -> FindingReason {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            FindingReason::CertificateExpired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            FindingReason::CertificateNotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            FindingReason::CertificateWrongName
        }
        _ => FindingReason::CertificateUntrusted,
    }
}

/// Looks for the TLS error below; `io::Error` keeps what it wraps out of the chain of sources.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|inner| inner as &(dyn StdError + 'static));
    tls_error(wrapped.or_else(|| error.source())?)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn plain_http_is_for_this_device_alone() {
        for (url, expect) in [
            ("https://login.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost:3000", true),
            ("http://desk.localhost", true),
            ("http://login.example", false),
            ("http://127.0.0.1.example", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(is_secure(&url.parse().unwrap()), expect, "{url}");
        }
    }

    #[test]
    fn reads_the_date_of_an_answer_and_its_time_in_a_cache() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        let plain = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(date_of(&headers), Some(plain));
        headers.insert(AGE, HeaderValue::from_static("120"));
        assert_eq!(date_of(&headers), Some(plain + Duration::from_secs(120)));
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(date_of(&headers), None);
    }
}
