//! The open internet, as the internet check meets it: an address that answers 204.

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// Answers every request with 204 until it is dropped.
pub struct Probe {
    url: Url,
    task: JoinHandle<()>,
}

impl Probe {
    /// Starts to answer.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for the probe")?;
        let url = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
        Ok(Self { url, task })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 2048];
    let _ = stream.read(&mut request).await?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await
}
