//! What `sysinfo` and `netdev` tell on every system.

pub(crate) mod network;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use sysinfo::{Disks, MINIMUM_CPU_UPDATE_INTERVAL, ProcessRefreshKind, ProcessesToUpdate, System};
use ticket::FindingReason;

use crate::catalog::{Catalog, Signs};
use crate::device::{self, Disk, Room};
use crate::load::{Load, Used};
use crate::vpn::{Client, Seen};
use crate::{Roots, outcome::Outcome, system};

pub(crate) fn operating_system(_roots: &Roots) -> Outcome {
    let [name, version, build] =
        [System::name(), System::os_version(), System::kernel_version()].map(Result::ok);
    let zone = jiff::tz::TimeZone::system();
    device::operating_system(name, version, build, zone.iana_name().map(str::to_owned))
}

pub(crate) fn uptime(_roots: &Roots) -> Outcome {
    device::uptime(System::uptime().ok().map(Duration::from_secs))
}

pub(crate) fn memory(_roots: &Roots) -> Outcome {
    let room = System::new().ok().map(|mut system| {
        system.refresh_memory();
        Room { total: system.total_memory(), free: system.available_memory() }
    });
    device::memory(room, None)
}

/// The fixed disks. Volumes that can be unplugged carry names people gave them.
pub(crate) fn disks(_roots: &Roots) -> Outcome {
    let Ok(disks) = Disks::new_with_refreshed_list() else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let fixed = disks.iter().filter(|disk| !disk.is_removable()).filter_map(|disk| {
        let mount_point = disk.mount_point().to_str().filter(|point| is_impersonal(point))?;
        let room = Room { total: disk.total_space(), free: disk.available_space() };
        Some(Disk { mount_point: mount_point.to_owned(), room })
    });
    device::disks(fixed.collect())
}

/// What kinds of programs use most, between two looks.
pub(crate) fn load(_roots: &Roots, catalog: &Catalog) -> Outcome {
    let Ok(mut system) = System::new() else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
    system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    sleep(MINIMUM_CPU_UPDATE_INTERVAL);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let cores = system.cpus().len().max(1) as f64;
    let mut load = Load {
        waiting: System::load_average().ok().map(|average| average.one / cores),
        ..Load::default()
    };
    for process in system.processes().values() {
        let class = catalog.class_of(&process.name().to_string_lossy());
        let cpu = f64::from(process.cpu_usage()) / 100.0 / cores;
        load.add(class, Used { cpu, bytes: process.memory() });
    }
    load.judge()
}

/// Clients by their files and their running programs; nothing is started to ask.
pub(crate) fn vpn(_roots: &Roots, catalog: &Catalog) -> Seen {
    let installed = catalog.vpn_clients.iter().filter_map(|client| {
        let signs = client.signs()?;
        Some((client, signs, installed(signs)?))
    });
    let running = running();
    let runs = |signs: &Signs| {
        signs.programs.iter().any(|program| running.iter().any(|name| is_same(name, program)))
    };
    let clients = installed.map(|(client, signs, file)| Client {
        name: client.name.clone(),
        version: system::version(&client.name, &file),
        is_running: runs(signs),
    });
    Seen { clients: clients.collect() }
}

/// The first of a client's files that is there.
fn installed(signs: &Signs) -> Option<PathBuf> {
    // On macOS the files are absolute and stand for themselves.
    const FOLDERS: [&str; 2] = ["C:\\Program Files", "C:\\Program Files (x86)"];
    let places = signs
        .files
        .iter()
        .flat_map(|file| FOLDERS.iter().map(move |folder| Path::new(folder).join(file)));
    places.into_iter().find(|place| place.exists())
}

fn running() -> Vec<String> {
    let Ok(mut system) = System::new() else { return Vec::new() };
    let names = ProcessRefreshKind::nothing();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, names);
    let names = system.processes().values().map(|process| process.name().to_string_lossy());
    names.map(std::borrow::Cow::into_owned).collect()
}

fn is_same(name: &str, program: &str) -> bool {
    let name = name.to_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name) == program.to_lowercase()
}

/// The root, or a drive letter.
fn is_impersonal(mount_point: &str) -> bool {
    mount_point == "/" || (mount_point.len() == 3 && mount_point.ends_with(":\\"))
}
