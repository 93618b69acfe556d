use std::path::Path;

use ticket::FindingReason;

use super::{interfaces, text};
use crate::Roots;
use crate::vpn::{Client, Seen};

/// A client, the files below `/usr` that show it is installed, and its Debian packages.
struct Known {
    name: &'static str,
    files: &'static [&'static str],
    packages: &'static [&'static str],
}

const KNOWN: [Known; 9] = [
    Known {
        name: "WireGuard",
        files: &["bin/wg", "bin/wireguard"],
        packages: &["wireguard-tools"],
    },
    Known {
        name: "OpenVPN",
        files: &["sbin/openvpn", "bin/openvpn", "lib/NetworkManager/VPN/nm-openvpn-service.name"],
        packages: &["openvpn", "network-manager-openvpn"],
    },
    Known { name: "OpenVPN Connect", files: &["bin/openvpn3"], packages: &["openvpn3"] },
    Known {
        name: "OpenConnect",
        files: &[
            "sbin/openconnect",
            "bin/openconnect",
            "lib/NetworkManager/VPN/nm-openconnect-service.name",
        ],
        packages: &["openconnect", "network-manager-openconnect"],
    },
    Known {
        name: "Cisco Secure Client",
        files: &[
            "share/applications/com.cisco.secureclient.gui.desktop",
            "share/applications/com.cisco.anyconnect.gui.desktop",
        ],
        packages: &["cisco-secure-client-vpn", "anyconnect-vpn"],
    },
    Known { name: "GlobalProtect", files: &["bin/globalprotect"], packages: &["globalprotect"] },
    Known {
        name: "FortiClient",
        files: &["bin/forticlient", "bin/openfortivpn"],
        packages: &["forticlient", "openfortivpn"],
    },
    Known { name: "Tailscale", files: &["bin/tailscale"], packages: &["tailscale"] },
    Known { name: "NetBird", files: &["bin/netbird"], packages: &["netbird"] },
];

/// Clients by their files and tunnels by their interfaces; nothing is started to ask.
pub(crate) fn vpn(roots: &Roots) -> Result<Seen, FindingReason> {
    let installed: Vec<_> = KNOWN.iter().filter(|known| is_installed(&roots.usr, known)).collect();
    let packages = if installed.is_empty() {
        String::new()
    } else {
        text(&roots.var.join("lib/dpkg/status")).unwrap_or_default()
    };
    let clients = installed
        .into_iter()
        .map(|known| Client { name: known.name, version: version(&packages, known.packages) });
    Ok(Seen { clients: clients.collect(), tunnel_up: interfaces::tunnel_is_up(roots) })
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
