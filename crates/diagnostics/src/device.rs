//! What holds for a device on every system: limits, and the shape of what is told.

use std::cmp::Reverse;
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason, FindingStatus};

use crate::outcome::Outcome;

const RESTART_DUE: Duration = Duration::from_hours(14 * 24);
const SHORT_PERCENT: u64 = 10;
/// Waiting this much of a minute is felt with every click.
const PRESSURE_PERCENT: f64 = 20.0;
const GIGABYTE: u64 = 1_000_000_000;
const DISK_SHORT: u64 = 5 * GIGABYTE;
const DISK_FULL: u64 = GIGABYTE;

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_os = "macos", expect(dead_code, reason = "not all of them are made by Apple"))]
pub(crate) enum DeviceKind {
    Laptop,
    Desktop,
    Tablet,
    Server,
    Virtual,
}

impl DeviceKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Laptop => "laptop",
            Self::Desktop => "desktop",
            Self::Tablet => "tablet",
            Self::Server => "server",
            Self::Virtual => "virtual",
        }
    }

    /// By the case (SMBIOS 3.7, table 17) and, for virtual ones, the maker.
    #[cfg(not(target_os = "macos"))]
    pub(crate) fn of(maker: Option<&str>, chassis: Option<u64>) -> Option<Self> {
        const VIRTUAL: [&str; 6] = ["qemu", "vmware", "innotek", "xen", "parallels", "amazon ec2"];
        let maker = maker.unwrap_or_default().to_lowercase();
        if VIRTUAL.iter().any(|name| maker.contains(name)) {
            return Some(Self::Virtual);
        }
        match chassis? {
            3..=7 | 13 | 15 | 16 | 24 | 35 | 36 => Some(Self::Desktop),
            8..=10 | 14 | 31 | 32 => Some(Self::Laptop),
            11 | 30 => Some(Self::Tablet),
            17 | 23 | 25 | 28 | 29 => Some(Self::Server),
            _ => None,
        }
    }
}

/// Maker, model, serial number and name, as the system reports them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Identity {
    pub(crate) maker: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) host_name: Option<String>,
    pub(crate) firmware: Option<String>,
    pub(crate) kind: Option<DeviceKind>,
    /// Why something above is missing.
    pub(crate) missing: Option<FindingReason>,
}

impl Identity {
    pub(crate) fn judge(self) -> Outcome {
        let known = self.model.is_some() || self.serial.is_some() || self.host_name.is_some();
        if !known {
            return Outcome::not_available(self.missing.unwrap_or(FindingReason::NotReported));
        }
        Outcome::fine()
            .with_some(EvidenceKey::Maker, self.maker)
            .with_some(EvidenceKey::Model, self.model)
            .with_some(EvidenceKey::Serial, self.serial)
            .with_some(EvidenceKey::HostName, self.host_name)
            .with_some(EvidenceKey::DeviceKind, self.kind.map(DeviceKind::as_str))
            .with_some(EvidenceKey::Firmware, self.firmware)
            .with_some(EvidenceKey::ReasonWord, self.missing.map(FindingReason::as_str))
    }
}

/// Drops what makers forget to fill in.
pub(crate) fn filled_in(text: String) -> Option<String> {
    const EMPTY: [&str; 9] = [
        "",
        "none",
        "n/a",
        "default string",
        "not specified",
        "not applicable",
        "system product name",
        "system manufacturer",
        "system serial number",
    ];
    let lower = text.to_lowercase();
    let forgotten = EMPTY.contains(&lower.as_str())
        || lower.starts_with("to be filled")
        || lower.chars().all(|c| matches!(c, '0' | '.' | '-' | ' '));
    (!forgotten).then_some(text)
}

pub(crate) fn operating_system(
    name: Option<String>,
    version: Option<String>,
    build: Option<String>,
    time_zone: Option<String>,
) -> Outcome {
    if name.is_none() && build.is_none() {
        return Outcome::not_available(FindingReason::NotReported);
    }
    Outcome::fine()
        .with_some(EvidenceKey::System, name)
        .with_some(EvidenceKey::Version, version)
        .with_some(EvidenceKey::Build, build)
        .with_some(EvidenceKey::TimeZone, time_zone)
}

pub(crate) fn uptime(since_start: Option<Duration>) -> Outcome {
    let Some(since_start) = since_start else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    Outcome::fine_unless(since_start > RESTART_DUE)
        .with(EvidenceKey::UptimeSeconds, &since_start.as_secs())
}

/// Room in memory or on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) total: u64,
    pub(crate) free: u64,
}

impl Room {
    const fn is_short(self) -> bool {
        self.free / SHORT_PERCENT < self.total / 100
    }

    const fn used_percent(self) -> u64 {
        let used = self.total.saturating_sub(self.free);
        if self.total == 0 { 0 } else { used / (self.total.div_ceil(100)) }
    }

