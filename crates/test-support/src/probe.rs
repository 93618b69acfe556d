//! The open internet, as the internet check meets it: an address that answers 204.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

const OPEN: &[u8] = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const PORTAL: &[u8] = b"HTTP/1.1 302 Found\r\nLocation: http://wifi.example/sign-in\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";

/// What is between this device and the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wifi {
    /// Nothing.
    Open,
    /// A page of the Wi-Fi that wants to be agreed to first.
    WantsSignIn,
}

/// Answers every request until it is dropped.
pub struct Probe {
    url: Url,
    has_portal: Arc<AtomicBool>,
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
        let has_portal = Arc::new(AtomicBool::new(false));
        let portal = Arc::clone(&has_portal);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let words = if portal.load(Ordering::Relaxed) { PORTAL } else { OPEN };
                tokio::spawn(answer(stream, words));
            }
        });
        Ok(Self { url, has_portal, task })
    }

    /// Changes what is between this device and the internet.
    pub fn set(&self, wifi: Wifi) {
        self.has_portal.store(wifi == Wifi::WantsSignIn, Ordering::Relaxed);
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

async fn answer(mut stream: TcpStream, words: &[u8]) -> std::io::Result<()> {
    let mut request = [0; 2048];
    let _ = stream.read(&mut request).await?;
    stream.write_all(words).await
}
