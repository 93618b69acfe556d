use std::net::{SocketAddr, UdpSocket as StdUdpSocket};
use std::time::Duration;

use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, ipproto, socket_with};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Types of RFC 792 and RFC 4443.
const ECHO: u8 = 8;
const ECHO_REPLY: u8 = 0;
const ECHO_V6: u8 = 128;
const ECHO_REPLY_V6: u8 = 129;

/// Requests of [`several`], and how far apart.
const COUNT: u32 = 12;
const APART: Duration = Duration::from_millis(10);
/// An answer later than this is none, where some came earlier.
const LATEST: Duration = Duration::from_millis(900);

/// What came back for several requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Heard {
    pub(super) asked: u32,
    pub(super) answered: u32,
    pub(super) quickest: Option<Duration>,
}

/// Asks several times, one soon after the other. Ends early where all are answered, and where none is
/// within this patience.
pub(super) async fn several(address: SocketAddr, patience: Duration) -> Heard {
    let mut asked = JoinSet::new();
    for place in 0..COUNT {
        asked.spawn(async move {
            sleep(APART * place).await;
            let started = Instant::now();
            let answered = timeout(LATEST, answers(address)).await;
            (answered == Ok(true)).then(|| started.elapsed())
        });
    }
    let started = Instant::now();
    let mut times = Vec::new();
    loop {
        let latest = if times.is_empty() { patience } else { LATEST };
        match timeout_at(started + latest, asked.join_next()).await {
            Ok(Some(answered)) => times.extend(answered.ok().flatten()),
            Ok(None) | Err(_) => break,
        }
    }
    let answered = u32::try_from(times.len()).unwrap_or(COUNT);
    Heard { asked: COUNT, answered, quickest: times.into_iter().min() }
}

/// Whether an address answers one echo request. Uses the kernel's ping sockets, which need no
/// rights where `net.ipv4.ping_group_range` allows them; false where it does not.
pub(super) async fn answers(address: SocketAddr) -> bool {
    ask(address).await.unwrap_or(false)
}

async fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let (family, protocol, request, reply) = match address {
        SocketAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, ECHO, ECHO_REPLY),
        SocketAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, ECHO_V6, ECHO_REPLY_V6),
    };
    let socket = open(family, protocol)?;
    // Identifier and checksum are the kernel's.
    socket.send_to(&[request, 0, 0, 0, 0, 0, 0, 1], address).await?;
    let mut answer = [0; 64];
    loop {
        let (length, from) = socket.recv_from(&mut answer).await?;
        if length >= 8 && from.ip() == address.ip() {
            return Ok(answer.first() == Some(&reply));
        }
    }
}

fn open(family: AddressFamily, protocol: Protocol) -> std::io::Result<UdpSocket> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::DGRAM, flags, Some(protocol))?;
    UdpSocket::from_std(StdUdpSocket::from(socket))
}
