use std::net::{IpAddr, Ipv4Addr};

use super::{interfaces, routes, text};
use crate::Roots;

/// Flags of `include/uapi/linux/if_addr.h`: not usable yet, and found to be somebody else's.
const TENTATIVE: u32 = 0x40;
const DUPLICATE: u32 = 0x08;

/// The addresses of the links in use.
pub(super) fn in_use(roots: &Roots) -> Vec<IpAddr> {
    let names: Vec<_> = interfaces::in_use(roots).into_iter().map(|link| link.name).collect();
    let connected = routes::connected(roots);
    let is_on_link = |address: &Ipv4Addr| {
        let mut networks = connected.iter().filter(|network| network.holds(*address)).peekable();
        // An address without a network of its own says nothing about its interface.
        networks.peek().is_none() || networks.any(|network| names.contains(&network.interface))
    };
    let trie = text(&roots.proc.join("net/fib_trie")).unwrap_or_default();
    let v4 = local_v4(&trie).into_iter().filter(is_on_link).map(IpAddr::V4);
    let v6 = text(&roots.proc.join("net/if_inet6")).unwrap_or_default();
    let v6 = v6.lines().filter_map(|line| usable_v6(line, &names));
    if names.is_empty() { Vec::new() } else { v4.chain(v6).collect() }
}

/// The addresses of this device in `proc/net/fib_trie`: a leaf, and below it `/32 host LOCAL`.
fn local_v4(trie: &str) -> Vec<Ipv4Addr> {
    let mut leaf = None;
    let mut found = Vec::new();
    for line in trie.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse::<Ipv4Addr>().ok();
        } else if line == "/32 host LOCAL" {
            found.extend(leaf.filter(|address| !address.is_loopback()));
        }
    }
    found
}

/// The columns of `proc/net/if_inet6`: address, index, length, scope, flags, interface.
fn usable_v6(line: &str, names: &[String]) -> Option<IpAddr> {
    let mut columns = line.split_whitespace();
    let address = routes::address_v6(columns.next()?)?;
    let flags = u32::from_str_radix(columns.nth(3)?, 16).ok()?;
    let interface = columns.next()?;
    let is_usable = flags & (TENTATIVE | DUPLICATE) == 0;
    (is_usable && names.iter().any(|name| name == interface)).then_some(IpAddr::V6(address))
}
