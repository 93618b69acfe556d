//! `deskside-agent`: starts the agent, and shows what the help desk receives.

use std::path::PathBuf;
use std::process::ExitCode;

use agent::Roles;
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
    /// Does all of the agent's work, until it is told to stop: for a small site.
    Run,
    /// Answers apps and people, until it is told to stop.
    Serve,
    /// Decides, until it is told to stop.
    Decide,
    /// Changes systems outside, until it is told to stop; it alone needs the credentials for that.
    Execute,
    /// Shows tickets.
    #[command(subcommand)]
    Ticket(cli::ticket::Command),
    /// Gives out or erases what is kept of somebody.
    #[command(subcommand)]
    Person(cli::person::Command),
    /// Labels that wait for a person's word.
    #[command(subcommand)]
    Queue(cli::queue::Command),
    /// Faults that several people have.
    #[command(subcommand)]
    Incident(cli::incident::Command),
    /// Articles that should be written: what people asked and none answers.
    Gaps(cli::gaps::Gaps),
    /// What people do with articles: what helps, what does not, what is asked in vain.
    Usage(cli::usage::Usage),
    /// Checks, prints and proves the trail of what was decided.
    #[command(subcommand)]
    Audit(cli::audit::Command),
    /// Decides a ticket again from its facts: would it be the same today?
    Replay(cli::replay::Replay),
    /// What the agent can carry out, step by step, and whether it does what its tests say.
    #[command(subcommand)]
    Runbook(cli::runbook::Command),
    /// How far runbooks are trusted, who said so, and the kill switch.
    #[command(subcommand)]
    Mode(cli::mode::Command),
    /// Which content the agent has and had, another version in its place, and back.
    #[command(subcommand)]
    Content(cli::content::Command),
    /// Which systems can be connected, and what that was tried against. Needs no configuration.
    Systems(cli::systems::Systems),
    /// Measures labels, guardrails and masking on rows of your own. Needs no configuration.
    #[command(subcommand)]
    Eval(cli::eval::Command),
    /// Checks everything that IT wrote, and tells what a careful reader would mend. Needs no
    /// configuration.
    Check(cli::check::Checked),
    /// Takes over what another system has. Needs no configuration.
    #[command(subcommand)]
    Import(cli::import::Command),
    /// Makes the vectors of the articles, which are published with them so that devices search by
    /// meaning at once. Needs no configuration.
    Vectors(cli::vectors::Published),
    /// Checks what the agent may do, as IT wrote it. Needs no configuration.
    #[command(subcommand)]
    Policy(cli::policy::Command),
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let config = || agent::Config::read(&arguments.config);
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    match arguments.command {
        Command::Run => runtime.block_on(cli::serve::run(config()?, Roles::ALL))?,
        Command::Serve => runtime.block_on(cli::serve::run(config()?, Roles::SERVE))?,
        Command::Decide => runtime.block_on(cli::serve::run(config()?, Roles::DECIDE))?,
        Command::Execute => runtime.block_on(cli::serve::run(config()?, Roles::EXECUTE))?,
        Command::Ticket(command) => runtime.block_on(cli::ticket::run(&config()?, command))?,
        Command::Person(command) => {
            return runtime.block_on(cli::person::run(&config()?, command));
        }
        Command::Incident(command) => {
            runtime.block_on(cli::incident::run(&config()?, command))?;
        }
        Command::Gaps(command) => runtime.block_on(cli::gaps::run(&config()?, &command))?,
        Command::Usage(command) => runtime.block_on(cli::usage::run(&config()?, &command))?,
        Command::Queue(command) => runtime.block_on(cli::queue::run(&config()?, command))?,
        Command::Audit(command) => {
            return runtime.block_on(cli::audit::run(&config()?, command));
        }
        Command::Replay(command) => {
            return runtime.block_on(cli::replay::run(&config()?, command));
        }
        Command::Runbook(command) => return runtime.block_on(cli::runbook::run(command, config)),
        Command::Mode(command) => runtime.block_on(cli::mode::run(&config()?, command))?,
        Command::Content(command) => runtime.block_on(cli::content::run(&config()?, command))?,
        Command::Systems(command) => cli::systems::run(&command)?,
        Command::Eval(command) => return cli::eval::run(&command),
        Command::Check(checked) => return cli::check::run(&checked),
        Command::Import(command) => return cli::import::run(&command),
        Command::Vectors(published) => cli::vectors::run(&published)?,
        Command::Policy(command) => return cli::policy::run(&command),
    }
    Ok(ExitCode::SUCCESS)
}
