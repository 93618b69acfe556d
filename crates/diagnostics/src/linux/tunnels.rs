use std::net::{IpAddr, SocketAddr, UdpSocket};

use nix::ifaddrs::getifaddrs;

use super::{interfaces, routes, value};
use crate::Roots;
use crate::vpn::{Tunnel, Way};

/// The tunnels that are up, and which of these addresses the routes lead into each.
pub(crate) fn tunnels(roots: &Roots, inside: &[IpAddr]) -> Vec<Tunnel> {
    interfaces::tunnels_up(roots)
        .into_iter()
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

/// Which way the kernel would send a packet to this address: it is asked for the source address, and
/// nothing is sent.
pub(crate) fn way_to(address: IpAddr, tunnels: &[Tunnel]) -> Way {
    let Some(source) = source_to(address) else { return Way::None };
    let interface = interface_of(source);
    match interface.and_then(|name| tunnels.iter().find(|tunnel| tunnel.name == name)) {
        Some(tunnel) => Way::Tunnel(tunnel.name.clone()),
        None => Way::Link,
    }
}

fn source_to(address: IpAddr) -> Option<IpAddr> {
    const DISCARD: u16 = 9;
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(SocketAddr::new(address, DISCARD)).ok()?;
    socket.local_addr().ok().map(|source| source.ip())
}

fn interface_of(source: IpAddr) -> Option<String> {
    getifaddrs().ok()?.find_map(|interface| {
        let address = interface.address.as_ref()?;
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        let v6 = address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip()));
        (v4.or(v6) == Some(source)).then_some(interface.interface_name)
    })
}
