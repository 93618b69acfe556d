//! The servers of the laboratory.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::ValueEnum;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use crate::authority;
use crate::mood::Mood;

/// A server by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// The company's sign-in and help service.
    Idp,
    /// A page on the open internet that answers 204.
    Probe,
    /// The company's own service.
    Company,
    /// The page a guest network shows before it lets anybody through.
    Portal,
    /// Shows its own certificate for every server.
    Intercept,
    /// A proxy, and the script that names it.
    Proxy,
    /// Hands questions to the name server, later as its mood says.
    SlowDns,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Idp => "idp",
            Self::Probe => "probe",
            Self::Company => "company",
            Self::Portal => "portal",
            Self::Intercept => "intercept",
            Self::Proxy => "proxy",
            Self::SlowDns => "slow_dns",
        }
    }
}

/// Serves until it is killed.
///
/// # Errors
/// A port is taken.
pub(crate) fn run(folder: &Path, role: Role) -> anyhow::Result<ExitCode> {
    let mood = Mood::of(folder, role.name());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        match role {
            Role::Idp | Role::Company => encrypted(folder, 443, "good", mood).await?,
            Role::Intercept => encrypted(folder, 8443, "untrusted", mood).await?,
            Role::Probe => plain(80, 204, "", mood).await?,
            Role::Portal => {
                plain(8080, 302, "location: http://portal.guest.test/\r\n", mood).await?;
            }
            Role::Proxy => {
                let script = script(8081, folder.join("proxy.pac"));
                tokio::try_join!(connecting(3128), script)?;
            }
            Role::SlowDns => slow_dns(mood).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    // Both protocols.
    Ok(TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port)).await?)
}

async fn plain(port: u16, status: u16, headers: &'static str, mood: Mood) -> anyhow::Result<()> {
    let listener = listen(port).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, status, headers, mood.clone()));
    }
}

async fn encrypted(folder: &Path, port: u16, kind: &str, mood: Mood) -> anyhow::Result<()> {
    let certificates = Certificates {
        folder: folder.to_owned(),
        kind: kind.to_owned(),
        mood: mood.clone(),
        made: std::sync::Mutex::default(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = listen(port).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, mood) = (acceptor.clone(), mood.clone());
        tokio::spawn(async move {
            if mood.get("hang").is_some() {
                std::future::pending::<()>().await;
            }
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, 200, "content-type: application/json\r\n", mood).await;
            }
        });
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    status: u16,
    headers: &str,
    mood: Mood,
) {
    let Some(()) = head(&mut stream).await else { return };
    sleep(mood.delay()).await;
    let status = mood.get("status").and_then(|text| text.parse().ok()).unwrap_or(status);
    let date = now();
    let text = format!(
        "HTTP/1.1 {status} Said\r\ndate: {date}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n"
    );
    // Whoever went away needs no answer.
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Reads a request up to its empty line.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut bytes).await.ok()? == 0 || bytes.len() > 64 * 1024 {
            return None;
        }
    }
    Some(())
}

/// Now, as servers write it (RFC 9110 §5.6.7).
fn now() -> String {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer.timestamp_to_rfc9110_string(&jiff::Timestamp::now()).unwrap_or_default()
}

/// Makes certificates as they are asked for.
#[derive(Debug)]
struct Certificates {
    folder: PathBuf,
    kind: String,
    mood: Mood,
    made: std::sync::Mutex<std::collections::HashMap<(String, String), Arc<CertifiedKey>>>,
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name()?.to_owned();
        let kind = self.mood.get("certificate").unwrap_or_else(|| self.kind.clone());
        let mut made = self.made.lock().ok()?;
        if let Some(certificate) = made.get(&(kind.clone(), name.clone())) {
            return Some(Arc::clone(certificate));
        }
        let certificate = authority::issue(&self.folder, &kind, &name).ok()?;
        made.insert((kind, name), Arc::clone(&certificate));
        Some(certificate)
    }
}

/// A proxy for encrypted connections (RFC 9110 §9.3.6).
async fn connecting(port: u16) -> anyhow::Result<()> {
    let listener = listen(port).await?;
    loop {
        let (mut stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") {
                bytes.push(stream.read_u8().await?);
            }
            let text = String::from_utf8_lossy(&bytes);
            let target = text.strip_prefix("CONNECT ").and_then(|text| text.split(' ').next());
            let server = match target {
                Some(target) if target.ends_with(":443") => TcpStream::connect(target).await,
                _ => Err(std::io::ErrorKind::PermissionDenied.into()),
            };
            match server {
                Ok(mut server) => {
                    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
                    copy_bidirectional(&mut stream, &mut server).await.map(drop)
                }
                Err(_) => stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await,
            }
        });
    }
}

async fn script(port: u16, file: PathBuf) -> anyhow::Result<()> {
    let listener = listen(port).await?;
    loop {
        let (mut stream, _) = listener.accept().await?;
        let file = file.clone();
        tokio::spawn(async move {
            head(&mut stream).await?;
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let length = text.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
            );
            stream.write_all(answer.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()
        });
    }
}

/// Between the name server and those who ask it.
async fn slow_dns(mood: Mood) -> anyhow::Result<()> {
    let socket = Arc::new(UdpSocket::bind("0.0.0.0:5353").await?);
    let mut buffer = [0; 4096];
    loop {
        let (length, from) = socket.recv_from(&mut buffer).await?;
        let question = buffer.get(..length).unwrap_or_default().to_vec();
        let (socket, delay) = (Arc::clone(&socket), mood.delay());
        tokio::spawn(async move {
            sleep(delay).await;
            let server = UdpSocket::bind("127.0.0.1:0").await?;
            server.send_to(&question, "127.0.0.1:53").await?;
            let mut answer = [0; 4096];
            let length = server.recv(&mut answer).await?;
            socket.send_to(answer.get(..length).unwrap_or_default(), from).await
        });
    }
}
