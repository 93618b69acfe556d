use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ticket::FindingReason;

use super::{text, value};
use crate::Roots;
use crate::vpn::{Client, Seen};

/// A client, the programs that run while it is in use, the files below `/usr` that show it is
/// installed, and its Debian packages.
struct Known {
    name: &'static str,
    programs: &'static [&'static str],
    files: &'static [&'static str],
    packages: &'static [&'static str],
}

const KNOWN: [Known; 10] = [
    Known {
        name: "WireGuard",
        programs: &["wireguard-go"],
        files: &["bin/wg", "bin/wireguard"],
        packages: &["wireguard-tools"],
    },
    Known {
        name: "OpenVPN",
        programs: &["openvpn", "nm-openvpn-serv"],
        files: &["sbin/openvpn", "bin/openvpn", "lib/NetworkManager/VPN/nm-openvpn-service.name"],
        packages: &["openvpn", "network-manager-openvpn"],
    },
    Known {
        name: "OpenVPN Connect",
        programs: &["openvpn3-servic"],
        files: &["bin/openvpn3"],
        packages: &["openvpn3"],
    },
    Known {
        name: "OpenConnect",
        programs: &["openconnect"],
        files: &[
            "sbin/openconnect",
            "bin/openconnect",
            "lib/NetworkManager/VPN/nm-openconnect-service.name",
        ],
        packages: &["openconnect", "network-manager-openconnect"],
    },
    Known {
        name: "Cisco Secure Client",
        programs: &["vpnagentd"],
        files: &[
            "share/applications/com.cisco.secureclient.gui.desktop",
            "share/applications/com.cisco.anyconnect.gui.desktop",
        ],
        packages: &["cisco-secure-client-vpn", "anyconnect-vpn"],
    },
    Known {
        name: "GlobalProtect",
        programs: &["PanGPS"],
        files: &["bin/globalprotect"],
        packages: &["globalprotect"],
    },
    Known {
        name: "FortiClient",
        programs: &["forticlient", "openfortivpn"],
        files: &["bin/forticlient", "bin/openfortivpn"],
        packages: &["forticlient", "openfortivpn"],
    },
    Known {
        name: "strongSwan",
        programs: &["charon", "charon-systemd", "charon-nm"],
        files: &["sbin/ipsec", "sbin/swanctl", "sbin/charon-systemd"],
        packages: &["strongswan-swanctl", "strongswan-starter", "charon-systemd"],
    },
    Known {
        name: "Tailscale",
        programs: &["tailscaled"],
        files: &["bin/tailscale"],
        packages: &["tailscale"],
    },
    Known {
        name: "NetBird",
        programs: &["netbird"],
        files: &["bin/netbird"],
        packages: &["netbird"],
    },
];

/// Clients by their files and their running programs; nothing is started to ask.
pub(crate) fn vpn(roots: &Roots) -> Result<Seen, FindingReason> {
    let installed: Vec<_> = KNOWN.iter().filter(|known| is_installed(&roots.usr, known)).collect();
    let packages = if installed.is_empty() {
        String::new()
    } else {
        text(&roots.var.join("lib/dpkg/status")).unwrap_or_default()
    };
    let programs = running(roots);
    let clients = installed.into_iter().map(|known| Client {
        name: known.name,
        version: version(&packages, known.packages),
        is_running: known.programs.iter().any(|program| programs.contains(*program)),
    });
    Ok(Seen { clients: clients.collect() })
}

/// The names of the programs that run, as the kernel keeps them: 15 bytes at most (proc(5)).
fn running(roots: &Roots) -> BTreeSet<String> {
    let Ok(folder) = fs::read_dir(&roots.proc) else { return BTreeSet::new() };
    let is_process = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    folder
        .filter_map(|entry| {
            let entry = entry.ok()?;
            entry.file_name().to_str().filter(|name| is_process(name))?;
            value(&entry.path().join("comm"))
        })
        .collect()
}

fn is_installed(usr: &Path, known: &Known) -> bool {
    known.files.iter().any(|file| usr.join(file).exists())
}

/// The version of the first of these packages in dpkg's list (paragraphs of `Key: value`).
fn version(packages: &str, wanted: &[&str]) -> Option<String> {
    wanted.iter().find_map(|name| {
        let begin = format!("Package: {name}\n");
        let paragraph = packages.split("\n\n").find(|paragraph| paragraph.starts_with(&begin))?;
        let version = paragraph.lines().find_map(|line| line.strip_prefix("Version: "))?;
        Some(version.trim().to_owned())
    })
}
