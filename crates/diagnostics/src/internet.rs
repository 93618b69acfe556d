use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};
use tokio::time::timeout;

use crate::off_thread::off_thread;
use crate::outcome::Outcome;
use crate::probe::Visit;
use crate::quality::{self, Quality};
use crate::run::Run;
use crate::visits::Visits;
use crate::{connect, system};

/// How long an address of one protocol may take where the other one has answered.
const OTHER_PROTOCOL: Duration = Duration::from_secs(3);
/// A visit gives up by itself, and then says where it stood still: that is worth a moment.
const A_MOMENT: Duration = Duration::from_millis(100);
const HTTP: u16 = 80;

/// Asks an address outside that answers 204. Anything else that pretends to be it is a sign-in
/// page: a page in its place, a redirect to one, or 511 (RFC 6585 §6). Where the address is known by
/// number too, that one decides: a name may lead elsewhere.
pub(crate) async fn check(run: &Run, visits: &Visits) -> Outcome {
    let targets = &run.context.targets;
    if targets.internet_probe.is_none() && targets.internet_probe_by_number.is_none() {
        return Outcome::not_available(FindingReason::NotConfigured);
    }
    // Where much gets lost each of these may last longer than anybody waits; what is known by then
    // is told.
    let patience = run.patience();
    let mut measuring = std::pin::pin!(async {
        tokio::join!(async { timeout(patience, measured(run)).await.unwrap_or_default() }, async {
            timeout(patience, broken_protocol(run)).await.unwrap_or(None)
        },)
    });
    let mut probe = std::pin::pin!(timeout(patience + A_MOMENT, probe(visits)));
    let (visit, measured) = tokio::select! {
        visit = &mut probe => (visit, None),
        ready = &mut measuring => (probe.await, Some(ready)),
    };
    let Ok(visit) = visit else {
        let (quality, broken) = match measured {
            Some(ready) => ready,
            None => measuring.await,
        };
        return judge_silence(quality, broken);
    };
    let Some(visit) = visit else {
        return Outcome::not_available(FindingReason::NotConfigured);
    };
    // Somebody who answers for others says nothing about the way.
    let is_other = visit.end.as_ref().is_ok_and(|answer| answer.status != 204);
    let (quality, broken) = match measured {
        Some(ready) => ready,
        None if is_other => (Quality::default(), None),
        None => measuring.await,
    };
    judge(&visit, quality, broken)
}

/// The visit that decides.
async fn probe(visits: &Visits) -> Option<Visit> {
    match visits.internet_by_number().await {
        // A router may let through what a name leads to, and nothing else.
        Some(visit) if visit.end.is_err() => match visits.internet().await {
            Some(other) if is_there(&other) => Some(other),
            _ => Some(visit),
        },
        Some(visit) => Some(visit),
        None => visits.internet().await,
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

/// A protocol of the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    V4,
    V6,
}

impl Protocol {
    const fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        }
    }
}

/// The protocol that is set up here and leads nowhere, where the other one leads on.
async fn broken_protocol(run: &Run) -> Option<Protocol> {
    let host = run.context.targets.internet_probe.as_ref()?.host_str()?;
    let addresses = run.names.resolve(host).await.addresses;
    let v4 = *addresses.iter().find(|address| address.is_ipv4())?;
    let v6 = *addresses.iter().find(|address| address.is_ipv6())?;
    let roots = run.context.roots.clone();
    let (has_v4, has_v6) =
        off_thread(move || (system::has_way_by_ipv4(&roots), system::has_way_by_ipv6(&roots)))
            .await?;
    if !(has_v4 && has_v6) {
        return None;
    }
    match tokio::join!(leads_on(v4), leads_on(v6)) {
        (false, true) => Some(Protocol::V4),
        (true, false) => Some(Protocol::V6),
        (true, true) | (false, false) => None,
    }
}

async fn leads_on(address: IpAddr) -> bool {
    let connected = connect::one(SocketAddr::new(address, HTTP), None);
    timeout(OTHER_PROTOCOL, connected).await.is_ok_and(|connected| connected.is_ok())
}

fn judge(visit: &Visit, quality: Quality, broken: Option<Protocol>) -> Outcome {
    let outcome = match &visit.end {
        Ok(answer) => {
            let outcome = match answer.status {
                204 => judge_quality(quality, broken),
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
fn judge_silence(quality: Quality, broken: Option<Protocol>) -> Outcome {
    let outcome = if quality.is_slow() || quality.is_lossy() {
        judge_quality(quality, broken)
    } else {
        Outcome::failed(FindingReason::Timeout)
    };
    outcome.with_some(EvidenceKey::LostPercent, quality.lost_percent())
}

fn judge_quality(quality: Quality, broken: Option<Protocol>) -> Outcome {
    if quality.is_slow() {
        Outcome::attention().because(FindingReason::Slow)
    } else if quality.is_lossy() {
        Outcome::attention().because(FindingReason::Lossy)
    } else if let Some(protocol) = broken {
        Outcome::attention()
            .because(FindingReason::OneProtocolBroken)
            .with(EvidenceKey::IpVersion, protocol.as_str())
    } else {
        Outcome::fine()
    }
}
