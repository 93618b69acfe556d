use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use futures_util::future::join_all;
use ticket::{EvidenceKey, FindingReason};
use tokio::time::Instant;

use super::ping::{self, Heard};
use super::{routes, text, value};
use crate::off_thread::off_thread;
use crate::router::{Asked, Neighbor, ask, judge_silence};
use crate::{Context, Roots, outcome::Outcome};

/// A router this far away is behind a link that keeps everything waiting.
const SLOW: Duration = Duration::from_millis(600);
/// A router that answers at once and no request within this time leaves requests out on purpose.
const ENOUGH: Duration = Duration::from_millis(300);

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
    let absent = match ask(&routers, patience, ping::answers).await {
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
    let neighbors = neighbors.unwrap_or_default();
    judge_silence(&routers, &absent, |router| neighbor(&neighbors, router))
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

/// The router of each default route that is taken; none where the link leads to one peer.
fn find(roots: &Roots) -> Vec<Option<SocketAddr>> {
    routes::preferred(roots)
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
        let finding = judge_silence(&routers, &absent, |router| neighbor(NEIGHBORS, router))
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
}
