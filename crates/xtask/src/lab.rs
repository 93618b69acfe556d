//! The laboratory: real networks with real faults, and what the diagnosis names in them.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;

use crate::process::{Rights, cargo, prepare, rights, step};
use crate::setup::{self, Consent};

/// What is run in the laboratory.
#[derive(Debug, Args)]
pub(crate) struct Lab {
    /// Print a JSON list in place of the table.
    #[arg(long)]
    json: bool,
    /// Only the scenarios whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// A scenario file of your own in place of the laboratory's; `tests/lab/README.md` says how.
    #[arg(long)]
    scenario: Vec<PathBuf>,
    /// How often each healthy network is diagnosed.
    #[arg(long, default_value_t = 1)]
    healthy: u32,
    /// Print what the diagnosis saw where it is wrong.
    #[arg(long)]
    explain: bool,
    /// Test the release build of the program, as it is measured.
    #[arg(long)]
    release: bool,
}

/// Builds the laboratory and runs its scenarios in it.
pub(crate) fn lab(lab: &Lab) -> anyhow::Result<()> {
    ensure!(
        rights() == Rights::Root,
        "The laboratory makes network namespaces and tunnels: run it as root."
    );
    setup::set_up(Consent::from_flag(false))?;
    prepare("building", cargo(&["build", "--quiet", "--package=lab", "--package=cli"]))?;
    let mut command = program(if lab.release { "release" } else { "debug" });
    if lab.release {
        prepare(
            "building for release",
            cargo(&["build", "--quiet", "--release", "--package=cli"]),
        )?;
    }
    command.args(["--healthy", &lab.healthy.to_string()]);
    for (is_set, flag) in [(lab.json, "--json"), (lab.explain, "--explain")] {
        if is_set {
            command.arg(flag);
        }
    }
    if let Some(only) = &lab.only {
        command.args(["--only", only]);
    }
    for scenario in &lab.scenario {
        command.arg("--scenario").arg(scenario);
    }
    let status = command.status().context("starting the laboratory")?;
    ensure!(status.success(), "not everything was named right");
    Ok(())
}

/// The dozen that every test run goes through, or all of them, with what is built already.
pub(crate) fn try_out(is_all: bool) -> anyhow::Result<()> {
    if rights() != Rights::Root {
        eprintln!("  NOT RUN: the laboratory, which only root can build");
        return Ok(());
    }
    let mut command = program("debug");
    if is_all {
        command.args(["--healthy", "12"]);
    } else {
        command.arg("--dozen");
    }
    step("the laboratory", command)
}

fn program(profile: &str) -> std::process::Command {
    let target = crate::target();
    let mut command = std::process::Command::new(target.join("debug/lab"));
    command.arg("run").arg("--cli").arg(target.join(profile).join("deskside-cli"));
    command.arg("--scenarios").arg(crate::root().join("tests/lab/scenarios"));
    command
}
