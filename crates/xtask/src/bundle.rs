//! The Debian package.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::process::{Rights, cargo, command, output, rights, step};
use crate::setup::{self, Consent};
use crate::{embedding, run, seat};

/// The tool that packs, of the version in `ui/package-lock.json`.
const TAURI: &str = "ui/node_modules/.bin/tauri";
const PROGRAM: &str = "/usr/bin/deskside";
/// For scripts and device management.
const COMMAND_LINE: &str = "/usr/bin/deskside-cli";
/// Not in the configuration of the build, which must also work before the model is installed.
const MODEL: &str = embedding::FOLDER;
/// What a package must hold; without the last one the program does not start.
const FILES: [&str; 5] = [
    PROGRAM,
    COMMAND_LINE,
    "/usr/lib/deskside/knowledge/embedding/model.onnx",
    "/usr/lib/deskside/knowledge/embedding/articles.vectors",
    "/usr/lib/deskside/knowledge/organization.yaml",
];
/// Only for the agent.
const FOR_THE_AGENT: [&str; 2] =
    ["/usr/lib/deskside/knowledge/routing", "/usr/lib/deskside/knowledge/policies"];
/// A start is far quicker; a busy machine may not be.
const PATIENCE: Duration = Duration::from_secs(30);

/// Builds the release package.
pub(crate) fn bundle() -> anyhow::Result<()> {
    setup::set_up(Consent::from_flag(false))?;
    setup::build_ui()?;
    let programs = ["build", "--release", "--quiet", "--package", "cli", "--package", "agent"];
    step("command line and agent", cargo(&programs))?;
    run::vectors("release")?;
    step("package", pack("build", "release", &[]))?;
    println!("  {}", package("release")?.display());
    Ok(())
}

/// The packing tool with what belongs into the package beside the app: the command line of the same
/// profile, the embedding model and the vectors of the articles.
fn pack(what: &str, profile: &str, more: &[&str]) -> Command {
    let built = crate::target().join(profile).join("deskside-cli");
    let files = format!(
        r#"{{"bundle":{{"resources":{{"../{MODEL}":"{MODEL}"}},"linux":{{"deb":{{"files":{{"{COMMAND_LINE}":"{}"}}}}}}}}}}"#,
        built.display()
    );
    let mut pack = command(TAURI, &[what, "--bundles", "deb", "--ci", "--config", &files]);
    pack.args(more);
    pack
}

/// Packs the development build that is already there, installs it, starts it twice and removes it.
pub(crate) fn try_package() -> anyhow::Result<()> {
    let rights = rights();
    if rights == Rights::Own {
        return not_tried("installing needs root, and sudo is absent or asks for a password");
    }
    if setup::has_package("deskside") {
        return not_tried(
            "deskside is installed here, and trying would remove it; \
             to try it, run `dpkg --purge deskside` first",
        );
    }
    step("package of the development build", pack("bundle", "debug", &["--debug"]))?;
    let tried = install(rights).and_then(|()| starts());
    // Also after a failed installation, which leaves half a package.
    step("package: remove", rights.command("dpkg", &["--purge", "deskside"]))?;
    for left in FILES {
        ensure!(!Path::new(left).exists(), "the package left {left} behind");
    }
    tried
}

/// A person's own machine may refuse; where nobody looks, a test that was not run is a failure.
fn not_tried(why: &str) -> anyhow::Result<()> {
    ensure!(std::env::var_os("CI").is_none(), "package not tried: {why}");
    eprintln!("  package NOT tried: {why}");
    Ok(())
}

fn install(rights: Rights) -> anyhow::Result<()> {
    let path = package("debug")?;
    let path = path.to_str().context("the path of the package")?;
    step("package: install", rights.command("dpkg", &["--install", path]))?;
    for file in FILES {
        ensure!(Path::new(file).is_file(), "the package holds no {file}");
    }
    for folder in FOR_THE_AGENT {
        ensure!(!Path::new(folder).exists(), "the package holds {folder}, which is for the agent");
    }
    Ok(())
}

/// The installed program shows its window, and a second start gives way to the first, which proves
/// that the first also answers.
fn starts() -> anyhow::Result<()> {
    ensure!(seat::is_inside(), "the window needs a seat");
    eprintln!("▸ package: command line");
    output(command(COMMAND_LINE, &["inventory", "--json"]))?;
    eprintln!("▸ package: start");
    let mut first = Running::start()?;
    wait_until("the installed program showed no window", || {
        if let Some(status) = first.0.try_wait()? {
            bail!("the installed program ended: {status}");
        }
        Ok(has_window())
    })?;
    let mut second = Running::start()?;
    wait_until("a second start did not give way to the first", || {
        let Some(status) = second.0.try_wait()? else { return Ok(false) };
        ensure!(status.success(), "a second start failed: {status}");
        Ok(true)
    })?;
    ensure!(first.0.try_wait()?.is_none(), "a second start ended the first");
    Ok(())
}

fn has_window() -> bool {
    let found = output(command("xdotool", &["search", "--onlyvisible", "--name", "Deskside"]));
    found.is_ok_and(|ids| !ids.trim().is_empty())
}

fn wait_until(
    otherwise: &str,
    mut is_so: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    while !is_so()? {
        ensure!(begin.elapsed() < PATIENCE, "{otherwise}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The installed program; stopped when dropped.
struct Running(Child);

impl Running {
    fn start() -> anyhow::Result<Self> {
        Ok(Self(Command::new(PROGRAM).spawn().context("starting the installed program")?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A program that has already ended needs no stopping.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The package of this version: an older one may lie beside it.
fn package(profile: &str) -> anyhow::Result<PathBuf> {
    let folder = crate::target().join(profile).join("bundle/deb");
    let begin = concat!("deskside_", env!("CARGO_PKG_VERSION"), "_");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begin)))
        .with_context(|| format!("no {begin}*.deb in {}", folder.display()))
}
