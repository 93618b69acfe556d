use std::fs;
use std::path::Path;

use super::{routes, text, value};
use crate::Roots;

/// Numbers of `include/uapi/linux/if_arp.h`, as shown in an interface's `type`.
const TYPE_ETHERNET: u32 = 1;
const TYPE_PPP: u32 = 512;
const TYPE_LOOPBACK: u32 = 772;
const TYPE_NONE: u32 = 65_534;
/// Flags of `include/uapi/linux/if.h`.
const FLAG_UP: u32 = 0x1;

/// What an interface is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ethernet,
    Wifi,
    /// WireGuard, tun, tap.
    Tunnel,
    /// PPP: a modem, or a VPN that behaves like one.
    Dial,
    Other,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ethernet => "ethernet",
            Self::Wifi => "wifi",
            Self::Tunnel => "tunnel",
            Self::Dial | Self::Other => "other",
        }
    }
}

/// A network interface, loopback left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) is_up: bool,
    /// Backed by hardware: the kernel links it to a device.
    is_physical: bool,
    /// The end of a virtual cable that is part of no bridge.
    is_end: bool,
}

/// Every interface in `sys/class/net` (Documentation/ABI/testing/sysfs-class-net).
pub(super) fn all(roots: &Roots) -> Vec<Interface> {
    let Ok(folder) = fs::read_dir(roots.sys.join("class/net")) else { return Vec::new() };
    folder.filter_map(|entry| read(&entry.ok()?.path())).collect()
}

/// The links this device stands on: hardware that is up, and what carries the default route where
/// that is a bridge or a bond. A container has no hardware; there its own ends count. A tunnel stands
/// on another link.
pub(super) fn in_use(roots: &Roots) -> Vec<Interface> {
    let carriers: Vec<_> =
        routes::defaults(roots).into_iter().map(|route| route.interface).collect();
    let all = all(roots);
    let has_hardware = all.iter().any(|interface| interface.is_physical);
    let mut up: Vec<_> = all.into_iter().filter(|interface| interface.is_up).collect();
    let hardware_up = up.iter().any(|interface| interface.is_physical);
    up.retain(|interface| {
        interface.is_physical
            || match interface.kind {
                Kind::Tunnel => false,
                Kind::Ethernet if !has_hardware => interface.is_end,
                Kind::Dial => !hardware_up && carriers.contains(&interface.name),
                Kind::Ethernet | Kind::Wifi | Kind::Other => carriers.contains(&interface.name),
            }
    });
    up
}

/// The VPN's tunnels that are up. PPP counts where another link carries it.
pub(super) fn tunnels_up(roots: &Roots) -> Vec<String> {
    let all = all(roots);
    let hardware_up = all.iter().any(|interface| interface.is_physical && interface.is_up);
    let is_tunnel = |interface: &Interface| match interface.kind {
        Kind::Tunnel => true,
        Kind::Dial => hardware_up,
        Kind::Ethernet | Kind::Wifi | Kind::Other => false,
    };
    let up = all.into_iter().filter(|interface| interface.is_up && is_tunnel(interface));
    up.map(|interface| interface.name).collect()
}

fn read(path: &Path) -> Option<Interface> {
    let name = path.file_name()?.to_str()?.to_owned();
    let number = value(&path.join("type"))?.parse().ok()?;
    if number == TYPE_LOOPBACK {
        return None;
    }
    Some(Interface {
        name,
        kind: kind(path, number),
        is_up: is_up(path),
        is_physical: path.join("device").exists(),
        is_end: !path.join("master").exists() && !path.join("bridge").exists(),
    })
}

fn kind(path: &Path, number: u32) -> Kind {
    let has = |name: &str| path.join(name).exists();
    if has("wireless") || has("phy80211") {
        return Kind::Wifi;
    }
    // A tap that belongs to a bridge is the end of a virtual machine, not a VPN.
    let is_tun = has("tun_flags") && !has("brport") && !has("master");
    let event = text(&path.join("uevent")).unwrap_or_default();
    let is_wireguard = event.lines().any(|line| line == "DEVTYPE=wireguard");
    match number {
        _ if is_tun || is_wireguard => Kind::Tunnel,
        TYPE_NONE => Kind::Tunnel,
        TYPE_PPP => Kind::Dial,
        TYPE_ETHERNET => Kind::Ethernet,
        _ => Kind::Other,
    }
}

/// `operstate` (RFC 2863), or, for drivers that do not report it, up with a carrier.
fn is_up(path: &Path) -> bool {
    match value(&path.join("operstate")).as_deref() {
        Some("up") => true,
        Some("unknown") => {
            let flags = value(&path.join("flags"));
            let flags =
                flags.and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
            flags.is_some_and(|flags| flags & FLAG_UP != 0)
                && value(&path.join("carrier")).as_deref() == Some("1")
        }
        Some(_) | None => false,
    }
}
