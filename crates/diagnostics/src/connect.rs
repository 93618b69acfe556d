//! A connection to a server, directly or through the proxy that is set.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ticket::FindingReason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use url::Url;

use crate::run::Run;
use crate::{probe, system};

/// How long an address is tried alone before the next (RFC 8305 §5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// Longest answer of a proxy that is read.
const MOST: usize = 8 * 1024;

/// Connects to a host: directly, and where a proxy is set also through it; what stands first counts.
/// Notes in `named` how long its name took.
pub(crate) async fn to(
    run: &Run,
    host: &str,
    port: u16,
    mss: Option<u32>,
    named: &mut Option<Duration>,
) -> Result<TcpStream, FindingReason> {
    let proxies = run.proxies().await;
    let direct = directly(run, host, port, mss, named);
    if proxies.is_empty() || probe::is_this_device(host) {
        return direct.await;
    }
    let mut tried = JoinSet::new();
    for proxy in proxies {
        let (proxy, host) = (proxy.clone(), host.to_owned());
        let addresses = run.names.resolve(proxy.host_str().unwrap_or_default()).await.addresses;
        tried.spawn(async move { through(&addresses, &proxy, &host, port).await });
    }
    let mut direct = std::pin::pin!(direct);
    loop {
        tokio::select! {
            stream = &mut direct => match stream {
                Ok(stream) => return Ok(stream),
                Err(reason) => {
                    while let Some(stream) = tried.join_next().await {
                        if let Ok(Ok(stream)) = stream {
                            return Ok(stream);
                        }
                    }
                    return Err(reason);
                }
            },
            Some(stream) = tried.join_next() => if let Ok(Ok(stream)) = stream {
                return Ok(stream);
            },
        }
    }
}

async fn directly(
    run: &Run,
    host: &str,
    port: u16,
    mss: Option<u32>,
    named: &mut Option<Duration>,
) -> Result<TcpStream, FindingReason> {
    let resolved = run.names.resolve(host).await;
    if resolved.addresses.is_empty() {
        return Err(resolved.reason);
    }
    *named = Some(resolved.took);
    connect(&resolved.addresses, port, mss).await.map_err(|error| probe::reason_of(&error))
}

/// Through a proxy (RFC 9110 §9.3.6).
///
/// # Errors
/// The proxy cannot be reached or refuses.
pub(crate) async fn through(
    addresses: &[IpAddr],
    proxy: &Url,
    host: &str,
    port: u16,
) -> io::Result<TcpStream> {
    let proxy_port = proxy.port_or_known_default().unwrap_or(80);
    let mut stream = connect(addresses, proxy_port, None).await?;
    let text = format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n\r\n");
    stream.write_all(text.as_bytes()).await?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head is the server's.
    while head.len() < MOST {
        head.push(stream.read_u8().await?);
        if let Some(answer) = probe::read(&head, Duration::ZERO)? {
            return if answer.status == 200 {
                Ok(stream)
            } else {
                Err(io::ErrorKind::PermissionDenied.into())
            };
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// To the first of these addresses that answers, each begun a little later than the one before
/// (RFC 8305).
///
/// # Errors
/// None answers; of several errors, the one that says most.
pub(crate) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    mss: Option<u32>,
) -> io::Result<TcpStream> {
    let mut tried = JoinSet::new();
    for (place, address) in (0u32..).zip(alternating(addresses)) {
        tried.spawn(async move {
            sleep(NEXT_ADDRESS * place).await;
            one(SocketAddr::new(address, port), mss).await
        });
    }
    let mut worst = io::Error::from(io::ErrorKind::AddrNotAvailable);
    while let Some(stream) = tried.join_next().await {
        match stream {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) if says_more(&error, &worst) => worst = error,
            Ok(Err(_)) | Err(_) => {}
        }
    }
    Err(worst)
}

/// To one address.
///
/// # Errors
/// It does not answer.
pub(crate) async fn one(address: SocketAddr, mss: Option<u32>) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if let Some(mss) = mss {
        system::limit_segments(&socket, mss)?;
    }
    let stream = socket.connect(address).await?;
    // What ends a handshake and the request after it leave together (RFC 896 would hold back the
    // second until the first is acknowledged: one more turn on every way).
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A refusal comes from the host itself; that there is no way to one of its addresses says little.
fn says_more(error: &io::Error, than: &io::Error) -> bool {
    let weight = |error: &io::Error| match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => 3,
        io::ErrorKind::HostUnreachable | io::ErrorKind::TimedOut => 2,
        io::ErrorKind::NetworkUnreachable => 1,
        _ => 0,
    };
    weight(error) > weight(than)
}

/// One of each protocol in turn (RFC 8305 §4).
fn alternating(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let is_first = |address: &&IpAddr| {
        addresses.first().is_some_and(|first| first.is_ipv4() == address.is_ipv4())
    };
    let mut first = addresses.iter().filter(is_first);
    let mut other = addresses.iter().filter(|address| !is_first(address));
    let mut ordered = Vec::new();
    while ordered.len() < addresses.len() {
        ordered.extend(first.next());
        ordered.extend(other.next());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_protocols_get_their_turn() {
        let addresses = |texts: &[&str]| -> Vec<IpAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let mixed = addresses(&["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"]);
        let expect = addresses(&["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]);
        assert_eq!(alternating(&mixed), expect);
        let one = addresses(&["192.0.2.1", "192.0.2.2"]);
        assert_eq!(alternating(&one), one);
        assert!(alternating(&[]).is_empty());
    }

    #[tokio::test]
    async fn a_refusal_says_more_than_no_way() {
        let refusing = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = refusing.local_addr().unwrap().port();
        drop(refusing);
        let addresses = ["127.0.0.1".parse().unwrap(), "::ffff:0.0.0.1".parse().unwrap()];
        let error = connect(&addresses, port, None).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
}
