//! Asking the router of a default route, on every system.

use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ticket::FindingReason;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::outcome::Outcome;

/// Ports a router is likely to have an opinion about. A refusal is an answer too.
const PORTS: [u16; 3] = [53, 80, 443];

/// What asking the routers brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Answers,
    /// Nobody answers; these are not even on their link.
    Silent {
        absent: Vec<IpAddr>,
    },
}

/// What one question to a router brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opinion {
    There,
    /// The kernel looked for the router on its link and found nobody.
    Absent,
    Nothing,
}

/// Asks all routers at once, until one answers; `ping` tells whether an echo request was answered.
pub(crate) async fn ask<Pinged>(
    routers: &[SocketAddr],
    patience: Duration,
    ping: impl Fn(SocketAddr) -> Pinged,
) -> Asked
where
    Pinged: Future<Output = bool> + Send + 'static,
{
    let mut asked = JoinSet::new();
    for router in routers.iter().copied() {
        let pinged = ping(router);
        asked.spawn(async move {
            (router.ip(), if pinged.await { Opinion::There } else { Opinion::Nothing })
        });
        for port in PORTS {
            let address = SocketAddr::new(router.ip(), port).with_scope_of(router);
            asked.spawn(async move { (router.ip(), opinion(address).await) });
        }
    }
    let until = Instant::now() + patience;
    let mut absent = Vec::new();
    while let Ok(Some(answer)) = timeout_at(until, asked.join_next()).await {
        match answer {
            Ok((_, Opinion::There)) => return Asked::Answers,
            Ok((router, Opinion::Absent)) => absent.push(router),
            Ok((_, Opinion::Nothing)) | Err(_) => {}
        }
        if routers.iter().all(|router| absent.contains(&router.ip())) {
            break;
        }
    }
    Asked::Silent { absent }
}

async fn opinion(address: SocketAddr) -> Opinion {
    match TcpStream::connect(address).await {
        Ok(_) => Opinion::There,
        Err(error) => match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Opinion::There,
            ErrorKind::HostUnreachable => Opinion::Absent,
            _ => Opinion::Nothing,
        },
    }
}

/// Keeps the interface's number when the port changes.
trait WithScope {
    fn with_scope_of(self, other: SocketAddr) -> Self;
}

impl WithScope for SocketAddr {
    fn with_scope_of(mut self, other: SocketAddr) -> Self {
        if let (Self::V6(mine), Self::V6(other)) = (&mut self, other) {
            mine.set_scope_id(other.scope_id());
        }
        self
    }
}

/// What the neighbors' list knows of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Neighbor {
    Present,
    Absent,
    Unknown,
}

/// A router that answers no question may still be there: its neighbors' entry tells.
pub(crate) fn judge_silence(
    routers: &[SocketAddr],
    absent: &[IpAddr],
    neighbor: impl Fn(IpAddr) -> Neighbor,
) -> Outcome {
    let state = |router: &SocketAddr| match neighbor(router.ip()) {
        Neighbor::Unknown if absent.contains(&router.ip()) => Neighbor::Absent,
        known => known,
    };
    let seen: Vec<_> = routers.iter().map(state).collect();
    if seen.contains(&Neighbor::Present) {
        Outcome::fine()
    } else if seen.iter().all(|neighbor| *neighbor == Neighbor::Absent) {
        Outcome::failed(FindingReason::GatewaySilent)
    } else {
        Outcome::not_available(FindingReason::Unconfirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_is_an_answer() {
        let routers = ["127.0.0.1:0".parse().unwrap()];
        assert_eq!(
            ask(&routers, Duration::from_secs(2), |_| async { false }).await,
            Asked::Answers
        );
    }
}
