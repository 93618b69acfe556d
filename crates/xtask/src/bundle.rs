//! The Debian package.

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::process::{command, output, step};
use crate::seat;
use crate::setup::{self, Consent};

/// Builds the release package.
pub(crate) fn bundle() -> anyhow::Result<()> {
    setup::set_up(Consent::from_flag(false))?;
    setup::build_ui()?;
    step("package", tauri(&["build", "--bundles", "deb", "--ci"]))?;
    println!("  {}", package("release")?.display());
    Ok(())
}

/// Packs the development build that is already there, installs it, starts it and removes it.
pub(crate) fn try_package() -> anyhow::Result<()> {
    if output(command("id", &["-u"]))?.trim() != "0" {
        println!("  package not tried: installing needs root");
        return Ok(());
    }
    step(
        "package of the development build",
        tauri(&["bundle", "--debug", "--bundles", "deb", "--ci"]),
    )?;
    let path = package("debug")?;
    let path = path.to_str().context("the path of the package")?;
    step("package: install", command("dpkg", &["--install", path]))?;
    let started = starts();
    step("package: remove", command("dpkg", &["--purge", "deskside"]))?;
    ensure!(
        !std::path::Path::new("/usr/bin/deskside").exists(),
        "the package left its program behind"
    );
    started
}

/// The installed program comes up and answers a second start, which proves that its window runs.
fn starts() -> anyhow::Result<()> {
    ensure!(seat::is_inside(), "the window needs a seat");
    let mut first =
        std::process::Command::new("/usr/bin/deskside").spawn().context("first start")?;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let window = loop {
        let found =
            output(command("xdotool", &["search", "--onlyvisible", "--name", "^Deskside$"]));
        if found.as_ref().is_ok_and(|ids| !ids.trim().is_empty()) {
            break Ok(());
        }
        if let Some(status) = first.try_wait()? {
            break Err(anyhow::anyhow!("the installed program ended: {status}"));
        }
        if std::time::Instant::now() > deadline {
            break Err(anyhow::anyhow!("the installed program showed no window"));
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    // It may have ended by itself, which the error above says.
    let _ = first.kill();
    first.wait()?;
    window
}

fn tauri(arguments: &[&str]) -> std::process::Command {
    let mut tauri = command("npx", &["--prefix", "ui", "tauri"]);
    tauri.args(arguments);
    tauri
}

fn package(profile: &str) -> anyhow::Result<PathBuf> {
    let folder = crate::target().join(profile).join("bundle/deb");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .with_context(|| format!("no package in {}", folder.display()))
}
