use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::error::IdentityError;
use crate::page;
use crate::redirect::{self, Expected, Verdict};

/// A browser sends its request at once; its spare connections send nothing at all.
const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST_REQUEST: usize = 32 * 1024;
const MOST_VISITS_AT_ONCE: usize = 32;

/// Waits on 127.0.0.1 for the browser to come back (RFC 8252 §7.3).
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// Opens the door. None takes a free port.
    pub(crate) async fn bind(port: Option<u16>) -> Result<Self, IdentityError> {
        let failed = "open the loopback port";
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0)))
            .await
            .map_err(IdentityError::device(failed))?;
        let port = listener.local_addr().map_err(IdentityError::device(failed))?.port();
        Ok(Self { listener, port })
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, redirect::PATH)
    }

    /// The authorization code, once the right visit came. Visits are served side by side, so one
    /// that says nothing holds up nobody.
    pub(crate) async fn code(
        self,
        expected: Expected,
        language: &str,
    ) -> Result<String, IdentityError> {
        let expected = Arc::new(expected);
        let language: Arc<str> = language.into();
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                visit = self.listener.accept(), if visits.len() < MOST_VISITS_AT_ONCE => {
                    let (stream, _) = visit.map_err(IdentityError::device("wait for the browser"))?;
                    visits.spawn(serve(stream, Arc::clone(&expected), Arc::clone(&language)));
                }
                Some(Ok(Some(outcome))) = visits.join_next() => return outcome,
            }
        }
    }
}

type Outcome = Option<Result<String, IdentityError>>;

async fn serve(mut stream: TcpStream, expected: Arc<Expected>, language: Arc<str>) -> Outcome {
    let verdict = tokio::time::timeout(PATIENCE, read(&mut stream, &expected)).await.ok()??;
    let answer = response(&verdict, &language);
    // The verdict counts, whether or not the browser stays to read the page.
    let written = tokio::time::timeout(PATIENCE, async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    });
    if !matches!(written.await, Ok(Ok(()))) {
        tracing::debug!("the browser did not wait for the page");
    }
    verdict.outcome
}

async fn read(stream: &mut TcpStream, expected: &Expected) -> Option<Verdict> {
    let mut received = Vec::new();
    while received.len() < LARGEST_REQUEST {
        if stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        if request.parse(&received).ok()?.is_complete() {
            return Some(redirect::judge(request.method?, request.path?, expected));
        }
    }
    None
}

fn response(verdict: &Verdict, language: &str) -> String {
    let body = page::html(verdict.page, language);
    let reason = match verdict.status {
        200 => "OK",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Bad Request",
    };
    format!(
        "HTTP/1.1 {} {reason}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         Cache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\r\n{body}",
        verdict.status,
        body.len(),
    )
}
