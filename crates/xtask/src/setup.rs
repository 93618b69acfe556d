//! What a bare Debian 12 with Rust and Node needs.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, ensure};

use crate::process::{Rights, command, is_installed, prepare, rights};
use crate::{embedding, tools};

/// To build the app and its package.
const BUILD_PACKAGES: [&str; 11] = [
    "build-essential",
    "pkg-config",
    "file",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libdbus-1-dev",
    "openssl",
    "curl",
    "unzip",
];

/// To run it without a desktop, and to test it.
const TEST_PACKAGES: [&str; 13] = [
    "xvfb",
    "xauth",
    "webkit2gtk-driver",
    "dbus",
    "gnome-keyring",
    "dunst",
    "openbox",
    "chromium",
    "chromium-driver",
    "fonts-inter",
    "strace",
    "xdotool",
    "python3-venv",
];

/// For the laboratory: namespaces, tunnels, name servers, firewalls, clocks that are wrong.
const LAB_PACKAGES: [&str; 11] = [
    "iproute2",
    "iputils-ping",
    "nftables",
    "dnsmasq-base",
    "wireguard-tools",
    "wireguard-go",
    "openvpn",
    "charon-systemd",
    "strongswan-swanctl",
    "libcharon-extra-plugins",
    "faketime",
];

/// What the agent is connected with in tests: Active Directory as Samba has it, OpenLDAP, a mail server,
/// PostgreSQL, Request Tracker.
const SYSTEM_PACKAGES: [&str; 15] = [
    "samba",
    "samba-ad-provision",
    "samba-dsdb-modules",
    "samba-vfs-modules",
    "winbind",
    "ldb-tools",
    "slapd",
    "ldap-utils",
    "python3-aiosmtpd",
    "postgresql",
    "request-tracker5",
    "rt5-db-sqlite",
    "rt5-standalone",
    "starman",
    "libio-socket-ssl-perl",
];

/// Folders with a `package-lock.json`.
pub(crate) const NPM_FOLDERS: [&str; 2] = ["ui", "crates/test-support/provider"];

/// What the window's pages are made of.
const UI_SOURCES: [&str; 8] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];

/// Whether system packages may be installed without asking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Ask,
    Given,
}

impl Consent {
    pub(crate) fn from_flag(yes: bool) -> Self {
        // Without a terminal nobody can answer.
        if yes || !std::io::stdin().is_terminal() { Self::Given } else { Self::Ask }
    }
}

/// Installs everything that is missing; a second run finds nothing to do.
pub(crate) fn set_up(consent: Consent) -> anyhow::Result<()> {
    system_packages(consent)?;
    tools::node()?;
    for folder in NPM_FOLDERS {
        npm_packages(folder)?;
    }
    embedding::install()?;
    python_packages("crates/test-support/model", "the model server")?;
    python_packages("crates/test-support/matrix", "a chat server")?;
    tools::cargo_tools()
}

fn system_packages(consent: Consent) -> anyhow::Result<()> {
    let tests = TEST_PACKAGES.into_iter().chain(LAB_PACKAGES).chain(SYSTEM_PACKAGES);
    let wanted: Vec<&str> = BUILD_PACKAGES.into_iter().chain(tests).collect();
    if !is_installed("dpkg-query") {
        eprintln!("This is not Debian: install the counterparts of {}", wanted.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !has_package(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("System packages to install: {}", missing.join(" "));
    if consent == Consent::Ask {
        print!("Install them now? [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        ensure!(answer.trim().eq_ignore_ascii_case("y"), "not installed; nothing was changed");
    }
    prepare("updating the list of packages", apt_get(&["update", "--quiet=2"]))?;
    let mut install = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    install.extend(missing);
    prepare("installing system packages", apt_get(&install))
}

/// Whether a Debian package is installed, whole.
pub(crate) fn has_package(package: &str) -> bool {
    std::process::Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

fn apt_get(arguments: &[&str]) -> std::process::Command {
    let mut command = match rights() {
        Rights::Root => command("apt-get", arguments),
        // Somebody may be there to answer sudo.
        Rights::Sudo | Rights::Own => {
            let mut sudo = command("sudo", &["apt-get"]);
            sudo.args(arguments);
            sudo
        }
    };
    // One line for each package is a thousand lines nobody reads; errors are on the other stream.
    command.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    command
}

/// `npm ci`, unless the lock file is the one that was installed last.
fn npm_packages(folder: &str) -> anyhow::Result<()> {
    let path = crate::root().join(folder);
    let lock = std::fs::read(path.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json"))?;
    let stamp = path.join("node_modules/.deskside-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.current_dir(&path);
    prepare(&format!("installing npm packages of {folder}"), npm)?;
    std::fs::write(&stamp, lock).context("writing the stamp of npm packages")
}

/// What a folder's `requirements.txt` names, unless it is what was installed last.
pub(crate) fn python_packages(folder: &str, what: &str) -> anyhow::Result<()> {
    let folder = crate::root().join(folder);
    let wanted = std::fs::read(folder.join("requirements.txt")).context("requirements.txt")?;
    let stamp = folder.join(".venv/.deskside-requirements");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut venv = command("python3", &["-m", "venv", "--clear", ".venv"]);
    venv.current_dir(&folder);
    prepare(&format!("making a place for {what}"), venv)?;
    let pip = ["install", "--quiet", "--require-hashes", "--only-binary=:all:"];
    let mut pip = command(".venv/bin/pip", &pip);
    pip.args(["--requirement", "requirements.txt"]).current_dir(&folder);
    prepare(&format!("installing {what}"), pip)?;
    std::fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

/// Builds `ui/dist` if a source is newer than it.
pub(crate) fn build_ui() -> anyhow::Result<()> {
    let ui = crate::root().join("ui");
    let built = modified(&ui.join("dist/index.html"));
    if UI_SOURCES.iter().map(|source| modified(&ui.join(source))).max() < Some(built) {
        return Ok(());
    }
    let mut npm = command("npm", &["run", "--silent", "build"]);
    npm.current_dir(&ui);
    prepare("building the window's pages", npm)
}

/// The newest change of a file or of anything in a folder; nothing there is the oldest.
fn modified(path: &Path) -> std::time::SystemTime {
    let own = path.metadata().and_then(|data| data.modified());
    let own = own.unwrap_or(std::time::SystemTime::UNIX_EPOCH);
    let Ok(entries) = std::fs::read_dir(path) else { return own };
    entries.flatten().map(|entry| modified(&entry.path())).chain([own]).max().unwrap_or(own)
}
