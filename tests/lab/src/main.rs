//! The laboratory: a laptop, its router, the internet, a company and its VPN as network namespaces,
//! with real name servers, certificates and tunnels. Breaks one thing at a time and compares what
//! `deskside-cli` names with what was broken. See `tests/lab/README.md`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;

use clap::{Parser, Subcommand};

mod authority;
mod lab;
mod mood;
mod network;
mod run;
mod scenario;
mod serve;
mod wire;

#[derive(Debug, Parser)]
#[command(name = "lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs scenarios and prints what was named.
    Run(run::Run),
    /// One of the laboratory's servers; started by it.
    #[command(hide = true)]
    Serve {
        folder: PathBuf,
        #[arg(value_enum)]
        role: serve::Role,
    },
    /// The cable between router and internet; started by the laboratory.
    #[command(hide = true)]
    Wire { folder: PathBuf },
}

fn main() -> anyhow::Result<std::process::ExitCode> {
    match Arguments::parse().command {
        Command::Run(run) => run.run(),
        Command::Serve { folder, role } => serve::run(&folder, role),
        Command::Wire { folder } => wire::run(&folder),
    }
}
