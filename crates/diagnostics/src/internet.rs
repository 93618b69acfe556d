use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};
use tokio::time::timeout;

use crate::off_thread::off_thread;
use crate::outcome::Outcome;
use crate::probe::Visit;
use crate::quality::{self, Quality};
use crate::run::Run;
use crate::{connect, system};

/// How long an address of IPv6 may take where one of IPv4 has answered.
const OTHER_PROTOCOL: Duration = Duration::from_secs(3);
/// A visit gives up by itself, and then says where it stood still: that is worth a moment.
const A_MOMENT: Duration = Duration::from_millis(100);
const HTTP: u16 = 80;

/// Asks an address outside that answers 204. Anything else that pretends to be it is a sign-in
/// page: a page in its place, a redirect to one, or 511 (RFC 6585 §6). Where the address is known by
/// number too, that one decides: a name may lead elsewhere.
pub(crate) async fn check(run: &Run) -> Outcome {
    let targets = &run.context.targets;
    if targets.internet_probe.is_none() && targets.internet_probe_by_number.is_none() {
        return Outcome::not_available(FindingReason::NotConfigured);
    }
    // Where much gets lost each of these may last longer than anybody waits; what is known by then
    // is told.
    let patience = run.patience();
    let mut measuring = std::pin::pin!(async {
        tokio::join!(async { timeout(patience, measured(run)).await.unwrap_or_default() }, async {
            timeout(patience, is_ipv6_broken(run)).await.unwrap_or(false)
        },)
    });
    let mut probe = std::pin::pin!(timeout(patience + A_MOMENT, probe(run)));
    let (visit, measured) = tokio::select! {
        visit = &mut probe => (visit, None),
        ready = &mut measuring => (probe.await, Some(ready)),
    };
    let Ok(visit) = visit else {
        let (quality, is_v6_broken) = match measured {
            Some(ready) => ready,
            None => measuring.await,
        };
        return judge_silence(quality, is_v6_broken);
    };
    let Some(visit) = visit else {
        return Outcome::not_available(FindingReason::NotConfigured);
    };
    // Somebody who answers for others says nothing about the way.
    let is_other = visit.end.as_ref().is_ok_and(|answer| answer.status != 204);
    let (quality, is_v6_broken) = match measured {
        Some(ready) => ready,
        None if is_other => (Quality::default(), false),
        None => measuring.await,
    };
    judge(visit, quality, is_v6_broken)
}

/// The visit that decides.
async fn probe(run: &Run) -> Option<&Visit> {
    match run.internet_by_number().await {
        // A router may let through what a name leads to, and nothing else.
        Some(visit) if visit.end.is_err() => match run.internet().await {
            Some(other) if is_there(other) => Some(other),
            _ => Some(visit),
        },
        Some(visit) => Some(visit),
        None => run.internet().await,
    }
}

fn is_there(visit: &Visit) -> bool {
    visit.end.as_ref().is_ok_and(|answer| answer.status == 204)
}

async fn measured(run: &Run) -> Quality {
    match outside(run).await.first() {
        Some(address) => quality::measure(SocketAddr::new(*address, HTTP), run.patience()).await,
        None => Quality::default(),
    }
}

/// Addresses outside that can be asked.
async fn outside(run: &Run) -> Vec<IpAddr> {
    let targets = &run.context.targets;
    let url = targets.internet_probe_by_number.as_ref().or(targets.internet_probe.as_ref());
    let Some(host) = url.and_then(|url| url.host_str()) else { return Vec::new() };
    if url.and_then(|url| url.port_or_known_default()) != Some(HTTP) {
        return Vec::new();
    }
    run.names.resolve(host).await.addresses
}

/// Whether IPv6 is set up here and leads nowhere.
async fn is_ipv6_broken(run: &Run) -> bool {
    let roots = run.context.roots.clone();
    if !off_thread(move || system::has_way_by_ipv6(&roots)).await.unwrap_or(false) {
        return false;
    }
    let Some(host) = run.context.targets.internet_probe.as_ref().and_then(|url| url.host_str())
    else {
        return false;
    };
    let resolved = run.names.resolve(host).await;
    let is_v6 = |address: &&IpAddr| address.is_ipv6();
    let Some(v6) = resolved.addresses.iter().find(is_v6) else { return false };
    if resolved.addresses.iter().all(IpAddr::is_ipv6) {
        // Nothing to compare with.
        return false;
    }
    let connected = timeout(OTHER_PROTOCOL, connect::one(SocketAddr::new(*v6, HTTP), None)).await;
    !connected.is_ok_and(|connected| connected.is_ok())
}

fn judge(visit: &Visit, quality: Quality, is_v6_broken: bool) -> Outcome {
    let outcome = match &visit.end {
        Ok(answer) => {
            let outcome = match answer.status {
                204 => judge_quality(quality, is_v6_broken),
                200 | 300..=399 | 511 => Outcome::failed(FindingReason::CaptivePortal),
                _ => Outcome::failed(FindingReason::UnexpectedAnswer),
            };
            outcome.with(EvidenceKey::HttpStatus, &answer.status)
        }
        Err(_) if quality.is_slow() => Outcome::failed(FindingReason::Slow),
        Err(_) if quality.is_lossy() => Outcome::failed(FindingReason::Lossy),
        Err(reason) => Outcome::failed(*reason),
    };
    let outcome = outcome.with_some(EvidenceKey::LostPercent, quality.lost_percent());
    visit.tell(outcome)
}

/// What is known where no answer came in time.
fn judge_silence(quality: Quality, is_v6_broken: bool) -> Outcome {
    let outcome = if quality.is_slow() || quality.is_lossy() {
        judge_quality(quality, is_v6_broken)
    } else {
        Outcome::failed(FindingReason::Timeout)
    };
    outcome.with_some(EvidenceKey::LostPercent, quality.lost_percent())
}

fn judge_quality(quality: Quality, is_v6_broken: bool) -> Outcome {
    if quality.is_slow() {
        Outcome::attention().because(FindingReason::Slow)
    } else if quality.is_lossy() {
        Outcome::attention().because(FindingReason::Lossy)
    } else if is_v6_broken {
        Outcome::attention()
            .because(FindingReason::OneProtocolBroken)
            .with(EvidenceKey::IpVersion, "ipv6")
    } else {
        Outcome::fine()
    }
}
