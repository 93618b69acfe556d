//! Linux: the files the kernel and the system show under `/proc`, `/sys`, `/etc`, `/usr`, `/var`.

mod addresses;
mod disks;
mod gateway;
mod identity;
mod interfaces;
mod ping;
mod routes;
mod vpn;

pub(crate) use disks::disks;
pub(crate) use gateway::gateway;
pub(crate) use identity::{device_identity, operating_system};
pub(crate) use vpn::vpn;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};

use crate::device::{self, Room};
use crate::outcome::Outcome;
use crate::{Roots, address as addressing};

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
    device::memory(room.map(|(total, free)| Room { total, free }))
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

/// Reads a text file of the system; bytes that are no text become marks.
fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// As [`text`], one trimmed value, absent if empty or unreadable.
fn value(path: &Path) -> Option<String> {
    let text = text(path).ok()?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}