    fn tell(self, outcome: Outcome) -> Outcome {
        outcome
            .with(EvidenceKey::TotalBytes, &self.total)
            .with(EvidenceKey::FreeBytes, &self.free)
            .with(EvidenceKey::UsedPercent, &self.used_percent())
    }
}

/// Judges memory; `pressure` is the share of the last minute in which something waited for it.
pub(crate) fn memory(room: Option<Room>, pressure: Option<f64>) -> Outcome {
    match room {
        Some(room) if room.total > 0 => {
            let waits = pressure.is_some_and(|percent| percent >= PRESSURE_PERCENT);
            let outcome = if waits {
                Outcome::attention().because(FindingReason::ShortOfMemory)
            } else {
                Outcome::fine_unless(room.is_short())
            };
            let pressure = pressure.map(|percent| format!("{percent:.0}"));
            room.tell(outcome).with_some(EvidenceKey::PressurePercent, pressure)
        }
        Some(_) | None => Outcome::not_available(FindingReason::NotReported),
    }
}

/// A disk of the system. Its mount point is one of a fixed list or a drive letter: names of
/// people's sticks and folders are theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) mount_point: String,
    pub(crate) room: Room,
}

impl Disk {
    const fn status(&self) -> FindingStatus {
        if self.room.free < DISK_FULL {
            FindingStatus::Failed
        } else if self.room.free < DISK_SHORT || self.room.is_short() {
            FindingStatus::Attention
        } else {
            FindingStatus::Fine
        }
    }
}

/// Judges by the fullest disk and tells it first.
pub(crate) fn disks(mut disks: Vec<Disk>) -> Outcome {
    disks.retain(|disk| disk.room.total > 0);
    disks.sort_by_key(|disk| (Reverse(severity(disk.status())), disk.room.free));
    let Some(worst) = disks.first() else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let judged = Outcome::of(worst.status());
    disks.iter().fold(judged, |outcome, disk| {
        disk.room.tell(outcome.with(EvidenceKey::MountPoint, &disk.mount_point))
    })
}

const fn severity(status: FindingStatus) -> u8 {
    match status {
        FindingStatus::Failed => 2,
        FindingStatus::Attention => 1,
        FindingStatus::Fine | FindingStatus::NotAvailable => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = GIGABYTE;

    fn disk(mount_point: &str, total: u64, free: u64) -> Disk {
        Disk { mount_point: mount_point.to_owned(), room: Room { total, free } }
    }

    fn check(seen: &[Disk], expect: FindingStatus) {
        assert_eq!(disks(seen.to_vec()).status, expect, "{seen:?}");
    }

    #[test]
    fn the_fullest_disk_decides() {
        check(&[disk("/", 500 * GB, 200 * GB)], FindingStatus::Fine);
        check(&[disk("/", 500 * GB, 40 * GB)], FindingStatus::Attention);
        check(&[disk("/", 20 * GB, 4 * GB)], FindingStatus::Attention);
        check(&[disk("/", 20 * GB, GB - 1)], FindingStatus::Failed);
        let home = disk("/home", 500 * GB, GB / 2);
        check(&[disk("/", 500 * GB, 200 * GB), home], FindingStatus::Failed);
        check(&[], FindingStatus::NotAvailable);
        check(&[disk("/", 0, 0)], FindingStatus::NotAvailable);
    }

    #[test]
    fn the_fullest_disk_is_told_first() {
        let seen = disks(vec![disk("/", 500 * GB, 200 * GB), disk("/home", 500 * GB, GB / 2)])
            .into_finding(ticket::CheckId::Disks, Duration::ZERO);
        assert_eq!(seen.value(EvidenceKey::MountPoint), Some("/home"));
        assert_eq!(seen.value(EvidenceKey::UsedPercent), Some("99"));
    }

    #[test]
    fn memory_below_a_tenth_or_waited_for_is_worth_a_look() {
        let of = |free, pressure| memory(Some(Room { total: 16 * GB, free }), pressure).status;
        assert_eq!(of(4 * GB, None), FindingStatus::Fine);
        assert_eq!(of(4 * GB, Some(19.9)), FindingStatus::Fine);
        assert_eq!(of(4 * GB, Some(20.0)), FindingStatus::Attention);
        assert_eq!(of(GB, Some(0.0)), FindingStatus::Attention);
    }

    #[test]
    fn two_weeks_without_a_restart_are_worth_a_look() {
        let of = |days: u64| uptime(Some(Duration::from_hours(24 * days))).status;
        assert_eq!(of(14), FindingStatus::Fine);
        assert_eq!(of(15), FindingStatus::Attention);
    }

    #[test]
    fn what_makers_forgot_to_fill_in_is_no_answer() {
        let check = |text: &str, expect: bool| {
            assert_eq!(filled_in(text.to_owned()).is_some(), expect, "{text}");
        };
        check("ThinkPad X1", true);
        check("To Be Filled By O.E.M.", false);
        check("Default string", false);
        check("0000000", false);
    }
}
