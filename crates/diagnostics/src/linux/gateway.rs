use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use futures_util::future::join_all;
use ticket::{EvidenceKey, FindingReason};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::ping::{self, Heard};
use super::{routes, text, value};
use crate::off_thread::off_thread;
use crate::{Context, Roots, outcome::Outcome};

/// A router this far away is behind a link that keeps everything waiting.
const SLOW: Duration = Duration::from_millis(600);
/// A router that answers at once and no request within this time leaves requests out on purpose.
const ENOUGH: Duration = Duration::from_millis(300);
/// Ports a router is likely to have an opinion about. A refusal is an answer too.
const PORTS: [u16; 3] = [53, 80, 443];

/// A default route exists and its router answers.
pub(crate) async fn gateway(context: &Context) -> Outcome {
    let roots = context.roots.clone();
    let Some(routes) = off_thread(move || find(&roots)).await else {
        return Outcome::not_available(FindingReason::CheckBroke);
    };
    if routes.is_empty() {
        return Outcome::failed(FindingReason::NoDefaultRoute);
    }
    let routers: Vec<_> = routes.into_iter().flatten().collect();
    if routers.is_empty() {
        // A link to one peer: there is nobody between to ask.
        return Outcome::fine();
    }
    let started = Instant::now();
    // The last part of the deadline is for the neighbors' list.
    let patience = context.deadlines.network * 5 / 6;
    let absent = match ask(&routers, patience).await {
        Asked::Answers => {
            let elapsed = started.elapsed();
            let patience = ENOUGH.max(elapsed * 3);
            let heard = routers.iter().map(|router| ping::several(*router, patience));
            let heard = join_all(heard).await;
            let best = heard.into_iter().max_by_key(|heard| heard.answered).unwrap_or_default();
            return judge_quality(best).with_time(elapsed);
        }
        Asked::Silent { absent } => absent,
    };
    let roots = context.roots.clone();
    let neighbors = off_thread(move || text(&roots.proc.join("net/arp")).unwrap_or_default()).await;
    judge_silence(&routers, &absent, &neighbors.unwrap_or_default())
}

/// A router that answers some questions and not others is behind a weak link; one that answers none
/// leaves them out on purpose.
fn judge_quality(heard: Heard) -> Outcome {
    let lost = heard.asked.saturating_sub(heard.answered);
    let outcome = match heard.quickest {
        Some(quickest) if quickest > SLOW => Outcome::attention().because(FindingReason::Slow),
        Some(_) if lost * 4 >= heard.asked => Outcome::attention().because(FindingReason::Lossy),
        Some(_) | None => Outcome::fine(),
    };
    let percent = (heard.quickest.is_some() && lost > 0).then(|| lost * 100 / heard.asked.max(1));
    outcome.with_some(EvidenceKey::LostPercent, percent)
}

/// The router of each default route; none where the link leads to one peer.
fn find(roots: &Roots) -> Vec<Option<SocketAddr>> {
    routes::defaults(roots)
        .into_iter()
        .map(|route| Some(socket_address(roots, &route.interface, route.gateway?)))
        .collect()
}

/// Addresses of the link itself need the number of their interface (RFC 4007 §6).
fn socket_address(roots: &Roots, interface: &str, address: IpAddr) -> SocketAddr {
    let index = roots.sys.join("class/net").join(interface).join("ifindex");
    match address {
        IpAddr::V4(_) => SocketAddr::new(address, 0),
        IpAddr::V6(address) => {
            let scope = value(&index).and_then(|text| text.parse().ok()).unwrap_or(0);
            SocketAddrV6::new(address, 0, 0, scope).into()
        }
    }
}

/// What asking the routers brought.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
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

/// Asks all routers at once, until one answers.
async fn ask(routers: &[SocketAddr], patience: Duration) -> Asked {
    let mut asked = JoinSet::new();
    for router in routers.iter().copied() {
        asked.spawn(async move {
            let answers = ping::answers(router).await;
            (router.ip(), if answers { Opinion::There } else { Opinion::Nothing })
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
enum Neighbor {
    Present,
    Absent,
    Unknown,
}

/// A router that answers no question may still be there: its neighbors' entry tells.
fn judge_silence(routers: &[SocketAddr], absent: &[IpAddr], neighbors: &str) -> Outcome {
    let state = |router: &SocketAddr| match neighbor(neighbors, router.ip()) {
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

/// The columns of `proc/net/arp`: address, hardware type, flags, …; flag 2 is a complete entry
/// (`include/uapi/linux/if_arp.h`).
fn neighbor(neighbors: &str, router: IpAddr) -> Neighbor {
    let flags = neighbors.lines().filter_map(|line| {
        let mut columns = line.split_whitespace();
        let address: IpAddr = columns.next()?.parse().ok()?;
        let flags = columns.nth(1)?.strip_prefix("0x")?;
        (address == router).then_some(u32::from_str_radix(flags, 16).ok()?)
    });
    flags.fold(Neighbor::Unknown, |known, flags| match known {
        Neighbor::Present => known,
        Neighbor::Absent | Neighbor::Unknown if flags & 0x2 != 0 => Neighbor::Present,
        Neighbor::Absent | Neighbor::Unknown => Neighbor::Absent,
    })
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    const NEIGHBORS: &str = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.178.1    0x1         0x2         02:00:00:00:00:01     *        wlp2s0
192.168.178.9    0x1         0x0         00:00:00:00:00:00     *        wlp2s0
";

    fn check(routers: &[&str], expect: (FindingStatus, Option<FindingReason>)) {
        let absent = ["fe80::9".parse().unwrap()];
        let routers: Vec<_> =
            routers.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
        let finding = judge_silence(&routers, &absent, NEIGHBORS)
            .into_finding(CheckId::Gateway, Duration::ZERO);
        assert_eq!((finding.status, finding.reason()), expect, "{routers:?}");
    }

    #[test]
    fn a_silent_router_is_judged_by_the_list_of_neighbors() {
        let silent = (FindingStatus::Failed, Some(FindingReason::GatewaySilent));
        let unsure = (FindingStatus::NotAvailable, Some(FindingReason::Unconfirmed));
        check(&["192.168.178.1"], (FindingStatus::Fine, None));
        check(&["192.168.178.9"], silent);
        check(&["192.168.178.9", "192.168.178.1"], (FindingStatus::Fine, None));
        check(&["192.168.178.77"], unsure);
        check(&["192.168.178.9", "fe80::1"], unsure);
        check(&["192.168.178.9", "fe80::9"], silent);
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer() {
        let routers = ["127.0.0.1:0".parse().unwrap()];
        assert_eq!(ask(&routers, Duration::from_secs(2)).await, Asked::Answers);
    }
}
