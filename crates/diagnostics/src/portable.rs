//! What `sysinfo` and `netdev` tell on every system.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use netdev::interface::types::InterfaceType;
use sysinfo::{
    Disks, MINIMUM_CPU_UPDATE_INTERVAL, ProcessRefreshKind, ProcessesToUpdate, Product, System,
};
use ticket::{EvidenceKey, FindingReason};
use tokio::net::TcpSocket;

use crate::catalog::{Catalog, Signs};
use crate::device::{self, Disk, Identity, Room, filled_in};
use crate::load::{Load, Used};
use crate::vpn::{Client, Seen, Tunnel, Way};
use crate::vpn_gateway::Reached;
use crate::{Roots, address as addressing, outcome::Outcome};

pub(crate) fn device_identity(_roots: &Roots) -> Outcome {
    Identity {
        maker: Product::vendor_name().ok().and_then(filled_in),
        model: Product::name().ok().and_then(filled_in),
        serial: Product::serial_number().ok().and_then(filled_in),
        host_name: System::host_name().ok(),
        firmware: None,
        kind: None,
        missing: None,
    }
    .judge()
}

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

macro_rules! not_read_yet {
    ($($check:ident),+) => {
        $(
            /// Not supported here yet.
            pub(crate) fn $check(_roots: &Roots) -> Outcome {
                Outcome::not_available(FindingReason::NotSupportedYet)
            }
        )+
    };
}

not_read_yet!(
    audio_video,
    battery,
    displays,
    drives,
    last_shutdown,
    printers,
    restart,
    temperature
);

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
    let known = catalog.vpn_clients.iter().filter_map(|client| Some((client, client.signs()?)));
    let installed: Vec<_> = known.filter(|(_, signs)| is_installed(signs)).collect();
    let running = running();
    let runs = |signs: &Signs| {
        signs.programs.iter().any(|program| running.iter().any(|name| is_same(name, program)))
    };
    let clients = installed.into_iter().map(|(client, signs)| Client {
        name: client.name.clone(),
        version: None,
        is_running: runs(signs),
    });
    Seen { clients: clients.collect() }
}

fn is_installed(signs: &Signs) -> bool {
    // On macOS the files are absolute and stand for themselves.
    const FOLDERS: [&str; 2] = ["C:\\Program Files", "C:\\Program Files (x86)"];
    let is_there =
        |file: &String| FOLDERS.iter().any(|folder| Path::new(folder).join(file.as_str()).exists());
    signs.files.iter().any(is_there)
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

pub(crate) fn link(_roots: &Roots) -> Outcome {
    let up = links_up();
    let mut kinds: Vec<_> = up.iter().map(|interface| kind(interface.if_type)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let outcome =
        if up.is_empty() { Outcome::failed(FindingReason::NoLink) } else { Outcome::fine() };
    outcome.with(EvidenceKey::LinksUp, &up.len()).with_each(EvidenceKey::LinkKind, kinds)
}

pub(crate) fn address(_roots: &Roots) -> Outcome {
    addressing::judge(links_up().iter().flat_map(netdev::Interface::ip_addrs))
}

/// Not read here yet: names are resolved by the system alone.
pub(crate) fn name_servers(_roots: &Roots) -> Vec<SocketAddr> {
    Vec::new()
}

/// Not read here yet: IPv6 is not compared with IPv4.
pub(crate) fn has_way_by_ipv6(_roots: &Roots) -> bool {
    false
}

/// Not supported here yet: no connection is tried with small segments.
pub(crate) fn limit_segments(_socket: &TcpSocket, _bytes: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not read here yet.
pub(crate) fn tunnels(_roots: &Roots, _inside: &[IpAddr]) -> Vec<Tunnel> {
    Vec::new()
}

/// Not read here yet.
pub(crate) fn received(_roots: &Roots, _tunnel: &str) -> Option<u64> {
    None
}

/// Not read here yet: every way counts as one past a tunnel.
pub(crate) fn way_to(_address: IpAddr, _tunnels: &[Tunnel]) -> Way {
    Way::Link
}

/// Not supported here yet: nothing is known of the way.
pub(crate) async fn look_along(_target: SocketAddr) -> Reached {
    Reached::Silent
}

fn links_up() -> Vec<netdev::Interface> {
    let mut interfaces = netdev::get_interfaces();
    interfaces.retain(|interface| interface.is_physical() && interface.is_oper_up());
    interfaces
}

fn kind(kind: InterfaceType) -> &'static str {
    match kind {
        InterfaceType::Wireless80211 => "wifi",
        InterfaceType::Ethernet | InterfaceType::GigabitEthernet => "ethernet",
        InterfaceType::Tunnel => "tunnel",
        _ => "other",
    }
}
