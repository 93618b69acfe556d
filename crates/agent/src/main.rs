//! `deskside-agent`: starts the agent, and shows what the help desk receives.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand};

mod cli;

/// The central agent of Deskside.
#[derive(Debug, Parser)]
#[command(name = "deskside-agent", version)]
struct Arguments {
    /// The configuration, in YAML or JSON.
    #[arg(long, global = true, default_value = "/etc/deskside/agent.yaml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers until it is told to stop.
    Serve,
    /// Shows tickets.
    #[command(subcommand)]
    Ticket(cli::ticket::Command),
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let config = agent::Config::read(&arguments.config)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve => cli::serve::run(config).await,
            Command::Ticket(command) => cli::ticket::run(&config, command).await,
        }
    })
}
