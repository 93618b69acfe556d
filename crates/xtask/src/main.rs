//! The project's own commands; `cargo xtask --help` lists them.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod bundle;
mod check;
mod codegen;
mod cross;
mod embedding;
mod lab;
mod onnx;
mod postgres;
mod process;
mod run;
mod seat;
mod setup;
mod test;
mod tools;
mod train;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Set up, run, test, check and package Deskside")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what building and testing need: system packages, npm packages, cargo tools
    Setup {
        /// Install system packages without asking
        #[arg(long)]
        yes: bool,
    },
    /// Start an identity provider, the agent and the window; without a display, run the tour
    Run {
        /// Install system packages without asking
        #[arg(long)]
        yes: bool,
    },
    /// Format, lint, unused dependencies, licenses, types
    Check,
    /// Check, then run every quick test; `--all` adds the slow campaigns
    Test {
        /// Also the slow campaigns
        #[arg(long)]
        all: bool,
    },
    /// Compile the checks of the device for Windows and macOS
    Cross,
    /// Write the generated files again
    Codegen,
    /// Learn `knowledge/triage/labels.model` from the labelled examples, and say how well it does
    Train,
    /// Tell the story in the real window and keep pictures in `target/tour`
    Tour,
    /// Break real networks one thing at a time and see what the diagnosis names; needs root
    Lab(lab::Lab),
    /// Make the Debian package
    Bundle,
    /// Measure start, memory and a ticket's way, beside an empty window; and search, beside others
    Bench(bench::Bench),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Setup { yes } => setup::set_up(setup::Consent::from_flag(yes)),
        Command::Run { yes } => run::run(setup::Consent::from_flag(yes)),
        Command::Check => check::check(),
        Command::Test { all } => test::test(test::Extent::from_flag(all)),
        Command::Cross => cross::check(),
        Command::Codegen => codegen::codegen(),
        Command::Train => train::train(),
        Command::Tour => run::tour(),
        Command::Lab(lab) => lab::lab(&lab),
        Command::Bundle => bundle::bundle(),
        Command::Bench(bench) => bench::bench(&bench),
    }
}

/// The one way everything is built for running and testing: with other targets the libraries get other
/// features and are built twice.
const BUILD: &[&str] = &["build", "--workspace", "--lib", "--bins", "--tests", "--quiet"];

/// The root of the checkout.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
