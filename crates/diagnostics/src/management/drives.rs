use serde::Deserialize;

use super::{Class, Management, STORAGE};
use crate::hardware::drives::{self, Drive};
use crate::outcome::Outcome;

/// `HealthStatus` of `MSFT_PhysicalDisk`: 0 is healthy, 1 a warning, 2 unhealthy, 5 unknown.
const WARNING: u16 = 1;
const UNHEALTHY: u16 = 2;
const UNKNOWN: u16 = 5;
/// `OperationalStatus`: the drive itself expects to fail (SMART).
const PREDICTIVE_FAILURE: u16 = 5;
/// `BusType` of what is plugged in from outside: USB, and SD cards.
const OUTSIDE: [u16; 2] = [7, 12];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PhysicalDisk {
    friendly_name: Option<String>,
    health_status: Option<u16>,
    operational_status: Option<Vec<u16>>,
    bus_type: Option<u16>,
}

impl Class for PhysicalDisk {
    const NAMESPACE: &'static str = STORAGE;
    const QUERY: &'static str =
        "SELECT FriendlyName, HealthStatus, OperationalStatus, BusType FROM MSFT_PhysicalDisk";
}

/// `MSFT_PhysicalDisk`: what the system makes of each drive's own report. Wear and temperature
/// (`MSFT_StorageReliabilityCounter`) are for administrators alone.
pub(crate) fn drives(from: &impl Management) -> Outcome {
    let disks: Vec<PhysicalDisk> = from.rows().unwrap_or_default();
    let is_fixed = |disk: &PhysicalDisk| disk.bus_type.is_none_or(|bus| !OUTSIDE.contains(&bus));
    drives::judge(disks.into_iter().filter(is_fixed).map(drive).collect())
}

fn drive(disk: PhysicalDisk) -> Drive {
    let expects_to_fail =
        disk.operational_status.is_some_and(|status| status.contains(&PREDICTIVE_FAILURE));
    Drive {
        model: disk.friendly_name,
        is_failing: expects_to_fail || matches!(disk.health_status, Some(WARNING | UNHEALTHY)),
        is_read: disk.health_status.is_some_and(|status| status != UNKNOWN),
        ..Drive::default()
    }
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Failed, Fine};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn a_drive_that_expects_to_fail_is_told_and_a_stick_is_not() {
        let laptop = drives(&Recorded("windows-11-laptop"));
        check(laptop, Fine, &[(Key::Drive, "EXAMPLE NVMe 512GB"), (Key::DriveReport, "read")]);
        let desktop = drives(&Recorded("windows-11-desktop"));
        check(
            desktop,
            Failed,
            &[
                (Key::ReasonWord, "drive_failing"),
                (Key::Drive, "EXAMPLE SATA 1TB"),
                (Key::DriveReport, "read"),
            ],
        );
    }
}
