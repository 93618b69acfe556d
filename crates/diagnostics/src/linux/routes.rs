use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::text;
use crate::Roots;

/// Flags of `include/uapi/linux/route.h` and `ipv6_route.h`.
const UP: u32 = 0x1;
const GATEWAY: u32 = 0x2;
const REJECT: u32 = 0x200;

/// A default route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Default {
    pub(super) interface: String,
    /// The router; none where the link leads to one peer only.
    pub(super) gateway: Option<IpAddr>,
    is_v6: bool,
    /// The lowest is taken.
    metric: u32,
}

/// A network that is reached without a router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Connected {
    pub(super) interface: String,
    network: u32,
    mask: u32,
}

impl Connected {
    pub(super) fn holds(&self, address: Ipv4Addr) -> bool {
        u32::from(address) & self.mask == self.network
    }
}

/// The default routes of both protocols.
pub(super) fn defaults(roots: &Roots) -> Vec<Default> {
    let v4 = text(&roots.proc.join("net/route")).unwrap_or_default();
    let v6 = text(&roots.proc.join("net/ipv6_route")).unwrap_or_default();
    v4.lines().filter_map(default_v4).chain(v6.lines().filter_map(default_v6)).collect()
}

/// The default route of each protocol that is taken, and others as good.
pub(super) fn preferred(roots: &Roots) -> Vec<Default> {
    let mut routes = defaults(roots);
    let best = |is_v6| {
        let of_protocol = routes.iter().filter(|route| route.is_v6 == is_v6);
        of_protocol.map(|route| route.metric).min()
    };
    let (v4, v6) = (best(false), best(true));
    routes.retain(|route| Some(route.metric) == if route.is_v6 { v6 } else { v4 });
    routes
}

/// The networks this device is in.
pub(super) fn connected(roots: &Roots) -> Vec<Connected> {
    let v4 = text(&roots.proc.join("net/route")).unwrap_or_default();
    v4.lines().filter_map(connected_v4).collect()
}

/// The hosts that have a route of their own by a router that leads elsewhere too.
pub(super) fn to_hosts(roots: &Roots) -> Vec<Ipv4Addr> {
    let v4 = text(&roots.proc.join("net/route")).unwrap_or_default();
    let routers: Vec<_> = v4.lines().filter_map(default_v4).map(|route| route.gateway).collect();
    let is_to_host = |route: &RouteV4<'_>| {
        route.mask == Ipv4Addr::BROADCAST && routers.contains(&Some(IpAddr::V4(route.gateway)))
    };
    v4.lines().filter_map(route_v4).filter(is_to_host).map(|route| route.destination).collect()
}

/// Whether a route leads an address into this interface, though perhaps a better one leads elsewhere.
pub(super) fn leads_into(roots: &Roots, interface: &str, address: IpAddr) -> bool {
    let IpAddr::V4(address) = address else { return false };
    let v4 = text(&roots.proc.join("net/route")).unwrap_or_default();
    v4.lines().filter_map(route_v4).any(|route| {
        let (destination, mask) = (u32::from(route.destination), u32::from(route.mask));
        route.interface == interface && u32::from(address) & mask == destination
    })
}

/// The columns of `proc/net/route`: interface, destination, gateway, flags, …, mask.
struct RouteV4<'a> {
    interface: &'a str,
    destination: Ipv4Addr,
    gateway: Ipv4Addr,
    flags: u32,
    metric: u32,
    mask: Ipv4Addr,
}

fn route_v4(line: &str) -> Option<RouteV4<'_>> {
    let mut columns = line.split_whitespace();
    let interface = columns.next()?;
    let destination = address_v4(columns.next()?)?;
    let gateway = address_v4(columns.next()?)?;
    let flags = u32::from_str_radix(columns.next()?, 16).ok()?;
    // After the reference count and the uses.
    let metric = columns.nth(2)?.parse().ok()?;
    let mask = address_v4(columns.next()?)?;
    let is_usable = flags & UP != 0 && flags & REJECT == 0;
    is_usable.then_some(RouteV4 { interface, destination, gateway, flags, metric, mask })
}

/// The kernel prints an address as one number in the order of its own processor.
fn address_v4(text: &str) -> Option<Ipv4Addr> {
    u32::from_str_radix(text, 16).ok().map(|number| Ipv4Addr::from(number.to_ne_bytes()))
}

fn default_v4(line: &str) -> Option<Default> {
    let route = route_v4(line)?;
    if !route.destination.is_unspecified() || !route.mask.is_unspecified() {
        return None;
    }
    let gateway = (route.flags & GATEWAY != 0).then_some(IpAddr::V4(route.gateway));
    let interface = route.interface.to_owned();
    Some(Default { interface, gateway, is_v6: false, metric: route.metric })
}

fn connected_v4(line: &str) -> Option<Connected> {
    let route = route_v4(line)?;
    if route.flags & GATEWAY != 0 || route.mask.is_unspecified() {
        return None;
    }
    let (network, mask) = (u32::from(route.destination), u32::from(route.mask));
    Some(Connected { interface: route.interface.to_owned(), network, mask })
}

/// The columns of `proc/net/ipv6_route`: destination, its length, source, its length, next hop,
/// metric, reference count, uses, flags, interface.
fn default_v6(line: &str) -> Option<Default> {
    let columns: Vec<_> = line.split_whitespace().collect();
    let [destination, length, _, _, next_hop, metric, _, _, flags, interface] = columns.as_slice()
    else {
        return None;
    };
    let flags = u32::from_str_radix(flags, 16).ok()?;
    let is_default = *length == "00" && address_v6(destination)?.is_unspecified();
    let is_usable = flags & UP != 0 && flags & REJECT == 0 && *interface != "lo";
    let next_hop = address_v6(next_hop)?;
    let gateway = (flags & GATEWAY != 0).then_some(IpAddr::V6(next_hop));
    let metric = u32::from_str_radix(metric, 16).ok()?;
    let interface = (*interface).to_owned();
    (is_default && is_usable).then_some(Default { interface, gateway, is_v6: true, metric })
}

/// An IPv6 address as the kernel prints it: 32 hexadecimal digits.
pub(super) fn address_v6(text: &str) -> Option<Ipv6Addr> {
    (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok().map(Ipv6Addr::from)).flatten()
}
