//! Servers that answer as told, and contexts to ask them with.

use std::path::Path;
use std::time::Duration;

use diagnostics::{Context, Deadlines, Roots, Targets, Url};
use ticket::{CheckId, Finding};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every request with these bytes.
pub(crate) async fn server(answer: String) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url.parse().unwrap()
}

/// A server with this status line and these headers, and no body.
pub(crate) async fn answering(status: &str, headers: &str) -> Url {
    let end = "content-length: 0\r\nconnection: close\r\n\r\n";
    server(format!("HTTP/1.1 {status}\r\n{headers}{end}")).await
}

/// Takes connections and says nothing.
pub(crate) async fn silent() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    url.parse().unwrap()
}

/// An address nobody listens on.
pub(crate) async fn nobody() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}

pub(crate) fn install_tls() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// This device, with the system's trust store.
pub(crate) fn live(targets: Targets) -> Context {
    install_tls();
    Context::new(targets).unwrap()
}

/// A recorded device.
pub(crate) fn recorded(tree: &str) -> Context {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees").join(tree);
    assert!(root.is_dir(), "{tree}");
    // A loaded machine must not turn an answer into a timeout.
    let deadlines = Deadlines { device: Duration::from_secs(20), ..Deadlines::default() };
    Context { roots: Roots::under(&root), deadlines, ..live(Targets::default()) }
}

pub(crate) async fn one(check: CheckId, context: &Context) -> Finding {
    diagnostics::collect(&[check], context).await.remove(0)
}
