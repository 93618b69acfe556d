use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Takes JSON in the place of a service that is not here, such as a chat or a pager, gives every message the same
/// answer, and keeps what was posted. It ends with this value.
#[derive(Debug)]
pub struct Postbox {
    url: String,
    posted: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Postbox {
    /// Starts it; it answers with a status, such as `202 Accepted`.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(path: &str, status: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for the postbox")?;
        let url = format!("http://{}{path}", listener.local_addr()?);
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let posted = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&posted);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                // Who got an answer finds their message here.
                if let Ok(message) = take(&mut stream).await {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        });
        Ok(Self { url, posted, task })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was posted so far.
    #[must_use]
    pub fn posted(&self) -> Vec<Value> {
        self.posted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole JSON value is all that comes.
async fn take(stream: &mut TcpStream) -> anyhow::Result<Value> {
    let (mut taken, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part).await?;
        anyhow::ensure!(read > 0, "it ended early");
        taken.extend_from_slice(part.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&taken);
        let body =
            text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
        if let Some(message) = body {
            return Ok(message);
        }
    }
}
