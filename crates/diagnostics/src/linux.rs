//! Linux: the files the kernel and the system show under `/proc`, `/sys`, `/etc`, `/usr`, `/var`.

mod addresses;
mod battery;
mod disks;
mod displays;
mod drives;
mod gateway;
mod identity;
mod interfaces;
mod load;
mod ping;
mod routes;
mod sound;
mod starts;
mod temperature;
mod tunnels;
mod udisks;
mod vpn;
mod way;

pub(crate) use battery::battery;
pub(crate) use disks::disks;
pub(crate) use displays::displays;
pub(crate) use drives::drives;
pub(crate) use gateway::gateway;
pub(crate) use identity::{device_identity, operating_system};
pub(crate) use load::load;
pub(crate) use sound::audio_video;
pub(crate) use starts::{last_shutdown, restart};
pub(crate) use temperature::temperature;
pub(crate) use tunnels::{received, tunnels, way_to};
pub(crate) use vpn::vpn;
pub(crate) use way::look_along;

use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::TcpMaxSeg;
use ticket::{EvidenceKey, FindingReason};

use crate::device::{self, Room};
use crate::outcome::Outcome;
use crate::{Roots, address as addressing, cups};

/// Longest file read; the longest in real life is the package list.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// `proc/uptime`: seconds since the start, then seconds idle.
pub(crate) fn uptime(roots: &Roots) -> Outcome {
    let seconds = text(&roots.proc.join("uptime"))
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    device::uptime(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

/// `proc/meminfo`; `MemAvailable` counts what can be given back without swapping.
pub(crate) fn memory(roots: &Roots) -> Outcome {
    let info = text(&roots.proc.join("meminfo")).unwrap_or_default();
    let bytes = |wanted: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(wanted)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    };
    let room = bytes("MemTotal").zip(bytes("MemAvailable"));
    device::memory(room.map(|(total, free)| Room { total, free }), memory_pressure(roots))
}

/// Share of the last minute in which something waited for memory, in percent
/// (`proc/pressure/memory`, the kernel's "PSI").
fn memory_pressure(roots: &Roots) -> Option<f64> {
    let pressure = text(&roots.proc.join("pressure/memory")).ok()?;
    let some = pressure.lines().find_map(|line| line.strip_prefix("some "))?;
    some.split(' ').find_map(|word| word.strip_prefix("avg60="))?.parse().ok()
}

/// The printers of CUPS (`run/cups/cups.sock`).
pub(crate) fn printers(roots: &Roots) -> Outcome {
    cups::printers(&roots.run.join("cups/cups.sock"))
}

/// Cable or Wi-Fi with a carrier.
pub(crate) fn link(roots: &Roots) -> Outcome {
    let up = interfaces::in_use(roots);
    let mut kinds: Vec<_> = up.iter().map(|interface| interface.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let outcome =
        if up.is_empty() { Outcome::failed(FindingReason::NoLink) } else { Outcome::fine() };
    outcome.with(EvidenceKey::LinksUp, &up.len()).with_each(EvidenceKey::LinkKind, kinds)
}

/// The addresses of those links.
pub(crate) fn address(roots: &Roots) -> Outcome {
    addressing::judge(addresses::in_use(roots))
}

/// The name servers programs here ask (resolv.conf(5)).
pub(crate) fn name_servers(roots: &Roots) -> Vec<SocketAddr> {
    const PORT: u16 = 53;
    let text = text(&roots.etc.join("resolv.conf")).unwrap_or_default();
    let server = |line: &str| {
        let place = line.trim().strip_prefix("nameserver")?.trim();
        match place.split_once('%') {
            Some((address, interface)) => {
                let index = roots.sys.join("class/net").join(interface).join("ifindex");
                let scope = value(&index)?.parse().ok()?;
                Some(SocketAddrV6::new(address.parse().ok()?, PORT, 0, scope).into())
            }
            None => Some(SocketAddr::new(place.parse().ok()?, PORT)),
        }
    };
    text.lines().filter_map(server).collect()
}

/// The one address that a route of its own leads past a tunnel: usually the tunnel's far end.
pub(crate) fn spared(roots: &Roots) -> Option<IpAddr> {
    let has_tunnel = !interfaces::tunnels_up(roots).is_empty();
    match routes::to_hosts(roots).as_slice() {
        [host] if has_tunnel => Some(IpAddr::V4(*host)),
        _ => None,
    }
}

/// Whether an address and a router are set up for IPv4.
pub(crate) fn has_way_by_ipv4(roots: &Roots) -> bool {
    let is_given = |address: &IpAddr| match address {
        IpAddr::V4(address) => !address.is_link_local(),
        IpAddr::V6(_) => false,
    };
    let is_v4 = |route: &routes::Default| route.gateway.is_some_and(|gateway| gateway.is_ipv4());
    addresses::in_use(roots).iter().any(is_given) && routes::defaults(roots).iter().any(is_v4)
}

/// Whether an address of the open internet and a default route are set up for IPv6.
pub(crate) fn has_way_by_ipv6(roots: &Roots) -> bool {
    let is_global = |address: &IpAddr| match address {
        IpAddr::V6(address) => !address.is_unicast_link_local() && !address.is_unique_local(),
        IpAddr::V4(_) => false,
    };
    let is_v6 = |route: &routes::Default| route.gateway.is_some_and(|gateway| gateway.is_ipv6());
    addresses::in_use(roots).iter().any(is_global) && routes::defaults(roots).iter().any(is_v6)
}

/// Keeps the segments of a connection this short, both ways (RFC 9293 §3.7.1).
pub(crate) fn limit_segments(socket: &impl AsFd, bytes: u32) -> io::Result<()> {
    Ok(setsockopt(&socket.as_fd(), TcpMaxSeg, &bytes)?)
}

/// Reads a text file of the system; bytes that are no text become marks.
fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What lies in a folder, in order; nothing if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = found.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort_unstable();
    paths
}

/// As [`value`], a whole number that is not negative.
fn number(path: &Path) -> Option<u64> {
    value(path)?.parse().ok()
}

/// As [`text`], one trimmed value, absent if empty or unreadable.
fn value(path: &Path) -> Option<String> {
    let text = text(path).ok()?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}
