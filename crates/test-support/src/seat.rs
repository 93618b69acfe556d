//! One person's seat at a computer: a session bus, an unlocked keyring, folders and a browser that only
//! notes what it was asked to open. Tests side by side never meet in them.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::program::{Program, quiet};
use crate::until::{PATIENCE, until};

const KEYRING: &str = "org.freedesktop.secrets";
const FOLDERS: [(&str, &str); 4] = [
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "runtime"),
];
/// Ends with the seat, holds nothing but what tests put on it, and starts no service by itself.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
/// Stands where the system's browser is found first.
const BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$DESKSIDE_OPENED\"\n";

/// A seat; everything in it ends and goes away when it is dropped.
pub struct Seat {
    // Dropped in this order: programs before the folder they write to.
    _keyring: Program,
    _bus: Program,
    address: String,
    folder: TempDir,
}

impl Seat {
    /// Takes a new seat.
    ///
    /// # Errors
    /// The bus or the keyring does not start.
    pub async fn take() -> anyhow::Result<Self> {
        let folder = TempDir::new().context("a folder for the seat")?;
        for (_, name) in FOLDERS {
            closed_folder(&folder.path().join(name))?;
        }
        install_browser(&folder.path().join("bin"))?;
        let (bus, address) = start_bus(folder.path()).await?;
        let mut keyring = quiet("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        keyring.envs(environment(folder.path(), &address)).stdin(Stdio::piped());
        let keyring = unlock(&mut keyring, &folder.path().join("keyring.log"))?;
        let seat = Self { _keyring: keyring, _bus: bus, address, folder };
        seat.keyring_answers().await?;
        Ok(seat)
    }

    /// The seat's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the session bus.
    #[must_use]
    pub fn bus_address(&self) -> &str {
        &self.address
    }

    /// What a program that runs at this seat finds in its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        environment(self.folder(), &self.address)
    }

    /// Writes the person's settings file of the app.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_settings(&self, settings: &Value) -> anyhow::Result<()> {
        let folder = self.folder().join("config/deskside");
        closed_folder(&folder)?;
        std::fs::write(folder.join("settings.json"), settings.to_string())
            .context("writing settings.json")
    }

    /// Every address the browser was asked to open so far.
    #[must_use]
    pub fn opened(&self) -> Vec<Url> {
        let text = std::fs::read_to_string(opened(self.folder())).unwrap_or_default();
        text.lines().filter_map(|line| Url::parse(line).ok()).collect()
    }

    /// Waits until the browser was asked for address number `index`, counted from 0.
    ///
    /// # Errors
    /// Nothing was opened in time.
    pub async fn opened_url(&self, index: usize) -> anyhow::Result<Url> {
        until("the browser to be opened", PATIENCE, async || Ok(self.opened().get(index).cloned()))
            .await
    }

    async fn keyring_answers(&self) -> anyhow::Result<()> {
        let bus = self.connect().await?;
        until("the keyring", PATIENCE, async || {
            let proxy = zbus::fdo::DBusProxy::new(&bus).await?;
            Ok(proxy.name_has_owner(KEYRING.try_into()?).await?.then_some(()))
        })
        .await
    }

    /// A connection to the session bus.
    ///
    /// # Errors
    /// The bus has ended.
    pub(crate) async fn connect(&self) -> anyhow::Result<zbus::Connection> {
        let builder = zbus::connection::Builder::address(self.address.as_str())?;
        builder.build().await.context("connecting to the session bus")
    }
}

fn environment(folder: &Path, address: &str) -> Vec<(&'static str, OsString)> {
    let mut path = folder.join("bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut environment: Vec<(&'static str, OsString)> = FOLDERS
        .iter()
        .map(|(variable, name)| (*variable, folder.join(name).into_os_string()))
        .collect();
    environment.extend([
        ("PATH", path),
        ("DBUS_SESSION_BUS_ADDRESS", address.into()),
        ("DESKSIDE_OPENED", opened(folder).into_os_string()),
        ("LC_ALL", "C.UTF-8".into()),
        ("GDK_BACKEND", "x11".into()),
        // The bus of accessibility tools would be one more service to start and to end.
        ("NO_AT_BRIDGE", "1".into()),
    ]);
    environment
}

fn opened(folder: &Path) -> PathBuf {
    folder.join("opened")
}

fn closed_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("making {}", path.display()))?;
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(path, mode).with_context(|| format!("closing {}", path.display()))
}

fn install_browser(folder: &Path) -> anyhow::Result<()> {
    closed_folder(folder)?;
    let script = folder.join("xdg-open");
    std::fs::write(&script, BROWSER).context("writing the browser's script")?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700))
        .context("making it a program")
}

async fn start_bus(folder: &Path) -> anyhow::Result<(Program, String)> {
    let config = folder.join("bus.conf");
    std::fs::write(&config, BUS.replace("FOLDER", &folder.to_string_lossy()))
        .context("writing bus.conf")?;
    let mut command = quiet("dbus-daemon");
    command.arg("--config-file").arg(&config).args(["--nofork", "--print-address=1"]);
    command.envs(environment(folder, ""));
    let mut bus = Program::start(&mut command, &folder.join("bus.log"))?;
    let address = format!("unix:{}", bus.said("unix:").await?);
    Ok((bus, address))
}

fn unlock(command: &mut Command, output: &Path) -> anyhow::Result<Program> {
    let mut keyring = Program::start(command, output)?;
    let mut password = keyring.input().context("the keyring's input")?;
    password.write_all(b"seat").context("unlocking the keyring")?;
    Ok(keyring)
}
