//! `deskside-cli`: diagnoses this device and its network, for people, scripts and device management.

use std::io::{Write, stderr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use settings::Settings;

mod diagnose;
mod document;
mod inventory;
mod table;

/// Diagnoses this device and its network. Reads only, and needs no rights.
#[derive(Debug, Parser)]
#[command(name = "deskside-cli", version)]
struct Arguments {
    /// IT's settings. The person's own are looked for beside the app's.
    #[arg(long, global = true, default_value = settings::MANAGED_PATH)]
    managed: PathBuf,
    /// The person's settings; usually those of the app.
    #[arg(long, global = true)]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Looks at every stage of the way to the company and names the one cause.
    ///
    /// Ends with 0 where nothing is wrong, 10 where a cause is named, 20 where it cannot be told.
    Diagnose(diagnose::Diagnose),
    /// Tells what this device is and how it is: no network is asked.
    Inventory(inventory::Inventory),
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let user = arguments.settings.unwrap_or_else(app_settings);
    let settings = Settings::load(&arguments.managed, &user);
    match arguments.command {
        Command::Diagnose(diagnose) => {
            tell_ignored(&settings)?;
            diagnose.run(&settings)
        }
        Command::Inventory(inventory) => inventory.run(),
    }
}

/// Says on standard error what of the settings does not count, so that nobody takes what is not
/// looked at for what is fine.
fn tell_ignored(settings: &Settings) -> std::io::Result<()> {
    let mut out = stderr().lock();
    for problem in settings.source_problems() {
        writeln!(out, "ignored: {problem}")?;
    }
    for ignored in settings.entries().iter().flat_map(|entry| &entry.ignored) {
        writeln!(out, "ignored: {ignored}")?;
    }
    Ok(())
}

/// Where checks run, and the cryptography they use.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    // Another part of this process may have been first; it chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}

/// The settings of the app (XDG Base Directory Specification).
fn app_settings() -> PathBuf {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".config"));
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
    folder.unwrap_or_default().join("deskside/settings.json")
}
