use std::path::Path;

use super::{entries, number, value};
use crate::hardware::temperature::{self, Place, Sensor};
use crate::{Roots, outcome::Outcome};

/// `sys/class/hwmon` (the kernel's `sysfs-class-hwmon`; thousandths of a degree) and, where it has no
/// processor, `sys/class/thermal`.
pub(crate) fn temperature(roots: &Roots) -> Outcome {
    let mut sensors: Vec<_> =
        entries(&roots.sys.join("class/hwmon")).iter().flat_map(|chip| of_chip(chip)).collect();
    if !sensors.iter().any(|sensor| sensor.place == Place::Processor) {
        sensors.extend(
            entries(&roots.sys.join("class/thermal")).iter().filter_map(|zone| of_zone(zone)),
        );
    }
    temperature::judge(sensors)
}

fn of_chip(chip: &Path) -> Vec<Sensor> {
    let Some(name) = value(&chip.join("name")) else { return Vec::new() };
    let place = match name.as_str() {
        "coretemp" | "k10temp" | "zenpower" | "cpu_thermal" | "scpi_sensors" => Place::Processor,
        "amdgpu" | "radeon" | "nouveau" | "i915" | "xe" => Place::Graphics,
        "nvme" | "drivetemp" => Place::Drive,
        "acpitz" | "thinkpad" | "dell_smm" | "dell_ddv" | "asus" | "applesmc" => Place::Board,
        _ => return Vec::new(),
    };
    let files = entries(chip);
    let channels = files.iter().filter_map(|file| {
        let channel = file.file_name()?.to_str()?.strip_suffix("_input")?;
        channel.starts_with("temp").then(|| channel.to_owned())
    });
    let read = |channel: String| {
        let fact = |what: &str| number(&chip.join(format!("{channel}_{what}")));
        Some(Sensor {
            place,
            celsius: celsius(fact("input")?),
            limit: fact("crit").map(celsius),
            // Only a drive's alarm is about now; a processor's stays set after it was hot once.
            alarm: place == Place::Drive && fact("alarm").is_some_and(|alarm| alarm > 0),
        })
    };
    channels.filter_map(read).collect()
}

/// A zone of the processor, with the point at which the kernel shuts down.
fn of_zone(zone: &Path) -> Option<Sensor> {
    let kind = value(&zone.join("type"))?;
    let is_processor = kind == "x86_pkg_temp" || kind.starts_with("cpu");
    let celsius_now = celsius(number(&zone.join("temp"))?);
    let limit = (0..10).find_map(|point| {
        let fact = |what: &str| zone.join(format!("trip_point_{point}_{what}"));
        let is_limit = value(&fact("type"))? == "critical";
        if is_limit { number(&fact("temp")) } else { None }
    });
    is_processor.then_some(Sensor {
        place: Place::Processor,
        celsius: celsius_now,
        limit: limit.map(celsius),
        alarm: false,
    })
}

fn celsius(thousandths: u64) -> i64 {
    i64::try_from(thousandths / 1000).unwrap_or(i64::MAX)
}
