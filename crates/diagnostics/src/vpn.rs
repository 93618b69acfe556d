use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::run::{Run, TunnelUse};
use crate::{Vpn, VpnGateway, VpnProtocol, VpnUse};
use crate::{connect, dns, off_thread::off_thread, outcome::Outcome, system};

/// How long something may take to come back through the tunnel.
const PATIENCE: Duration = Duration::from_millis(2200);
/// Between two looks at what the tunnel has brought.
const LOOK: Duration = Duration::from_millis(40);
/// Somebody outside whom nobody has to be (RFC 5737): only the way is asked for.
const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// How long the name of a company's service may take before the tunnel is asked without it.
const NAME: Duration = Duration::from_millis(600);

/// A VPN client found on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) is_running: bool,
}

/// What can be seen of VPN clients without asking them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    pub(crate) clients: Vec<Client>,
}

/// A tunnel that is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tunnel {
    /// Name of its interface. Never told.
    pub(crate) name: String,
    /// Whether a route leads the company's networks into it, though perhaps not the one that is taken.
    pub(crate) is_routed: bool,
}

/// The way to an address inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    Tunnel(String),
    Link,
    None,
}

impl Way {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Tunnel(_) => "tunnel",
            Self::Link => "link",
            Self::None => "none",
        }
    }
}

/// What is known of the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// None is up.
    Down,
    /// Up, and nobody said where it should lead.
    Up,
    /// Something comes back.
    Works,
    /// Not in use: the company is reached without it.
    NotNeeded,
    NoRoute,
    /// Two tunnels claim the way; nothing comes back.
    Conflict,
    NothingComesBack,
}

/// Looks for a client and a tunnel, and whether the tunnel leads to the company and back.
pub(crate) async fn check(run: &Run) -> Outcome {
    let (roots, catalog) = (run.context.roots.clone(), Arc::clone(&run.context.catalog));
    let Some(seen) = off_thread(move || system::vpn(&roots, &catalog)).await else {
        return Outcome::not_available(FindingReason::CheckBroke);
    };
    let inside = inside(run).await;
    let roots = run.context.roots.clone();
    let (addresses, catalog) = (inside.clone(), Arc::clone(&run.context.catalog));
    let tunnels = off_thread(move || system::tunnels(&roots, &catalog, &addresses)).await;
    let tunnels = tunnels.unwrap_or_default();
    let (state, way) = state(run, &tunnels, &inside).await;
    let outside = (!tunnels.is_empty()).then(|| system::way_to(OUTSIDE, &tunnels));
    run.tunnel.send_replace(Some(match state {
        State::Works => TunnelUse::Works,
        State::NotNeeded => TunnelUse::NotNeeded,
        State::Down | State::Up | State::NoRoute | State::Conflict | State::NothingComesBack => {
            TunnelUse::Broken
        }
    }));
    let outcome = judge(state, &seen, &run.context.targets.vpn);
    let outcome = outcome
        .with_some(EvidenceKey::RouteKind, way.map(|way| way.as_str()))
        .with_some(EvidenceKey::DefaultRouteKind, outside.map(|way| way.as_str()));
    tell(seen, tunnels.len(), outcome)
}

/// Addresses in the company's networks: its service, if its name is known, and the first of each.
async fn inside(run: &Run) -> Vec<IpAddr> {
    let targets = &run.context.targets;
    let networks = &targets.vpn.networks;
    let mut inside = Vec::new();
    if let Some(host) = targets.service.as_ref().and_then(|url| url.host_str())
        && let Ok(resolved) = timeout(NAME, run.names.resolve(host)).await
    {
        let is_inside = |address: &IpAddr| networks.iter().any(|network| network.holds(*address));
        inside.extend(resolved.addresses.into_iter().filter(is_inside));
    }
    let all = networks.iter().filter(|network| !network.is_everything());
    inside.extend(all.map(|network| network.first_host()));
    inside
}

async fn state(run: &Run, tunnels: &[Tunnel], inside: &[IpAddr]) -> (State, Option<Way>) {
    let Some(first) = inside.first() else {
        return (if tunnels.is_empty() { State::Down } else { State::Up }, None);
    };
    let way = system::way_to(*first, tunnels);
    let state = match &way {
        Way::Tunnel(name) => {
            let others = tunnels.iter().filter(|tunnel| tunnel.name != *name && tunnel.is_routed);
            if comes_back(run, name, inside).await {
                State::Works
            } else if others.count() > 0 {
                State::Conflict
            } else {
                State::NothingComesBack
            }
        }
        Way::Link if any(inside).await => State::NotNeeded,
        Way::Link | Way::None if tunnels.is_empty() => State::Down,
        Way::Link | Way::None => State::NoRoute,
    };
    (state, Some(way))
}

