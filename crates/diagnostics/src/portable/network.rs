//! Links, addresses, tunnels and the router, by `netdev`.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use netdev::Interface;
use netdev::interface::types::InterfaceType;
use ticket::{EvidenceKey, FindingReason};
use tokio::time::Instant;

use crate::catalog::Catalog;
use crate::off_thread::off_thread;
use crate::router::{self, Asked, Neighbor};
use crate::vpn::{Tunnel, Way};
use crate::vpn_gateway::Reached;
use crate::{Context, Roots, address as addressing, outcome::Outcome};

pub(crate) fn link(_roots: &Roots) -> Outcome {
    let up = links_up();
    let mut kinds: Vec<_> = up.iter().map(|interface| kind(interface.if_type)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let outcome =
        if up.is_empty() { Outcome::failed(FindingReason::NoLink) } else { Outcome::fine() };
    outcome.with(EvidenceKey::LinksUp, &up.len()).with_each(EvidenceKey::LinkKind, kinds)
}

pub(crate) fn address(_roots: &Roots) -> Outcome {
    addressing::judge(links_up().iter().flat_map(Interface::ip_addrs))
}

/// None: which server is asked for which name is the system's own rule here (the Name Resolution
/// Policy Table, scoped resolvers), so names are resolved by the system alone.
pub(crate) fn name_servers(_roots: &Roots) -> Vec<SocketAddr> {
    Vec::new()
}

/// Not told: `netdev` lists no routes.
pub(crate) fn spared(_roots: &Roots) -> Option<IpAddr> {
    None
}

/// Whether an address and a router are set up for IPv4.
pub(crate) fn has_way_by_ipv4(_roots: &Roots) -> bool {
    links_up().iter().any(|interface| {
        let has_router = interface.gateway.as_ref().is_some_and(|router| !router.ipv4.is_empty());
        has_router && interface.ipv4_addrs().iter().any(|address| !address.is_link_local())
    })
}

/// Whether an address of the open internet and a router are set up for IPv6.
pub(crate) fn has_way_by_ipv6(_roots: &Roots) -> bool {
    links_up().iter().any(|interface| {
        let has_router = interface.gateway.as_ref().is_some_and(|router| !router.ipv6.is_empty());
        has_router && interface.has_global_ipv6()
    })
}

/// The tunnels that are up, with an address of their own, and which of them hold one of these
/// addresses.
pub(crate) fn tunnels(_roots: &Roots, catalog: &Catalog, inside: &[IpAddr]) -> Vec<Tunnel> {
    let up = netdev::get_interfaces().into_iter().filter(|interface| {
        interface.is_oper_up() && is_tunnel(interface, catalog) && has_address(interface)
    });
    let holds = |interface: &Interface| {
        inside.iter().any(|address| match address {
            IpAddr::V4(address) => interface.ipv4.iter().any(|network| network.contains(address)),
            IpAddr::V6(address) => interface.ipv6.iter().any(|network| network.contains(address)),
        })
    };
    up.map(|interface| Tunnel { is_routed: holds(&interface), name: interface.name }).collect()
}

/// By its kind, or by the name its client gives it.
fn is_tunnel(interface: &Interface, catalog: &Catalog) -> bool {
    let own = [&interface.friendly_name, &interface.description];
    let begins_with = |sign: &String| {
        interface.name.starts_with(sign.as_str())
            || own.iter().any(|name| name.as_ref().is_some_and(|name| name.starts_with(sign)))
    };
    let signs = catalog.vpn_clients.iter().filter_map(|client| client.signs());
    matches!(interface.if_type, InterfaceType::Tunnel | InterfaceType::Ppp)
        || interface.is_tun()
        || signs.flat_map(|signs| &signs.interfaces).any(begins_with)
}

/// The system's own tunnels have addresses of the link alone.
fn has_address(interface: &Interface) -> bool {
    interface.ip_addrs().iter().any(|address| match address {
        IpAddr::V4(address) => !address.is_link_local(),
        IpAddr::V6(address) => !address.is_unicast_link_local(),
    })
}

/// Bytes a tunnel has brought since it is up.
pub(crate) fn received(_roots: &Roots, tunnel: &str) -> Option<u64> {
    let interface = netdev::get_interfaces().into_iter().find(|found| found.name == tunnel)?;
    Some(interface.stats?.rx_bytes)
}

/// Which way the system would send a packet to this address.
pub(crate) fn way_to(target: IpAddr, tunnels: &[Tunnel]) -> Way {
    let Some(source) = addressing::source_to(target) else { return Way::None };
    let owner = netdev::get_interfaces()
        .into_iter()
        .find(|interface| interface.ip_addrs().contains(&source));
    match owner.and_then(|owner| tunnels.iter().find(|tunnel| tunnel.name == owner.name)) {
        Some(tunnel) => Way::Tunnel(tunnel.name.clone()),
        None => Way::Link,
    }
}

/// Not told: to look along the way takes rights here.
pub(crate) async fn look_along(_target: SocketAddr) -> Reached {
    Reached::Silent { routers: 0 }
}

/// A default route exists and its router answers, or is known on its link.
pub(crate) async fn gateway(context: &Context) -> Outcome {
    let Some(found) = off_thread(routers).await else {
        return Outcome::not_available(FindingReason::CheckBroke);
    };
    let Some(routers) = found else { return Outcome::failed(FindingReason::NoDefaultRoute) };
    if routers.is_empty() {
        // A link to one peer: there is nobody between to ask.
        return Outcome::fine();
    }
    let started = Instant::now();
    let patience = context.deadlines.network * 5 / 6;
    let addresses: Vec<_> = routers.iter().map(|router| router.address).collect();
    match router::ask(&addresses, patience, |_| async { false }).await {
        Asked::Answers => Outcome::fine().with_time(started.elapsed()),
        Asked::Silent { absent } => router::judge_silence(&addresses, &absent, |address| {
            let of = routers.iter().find(|router| router.address.ip() == address);
            match of {
                Some(router) if router.is_known => Neighbor::Present,
                Some(_) | None => Neighbor::Unknown,
            }
        }),
    }
}

/// The router of a default route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Router {
    address: SocketAddr,
    /// Whether the system knows its address on the link, so that it is there.
    is_known: bool,
}

