use std::collections::BTreeSet;
use std::net::IpAddr;

use nix::ifaddrs::getifaddrs;
use nix::sys::socket::SockaddrStorage;

use super::{interfaces, routes, value};
use crate::vpn::{Tunnel, Way};
use crate::{Catalog, Roots, address};

/// The tunnels that are up, with an address of their own, and which of these addresses the routes lead
/// into each.
pub(crate) fn tunnels(roots: &Roots, _catalog: &Catalog, inside: &[IpAddr]) -> Vec<Tunnel> {
    let bare = bare();
    interfaces::tunnels_up(roots)
        .into_iter()
        .filter(|name| !bare.contains(name))
        .map(|name| {
            let routed = inside.iter().any(|address| routes::leads_into(roots, &name, *address));
            Tunnel { name, is_routed: routed }
        })
        .collect()
}

/// Packets a tunnel has brought since it is up.
pub(crate) fn received(roots: &Roots, tunnel: &str) -> Option<u64> {
    value(&roots.sys.join("class/net").join(tunnel).join("statistics/rx_packets"))?.parse().ok()
}

/// Which way the kernel would send a packet to this address.
pub(crate) fn way_to(target: IpAddr, tunnels: &[Tunnel]) -> Way {
    let Some(source) = address::source_to(target) else { return Way::None };
    let interface = interface_of(source);
    match interface.and_then(|name| tunnels.iter().find(|tunnel| tunnel.name == name)) {
        Some(tunnel) => Way::Tunnel(tunnel.name.clone()),
        None => Way::Link,
    }
}

/// The interfaces that nobody gave an address yet: strongSwan makes its own before anybody let it in.
fn bare() -> BTreeSet<String> {
    let mut bare = BTreeSet::new();
    let mut given = BTreeSet::new();
    for interface in getifaddrs().into_iter().flatten() {
        let address = interface.address.as_ref().and_then(ip);
        let is_given = match address {
            Some(IpAddr::V6(address)) => !address.is_unicast_link_local(),
            Some(IpAddr::V4(_)) => true,
            None => false,
        };
        if is_given { &mut given } else { &mut bare }.insert(interface.interface_name);
    }
    &bare - &given
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}

fn interface_of(source: IpAddr) -> Option<String> {
    getifaddrs().ok()?.find_map(|interface| {
        let address = ip(interface.address.as_ref()?)?;
        (address == source).then_some(interface.interface_name)
    })
}
