//! One visit to a server, step by step: name, connection, handshake, answer.

use std::error::Error as StdError;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822;
use rustls::CertificateError;
use rustls::pki_types::ServerName;
use ticket::{EvidenceKey, FindingReason};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use crate::connect;
use crate::run::Run;
use crate::{Trust, outcome::Outcome, trust::Seen};

/// Longest head of an answer that is read.
const MOST: usize = 16 * 1024;
/// A request longer than any packet shows whether long packets pass.
const PADDING: usize = 1600;
/// Segments this short pass everywhere (RFC 9293 §3.7.1 takes 536 as the smallest to expect).
const SMALL_SEGMENT: u32 = 536;
/// How long a connection may stand still before a second one tries with small segments.
const STANDSTILL: Duration = Duration::from_millis(1200);

/// What a server answered. The body is never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The server's clock when it answered.
    pub(crate) date: Option<SystemTime>,
    /// From the request to its answer.
    pub(crate) elapsed: Duration,
    /// This device's clock when the answer came.
    pub(crate) at: SystemTime,
}

/// How far a visit came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Until the name was resolved.
    pub(crate) named: Option<Duration>,
    /// Until the connection stood.
    pub(crate) connected: Option<Duration>,
    /// Who issued the certificate, also one that was refused.
    pub(crate) issuer: Option<String>,
    /// The answer, or why there is none.
    pub(crate) end: Result<Answer, FindingReason>,
}

