//! macOS: what the portable libraries, CUPS, `system_profiler` and `last` tell.

mod ask;

pub(crate) use crate::portable::network::{
    address, gateway, has_way_by_ipv4, has_way_by_ipv6, link, look_along, name_servers, received,
    spared, tunnels, way_to,
};
pub(crate) use crate::portable::{disks, load, memory, operating_system, uptime, vpn};

use std::io;
use std::path::Path;

use socket2::SockRef;
use sysinfo::{Components, System};
use ticket::FindingReason;
use tokio::net::TcpSocket;

use crate::hardware::temperature::{self, Place, Sensor};
use crate::profiler::{self, DataType};
use crate::{Roots, cups, last, outcome::Outcome};

pub(crate) fn device_identity(_roots: &Roots) -> Outcome {
    let document = ask::ask(&[DataType::Hardware]).unwrap_or_default();
    profiler::identity(&document, System::host_name().ok()).judge()
}

pub(crate) fn battery(_roots: &Roots) -> Outcome {
    told(&[DataType::Power], profiler::battery)
}

pub(crate) fn displays(_roots: &Roots) -> Outcome {
    told(&[DataType::Displays, DataType::Thunderbolt], profiler::displays)
}

pub(crate) fn drives(_roots: &Roots) -> Outcome {
    told(&[DataType::Nvme], profiler::drives)
}

pub(crate) fn audio_video(_roots: &Roots) -> Outcome {
    told(&[DataType::Audio, DataType::Camera], profiler::audio_video)
}

fn told(wanted: &[DataType], judge: fn(&str) -> Outcome) -> Outcome {
    match ask::ask(wanted) {
        Some(document) => judge(&document),
        None => Outcome::not_available(FindingReason::NotReported),
    }
}

/// The printers of CUPS (`/private/var/run/cupsd`).
pub(crate) fn printers(roots: &Roots) -> Outcome {
    cups::printers(&roots.var.join("run/cupsd"))
}

/// The sensors that the firmware lists.
pub(crate) fn temperature(_roots: &Roots) -> Outcome {
    let Ok(components) = Components::new_with_refreshed_list() else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let sensors = components.iter().filter_map(|component| {
        let label = component.label();
        let place = if label.contains("CPU") || label.contains("tdie") {
            Place::Processor
        } else if label.contains("GPU") {
            Place::Graphics
        } else if label.contains("NAND") {
            Place::Drive
        } else {
            return None;
        };
        Some(Sensor {
            place,
            celsius: whole(component.temperature()?)?,
            limit: component.critical().and_then(whole),
            alarm: false,
        })
    });
    temperature::judge(sensors.collect())
}

#[allow(clippy::cast_possible_truncation, reason = "degrees of a device")]
fn whole(celsius: f32) -> Option<i64> {
    celsius.is_finite().then(|| celsius.round() as i64)
}

/// Not told: what waits for a restart is known to the system's updater alone.
pub(crate) fn restart(_roots: &Roots) -> Outcome {
    Outcome::not_available(FindingReason::NotReported)
}

pub(crate) fn last_shutdown(_roots: &Roots) -> Outcome {
    match ask::ask_for_starts() {
        Some(printed) => last::last_shutdown(&printed),
        None => Outcome::not_available(FindingReason::NotReported),
    }
}

/// Keeps the segments of a connection this short, both ways (RFC 9293 §3.7.1).
pub(crate) fn limit_segments(socket: &TcpSocket, bytes: u32) -> io::Result<()> {
    SockRef::from(socket).set_tcp_mss(bytes)
}

/// The version in the description of an application (`CFBundleShortVersionString`).
pub(crate) fn version(_client: &str, application: &Path) -> Option<String> {
    let description = plist::Value::from_file(application.join("Contents/Info.plist")).ok()?;
    let version = description.as_dictionary()?.get("CFBundleShortVersionString")?;
    version.as_string().map(str::to_owned)
}
