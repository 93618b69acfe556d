use std::path::Path;

use super::udisks::{self, Report};
use super::{entries, number, value};
use crate::hardware::drives::{self, Drive};
use crate::{Roots, outcome::Outcome};

/// What the kernel tells of drives without rights, and what UDisks2 has read of their own reports,
/// which are for root alone.
pub(crate) fn drives(roots: &Roots) -> Outcome {
    let mut drives: Vec<_> =
        entries(&roots.sys.join("block")).iter().filter_map(|place| drive(place)).collect();
    let errors = file_system_errors(roots);
    for report in udisks::reports(&roots.run.join("dbus/system_bus_socket")) {
        learn(&mut drives, report);
    }
    // Which of several drives a file system lies on is not worth asking: they are told together.
    if let Some(first) = drives.first_mut() {
        first.errors = first.errors.saturating_add(errors);
    }
    drives::judge(drives)
}

/// Adds a report to the first drive of its model that has none. The kernel cuts the names of models.
fn learn(drives: &mut [Drive], report: Report) {
    let is_it = |drive: &&mut Drive| {
        let model = drive.model.as_deref().unwrap_or_default();
        !drive.is_read && !model.is_empty() && report.model.starts_with(model)
    };
    if let Some(drive) = drives.iter_mut().find(is_it) {
        drive.is_read = true;
        drive.is_failing |= report.is_failing;
        drive.celsius = drive.celsius.or(report.celsius);
        drive.model = Some(report.model);
    }
}

/// A fixed drive, by the name the kernel gives its driver.
fn drive(place: &Path) -> Option<Drive> {
    let name = place.file_name()?.to_str()?;
    let device = place.join("device");
    if name.starts_with("md") {
        let degraded = number(&place.join("md/degraded"))?;
        return Some(Drive { errors: degraded, ..Drive::default() });
    }
    let is_fixed = number(&place.join("removable")).is_none_or(|removable| removable == 0);
    let is_drive = ["nvme", "sd", "vd", "mmcblk"].iter().any(|kind| name.starts_with(kind))
        && !name.contains("boot");
    if !is_drive || !is_fixed {
        return None;
    }
    let state = value(&device.join("state")).unwrap_or_default();
    let own = |what: &str| value(&device.join(what));
    Some(Drive {
        model: own("model").or_else(|| own("name")),
        is_failing: ["dead", "offline"].contains(&state.as_str()) || is_spent(&device),
        wear_percent: wear(&device),
        celsius: celsius(&device),
        ..Drive::default()
    })
}

/// eMMC: spare blocks are used up (JESD84-B51, `PRE_EOL_INFO`, 3 is urgent).
fn is_spent(device: &Path) -> bool {
    hexadecimal(&device.join("pre_eol_info")).is_some_and(|info| info.contains(&3))
}

/// eMMC: the worse of two estimates in tenths (JESD84-B51, `DEVICE_LIFE_TIME_EST`).
fn wear(device: &Path) -> Option<u64> {
    let tenths = hexadecimal(&device.join("life_time"))?.into_iter().max()?;
    (tenths > 0).then(|| tenths.saturating_mul(10).min(110))
}

/// Numbers such as `0x01 0x02`.
fn hexadecimal(path: &Path) -> Option<Vec<u64>> {
    let words = value(path)?;
    words
        .split_whitespace()
        .map(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok())
        .collect()
}

/// The drive's own sensor, where a driver shows it beside the drive.
fn celsius(device: &Path) -> Option<i64> {
    let chips = entries(device).into_iter().chain(entries(&device.join("hwmon")));
    let is_chip = |chip: &std::path::PathBuf| {
        chip.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("hwmon"))
    };
    let thousandths = chips.filter(is_chip).find_map(|chip| number(&chip.join("temp1_input")))?;
    i64::try_from(thousandths / 1000).ok()
}

/// Errors counted by ext4 (`sysfs-fs-ext4`) and btrfs (`sysfs-fs-btrfs`).
fn file_system_errors(roots: &Roots) -> u64 {
    let ext4 = entries(&roots.sys.join("fs/ext4"));
    let ext4 = ext4.iter().filter_map(|part| number(&part.join("errors_count")));
    let btrfs = entries(&roots.sys.join("fs/btrfs"));
    let btrfs = btrfs
        .iter()
        .flat_map(|part| entries(&part.join("devinfo")))
        .filter_map(|device| value(&device.join("error_stats")))
        .flat_map(|stats| {
            stats.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<u64>>()
        });
    ext4.chain(btrfs).sum()
}
