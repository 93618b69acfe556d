//! Windows: what the portable libraries, the registry and Windows Management Instrumentation tell.

pub(crate) use crate::portable::network::{
    address, gateway, has_way_by_ipv4, has_way_by_ipv6, link, look_along, name_servers, received,
    spared, tunnels, way_to,
};
pub(crate) use crate::portable::{disks, load, memory, operating_system, uptime, vpn};

use std::io;
use std::path::Path;

use sysinfo::System;
use ticket::FindingReason;
use tokio::net::TcpSocket;
use windows_registry::LOCAL_MACHINE;
use wmi::WMIConnection;

use crate::management::{self, Class, Management};
use crate::{Roots, outcome::Outcome};

/// Keys that are there while an update waits for a restart.
const RESTART_KEYS: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
];
/// Where programs write their names and versions.
const PROGRAMS: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];

/// The management service of this device.
struct Live;

impl Management for Live {
    fn rows<T: Class>(&self) -> Option<Vec<T>> {
        let asked = WMIConnection::with_namespace_path(T::NAMESPACE)
            .and_then(|connection| connection.raw_query(T::QUERY));
        match asked {
            Ok(rows) => Some(rows),
            Err(error) => {
                tracing::debug!(query = T::QUERY, %error, "not told");
                None
            }
        }
    }
}

pub(crate) fn device_identity(_roots: &Roots) -> Outcome {
    management::identity(&Live, System::host_name().ok()).judge()
}

pub(crate) fn battery(_roots: &Roots) -> Outcome {
    management::battery(&Live)
}

pub(crate) fn displays(_roots: &Roots) -> Outcome {
    management::displays(&Live)
}

pub(crate) fn drives(_roots: &Roots) -> Outcome {
    management::drives(&Live)
}

pub(crate) fn printers(_roots: &Roots) -> Outcome {
    management::printers(&Live)
}

pub(crate) fn audio_video(_roots: &Roots) -> Outcome {
    management::audio_video(&Live)
}

pub(crate) fn temperature(_roots: &Roots) -> Outcome {
    management::temperature(&Live)
}

pub(crate) fn last_shutdown(_roots: &Roots) -> Outcome {
    management::last_shutdown(&Live)
}

pub(crate) fn restart(_roots: &Roots) -> Outcome {
    if RESTART_KEYS.iter().any(|key| LOCAL_MACHINE.open(key).is_ok()) {
        Outcome::attention().because(FindingReason::RestartPending)
    } else {
        Outcome::fine()
    }
}

/// Not supported by Windows: no connection is tried with small segments.
pub(crate) fn limit_segments(_socket: &TcpSocket, _bytes: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The version that a program of this name has registered.
pub(crate) fn version(client: &str, _file: &Path) -> Option<String> {
    PROGRAMS.iter().find_map(|place| {
        let programs = LOCAL_MACHINE.open(place).ok()?;
        programs.keys().ok()?.find_map(|name| {
            let program = programs.open(name).ok()?;
            let is_it = program.get_string("DisplayName").ok()?.starts_with(client);
            if is_it { program.get_string("DisplayVersion").ok() } else { None }
        })
    })
}