impl Visit {
    /// Adds how long the steps took and whose certificate was seen.
    pub(crate) fn tell(&self, outcome: Outcome) -> Outcome {
        let milliseconds = |time: Option<Duration>| time.map(|time| time.as_millis());
        outcome
            .with_some(
                EvidenceKey::Milliseconds,
                milliseconds(self.end.as_ref().ok().map(|answer| answer.elapsed)),
            )
            .with_some(EvidenceKey::NameMilliseconds, milliseconds(self.named))
            .with_some(EvidenceKey::ConnectMilliseconds, milliseconds(self.connected))
            .with_some(EvidenceKey::CertificateIssuer, self.issuer.as_ref())
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// As short as it can be.
    Short,
    /// Longer than a packet, and tried with small segments where it stands still.
    Long,
}

/// Asks once, follows nothing, gives up after the patience of the run.
pub(crate) async fn visit(run: &Run, url: &Url, request: Request) -> Visit {
    let until = Instant::now() + run.patience();
    let mut progress = Progress::default();
    let end = timeout_at(until, go(run, url, request, &mut progress)).await;
    let Progress { named, connected, is_encrypted, seen } = progress;
    let end = end.unwrap_or(Err(match (connected, is_encrypted) {
        // It greeted and took the request, and then nothing.
        (Some(_), true) => FindingReason::Slow,
        _ => FindingReason::Timeout,
    }));
    let issuer = seen.and_then(|seen| seen.issuer());
    Visit { named, connected, issuer, end }
}

#[derive(Default)]
struct Progress {
    named: Option<Duration>,
    connected: Option<Duration>,
    is_encrypted: bool,
    seen: Option<Arc<Seen>>,
}

async fn go(
    run: &Run,
    url: &Url,
    request: Request,
    progress: &mut Progress,
) -> Result<Answer, FindingReason> {
    let target = Target::of(url).ok_or(FindingReason::UnexpectedAnswer)?;
    let started = Instant::now();
    let stream = connect::to(run, &target.host, target.port, None, &mut progress.named).await?;
    progress.connected = Some(started.elapsed().saturating_sub(progress.named.unwrap_or_default()));
    let text = target.request(request);
    let seen = Arc::clone(progress.seen.insert(Arc::default()));
    let first =
        target.exchange(&run.context.trust, stream, &text, &seen, &mut progress.is_encrypted);
    if request == Request::Short {
        return first.await;
    }
    tokio::select! {
        answer = first => answer,
        () = with_small_segments(run, &target, &text) => Err(FindingReason::LargePacketsLost),
    }
}

/// Ends when a second connection, begun after the first stood still for a while, gets an answer with
/// small segments; one that gets none proves nothing.
async fn with_small_segments(run: &Run, target: &Target, text: &[u8]) {
    sleep(STANDSTILL).await;
    let (mut named, mut is_encrypted) = (None, false);
    let stream = connect::to(run, &target.host, target.port, Some(SMALL_SEGMENT), &mut named).await;
    let Ok(stream) = stream else { return std::future::pending().await };
    let seen = Arc::default();
    let answer = target.exchange(&run.context.trust, stream, text, &seen, &mut is_encrypted).await;
    if answer.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A server and what to ask it for.
struct Target {
    host: String,
    port: u16,
    path: String,
    is_encrypted: bool,
}

impl Target {
    fn of(url: &Url) -> Option<Self> {
        let path = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Some(Self {
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
            path,
            is_encrypted: url.scheme() == "https",
        })
    }

    fn request(&self, request: Request) -> Vec<u8> {
        let (path, host) = (&self.path, &self.host);
        let padding = match request {
            Request::Short => String::new(),
            Request::Long => format!("x-padding: {}\r\n", "-".repeat(PADDING)),
        };
        let agent = concat!("deskside/", env!("CARGO_PKG_VERSION"));
        format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {agent}\r\n{padding}connection: close\r\n\r\n"
        )
        .into_bytes()
    }

    async fn exchange(
        &self,
        trust: &Trust,
        stream: TcpStream,
        text: &[u8],
        seen: &Arc<Seen>,
        is_encrypted: &mut bool,
    ) -> Result<Answer, FindingReason> {
        let answer = async {
            if !self.is_encrypted {
                return ask(stream, text).await;
            }
            let stream = self.encrypt(trust, stream, seen).await?;
            *is_encrypted = true;
            ask(stream, text).await
        };
        answer.await.map_err(|error| reason_of(&error))
    }

    async fn encrypt(
        &self,
        trust: &Trust,
        stream: TcpStream,
        seen: &Arc<Seen>,
    ) -> io::Result<TlsStream<TcpStream>> {
        let config = trust.for_one(seen).map_err(io::Error::other)?;
        let host = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(io::Error::other)?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

/// Head and body of an answer, up to so many bytes.
///
/// # Errors
/// The connection or its certificate is bad.
pub(crate) async fn whole(
    trust: &Trust,
    mut stream: TcpStream,
    url: &Url,
    most: u64,
) -> io::Result<Vec<u8>> {
    let target = Target::of(url).ok_or(io::ErrorKind::InvalidInput)?;
    let text = target.request(Request::Short);
    let mut bytes = Vec::new();
    if target.is_encrypted {
        let mut stream = target.encrypt(trust, stream, &Arc::default()).await?;
        stream.write_all(&text).await?;
        stream.take(most).read_to_end(&mut bytes).await?;
    } else {
        stream.write_all(&text).await?;
        stream.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, text: &[u8]) -> io::Result<Answer> {
    let started = Instant::now();
    stream.write_all(text).await?;
    stream.flush().await?;
    let mut head = Vec::new();
    while head.len() < MOST {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
        if let Some(answer) = read(&head, started.elapsed())? {
            return Ok(answer);
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// The head of an answer (RFC 9112 §2.1), once it is whole.
pub(crate) fn read(head: &[u8], elapsed: Duration) -> io::Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut response = httparse::Response::new(&mut headers);
    let is_whole = response.parse(head).map_err(|_| io::ErrorKind::InvalidData)?.is_complete();
    let status = response.code.filter(|_| is_whole);
    let date = date_of(response.headers);
    Ok(status.map(|status| Answer { status, date, elapsed, at: SystemTime::now() }))
}

/// The `Date` of an answer (RFC 9110 §6.6.1), moved on by the time it lay in a cache.
fn date_of(headers: &[httparse::Header<'_>]) -> Option<SystemTime> {
    let text = |name: &str| {
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text("date")?).ok()?;
    let age =
        text("age").and_then(|age| age.parse().ok()).map_or(Duration::ZERO, Duration::from_secs);
    let since_epoch = Duration::from_secs(u64::try_from(date.as_second()).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since_epoch.checked_add(age)?)
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
        || literal.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What an error on the way says.
pub(crate) fn reason_of(error: &io::Error) -> FindingReason {
    if let Some(tls) = tls_error(error) {
        return match tls {
            rustls::Error::InvalidCertificate(error) => reason_of_certificate(error),
            _ => FindingReason::UnexpectedAnswer,
        };
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => FindingReason::ServerRefused,
        io::ErrorKind::TimedOut => FindingReason::Timeout,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            FindingReason::Unreachable
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData => FindingReason::UnexpectedAnswer,
        _ => FindingReason::Unreachable,
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
        let check = |headers: &str, expect: Option<u64>| {
            let head = format!("HTTP/1.1 204 No Content\r\n{headers}\r\n");
            let answer = read(head.as_bytes(), Duration::ZERO).unwrap().unwrap();
            let date = answer.date.map(|date| date.duration_since(SystemTime::UNIX_EPOCH).unwrap());
            assert_eq!((answer.status, date), (204, expect.map(Duration::from_secs)), "{headers}");
        };
        check("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Some(784_111_777));
        check("date: Sun, 06 Nov 1994 08:49:37 GMT\r\nAge: 120\r\n", Some(784_111_897));
        check("date: yesterday\r\n", None);
        check("", None);
    }

    #[test]
    fn half_an_answer_is_waited_for_and_garbage_is_refused() {
        assert!(read(b"HTTP/1.1 200 OK\r\nDate: ", Duration::ZERO).unwrap().is_none());
        assert!(read(b"SSH-2.0-OpenSSH_9.2\r\n", Duration::ZERO).is_err());
    }
}