/// Whether one of these addresses answers at all; a refusal is an answer too.
async fn any(inside: &[IpAddr]) -> bool {
    const HTTPS: u16 = 443;
    let mut asked: JoinSet<_> = inside
        .iter()
        .map(|address| SocketAddr::new(*address, HTTPS))
        .map(|target| async move {
            match connect::one(target, None).await {
                Ok(_) => true,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            }
        })
        .collect();
    let answered = async {
        while let Some(answer) = asked.join_next().await {
            if answer.unwrap_or(false) {
                return true;
            }
        }
        false
    };
    timeout(PATIENCE, answered).await.unwrap_or(false)
}

/// Sends something harmless into the tunnel and sees whether it brings anything.
async fn comes_back(run: &Run, tunnel: &str, inside: &[IpAddr]) -> bool {
    let roots = &run.context.roots;
    let Some(before) = system::received(roots, tunnel) else { return true };
    let servers: Vec<SocketAddr> = inside.iter().map(|address| (*address, 53).into()).collect();
    let asking = async {
        let questions =
            (dns::addresses(&servers, "localhost"), connect::connect(inside, 443, None));
        // What they say is not of interest, only that something comes.
        let _ = tokio::join!(questions.0, questions.1);
        std::future::pending::<()>().await;
    };
    let until = Instant::now() + PATIENCE;
    let looking = async {
        while Instant::now() < until {
            if system::received(roots, tunnel).is_some_and(|now| now > before) {
                return true;
            }
            sleep(LOOK).await;
        }
        false
    };
    tokio::select! {
        brought = looking => brought,
        () = asking => false,
    }
}

fn judge(state: State, seen: &Seen, vpn: &Vpn) -> Outcome {
    match state {
        State::Works | State::Up | State::NotNeeded => Outcome::fine(),
        State::NoRoute => Outcome::failed(FindingReason::NoRoute),
        State::Conflict => Outcome::failed(FindingReason::RouteConflict),
        State::NothingComesBack => Outcome::failed(FindingReason::NothingComesBack),
        State::Down => {
            let reason = if seen.clients.is_empty() {
                FindingReason::VpnClientMissing
            } else if tries(seen, vpn) {
                FindingReason::TunnelDown
            } else {
                FindingReason::ClientStopped
            };
            match vpn.need {
                VpnUse::Required => Outcome::failed(reason),
                VpnUse::Optional if seen.clients.is_empty() => Outcome::not_available(reason),
                VpnUse::Optional => Outcome::attention().because(reason),
            }
        }
    }
}

/// Whether a client seems to try. WireGuard has no trying: its tunnel is there or it was not started.
fn tries(seen: &Seen, vpn: &Vpn) -> bool {
    let is_wireguard = |gateway: &VpnGateway| gateway.protocol == VpnProtocol::WireGuard;
    let only_wireguard = !vpn.gateways.is_empty() && vpn.gateways.iter().all(is_wireguard);
    !only_wireguard && seen.clients.iter().any(|client| client.is_running)
}

fn tell(seen: Seen, up: usize, outcome: Outcome) -> Outcome {
    let outcome = outcome
        .with(EvidenceKey::TunnelState, if up > 0 { "up" } else { "down" })
        .with(EvidenceKey::TunnelsUp, &up);
    seen.clients.into_iter().fold(outcome, |outcome, client| {
        outcome
            .with(EvidenceKey::VpnClient, &client.name)
            .with_some(EvidenceKey::VpnClientVersion, client.version)
            .with(EvidenceKey::ClientState, if client.is_running { "running" } else { "stopped" })
    })
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    #[test]
    fn a_missing_tunnel_is_a_fault_only_where_work_needs_it() {
        use FindingReason::{ClientStopped, NoRoute, TunnelDown, VpnClientMissing};
        use FindingStatus::{Attention, Failed, Fine, NotAvailable};
        let client = |is_running| Seen {
            clients: vec![Client { name: "WireGuard".to_owned(), version: None, is_running }],
        };
        let (running, stopped, none) = (client(true), client(false), Seen::default());
        let (optional, required) = (VpnUse::Optional, VpnUse::Required);
        for (state, seen, need, expect) in [
            (State::Works, &running, optional, (Fine, None)),
            (State::Up, &none, required, (Fine, None)),
            (State::Down, &running, optional, (Attention, Some(TunnelDown))),
            (State::Down, &running, required, (Failed, Some(TunnelDown))),
            (State::Down, &stopped, required, (Failed, Some(ClientStopped))),
            (State::Down, &none, optional, (NotAvailable, Some(VpnClientMissing))),
            (State::Down, &none, required, (Failed, Some(VpnClientMissing))),
            (State::NoRoute, &running, optional, (Failed, Some(NoRoute))),
        ] {
            let vpn = Vpn { need, ..Vpn::default() };
            let finding = judge(state, seen, &vpn).into_finding(CheckId::Vpn, Duration::ZERO);
            assert_eq!((finding.status, finding.reason()), expect, "{state:?}");
        }
    }
}
