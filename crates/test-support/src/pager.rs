use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const TAKEN: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Takes pages in the place of PagerDuty, whose service is not here, and keeps what was posted. It ends with this
/// value.
#[derive(Debug)]
pub struct Pager {
    url: String,
    pages: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Pager {
    /// Starts it.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for the pager")?;
        let url = format!("http://{}/v2/enqueue", listener.local_addr()?);
        let pages = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&pages);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(page) = take(stream).await {
                    taken.lock().unwrap_or_else(PoisonError::into_inner).push(page);
                }
            }
        });
        Ok(Self { url, pages, task })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was posted so far.
    #[must_use]
    pub fn pages(&self) -> Vec<Value> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole JSON value is all that comes.
async fn take(mut stream: TcpStream) -> anyhow::Result<Value> {
    let (mut taken, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part).await?;
        anyhow::ensure!(read > 0, "it ended early");
        taken.extend_from_slice(part.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&taken);
        let body =
            text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
        if let Some(page) = body {
            stream.write_all(TAKEN).await?;
            return Ok(page);
        }
    }
}
