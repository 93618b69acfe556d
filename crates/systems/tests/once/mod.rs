use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server that takes one message, answers with a status, and gives what was posted; with its address.
pub(crate) async fn answers_once(path: &str, status: &str) -> (String, JoinHandle<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}{path}", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    let taking = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut taken, mut part) = (Vec::new(), [0; 4096]);
        let body = loop {
            let read = stream.read(&mut part).await.unwrap();
            taken.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&taken).into_owned();
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
            // A whole JSON value is all that comes.
            if let Some(Ok(body)) = body.map(|body| serde_json::from_str::<Value>(&body)) {
                break body;
            }
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
        body
    });
    (address, taking)
}

/// A file that nobody else may read.
pub(crate) fn private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}
