//! A private seat for programs that need a desktop: a virtual display, a session bus of its own, an
//! unlocked keyring and a notification daemon, all gone when the command ends.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

/// Set inside the seat.
const INSIDE: &str = "DESKSIDE_SEAT";

/// Whether this process already sits in a private seat.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// This program with the same arguments, inside a private seat. The folder holds the seat's own data;
/// what an earlier seat left there is removed, as it would let a test pass for the wrong reason.
pub(crate) fn again_inside(folder: &Path) -> anyhow::Result<Command> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("emptying {}", folder.display()))?;
    }
    let mut command = Command::new("xvfb-run");
    command
        .args(["--auto-servernum", "--server-args=-screen 0 1280x900x24 -nolisten tcp"])
        .args(["dbus-run-session", "--"])
        .arg(std::env::current_exe().context("finding this program")?)
        .args(std::env::args_os().skip(1))
        .current_dir(crate::root())
        .env(INSIDE, "1")
        .env("NO_AT_BRIDGE", "1");
    for (variable, name) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        private(&path)?;
        command.env(variable, path);
    }
    Ok(command)
}

fn private(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(path, mode).with_context(|| format!("closing {}", path.display()))
}

/// Programs of the seat; stopped when dropped.
pub(crate) struct Companions(Vec<std::process::Child>);

/// Unlocks the keyring and starts a window manager and a notification daemon. Only inside the seat.
pub(crate) fn companions() -> anyhow::Result<Companions> {
    let mut keyring = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the keyring")?;
    if let Some(mut stdin) = keyring.stdin.take() {
        std::io::Write::write_all(&mut stdin, b"seat").context("unlocking the keyring")?;
    }
    let mut children = vec![keyring];
    for program in ["openbox", "dunst"] {
        let child = Command::new(program).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        children.push(child.with_context(|| format!("starting {program}"))?);
    }
    Ok(Companions(children))
}

impl Drop for Companions {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // A companion that has already ended needs no stopping.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