/// The routers of the links that are up; none at all without a default route.
fn routers() -> Option<Vec<Router>> {
    let links: Vec<_> = netdev::get_interfaces()
        .into_iter()
        .filter(|link| link.is_oper_up() && link.default)
        .collect();
    if links.is_empty() {
        return None;
    }
    let of_link = |link: &Interface| {
        let device = link.gateway.clone()?;
        let is_known = device.mac_addr != netdev::MacAddr::zero();
        let v4 = device.ipv4.iter().map(|address| SocketAddr::new(IpAddr::V4(*address), 0));
        // Addresses of the link itself need the number of their interface (RFC 4007 §6).
        let v6 = device.ipv6.iter().map(|address| SocketAddrV6::new(*address, 0, 0, link.index));
        let all = v4.chain(v6.map(SocketAddr::V6));
        Some(all.map(|address| Router { address, is_known }).collect::<Vec<_>>())
    };
    Some(links.iter().filter_map(of_link).flatten().collect())
}

fn links_up() -> Vec<Interface> {
    let mut interfaces = netdev::get_interfaces();
    interfaces.retain(|interface| interface.is_physical() && interface.is_oper_up());
    interfaces
}

fn kind(kind: InterfaceType) -> &'static str {
    match kind {
        InterfaceType::Wireless80211 => "wifi",
        InterfaceType::Ethernet | InterfaceType::GigabitEthernet => "ethernet",
        InterfaceType::Tunnel => "tunnel",
        _ => "other",
    }
}
