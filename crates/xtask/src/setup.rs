//! What a bare Debian 12 with Rust and Node needs.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, ensure};

use crate::process::{cargo, command, is_installed, output, step};

/// To build the app and its package.
const BUILD_PACKAGES: [&str; 9] = [
    "build-essential",
    "pkg-config",
    "file",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libdbus-1-dev",
    "openssl",
];

/// To run it without a desktop, and to test it.
const TEST_PACKAGES: [&str; 11] = [
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
    "xdotool",
];

/// Tools of cargo that are not part of the toolchain: binary, crate and version.
const CARGO_TOOLS: [(&str, &str, &str); 3] = [
    ("cargo-nextest", "cargo-nextest", "0.9.143"),
    ("cargo-machete", "cargo-machete", "0.9.2"),
    ("cargo-deny", "cargo-deny", "0.20.2"),
];

/// Folders with a `package-lock.json`.
pub(crate) const NPM_FOLDERS: [&str; 2] = ["ui", "crates/test-support/provider"];

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
    ensure!(
        is_installed("node") && is_installed("npm"),
        "Node 20 or newer is needed: install it first"
    );
    for folder in NPM_FOLDERS {
        npm_packages(folder)?;
    }
    for (binary, name, version) in CARGO_TOOLS {
        if !is_installed(binary) {
            step(
                &format!("installing {name} {version}"),
                cargo(&["install", "--locked", "--quiet", &format!("{name}@{version}")]),
            )?;
        }
    }
    Ok(())
}

fn system_packages(consent: Consent) -> anyhow::Result<()> {
    let wanted: Vec<&str> = BUILD_PACKAGES.into_iter().chain(TEST_PACKAGES).collect();
    if !is_installed("dpkg-query") {
        println!("This is not Debian: install the counterparts of {}", wanted.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !has_package(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("System packages to install: {}", missing.join(" "));
    if consent == Consent::Ask {
        print!("Install them now? [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        ensure!(answer.trim().eq_ignore_ascii_case("y"), "not installed; nothing was changed");
    }
    step("updating the list of packages", as_root(&["apt-get", "update", "--quiet=2"]))?;
    let mut install = vec!["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends"];
    install.extend(missing);
    step("installing system packages", as_root(&install))
}

fn has_package(package: &str) -> bool {
    std::process::Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

fn as_root(arguments: &[&str]) -> std::process::Command {
    let is_root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let mut command = match arguments {
        [program, rest @ ..] if is_root => command(program, rest),
        all => command("sudo", all),
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
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
    step(&format!("installing npm packages of {folder}"), npm)?;
    std::fs::write(&stamp, lock).context("writing the stamp of npm packages")
}

/// Builds `ui/dist` if a source is newer than it.
pub(crate) fn build_ui() -> anyhow::Result<()> {
    let ui = crate::root().join("ui");
    let built = modified(&ui.join("dist/index.html"));
    let sources = ["src", "index.html", "package-lock.json", "vite.config.ts"];
    if sources.iter().map(|source| modified(&ui.join(source))).max() < Some(built) {
        return Ok(());
    }
    let mut npm = command("npm", &["run", "--silent", "build"]);
    npm.current_dir(&ui);
    step("building the window's pages", npm)
}

/// The newest change of a file or of anything in a folder; nothing there is the oldest.
fn modified(path: &Path) -> std::time::SystemTime {
    let own = path.metadata().and_then(|data| data.modified());
    let own = own.unwrap_or(std::time::SystemTime::UNIX_EPOCH);
    let Ok(entries) = std::fs::read_dir(path) else { return own };
    entries.flatten().map(|entry| modified(&entry.path())).chain([own]).max().unwrap_or(own)
}
