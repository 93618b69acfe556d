use std::io::Write;

use agent::{Config, Records};
use anyhow::Context;
use clap::Subcommand;

use super::page;

/// What to show of the tickets.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The newest tickets, newest first.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Everything about one ticket.
    Show {
        /// Its number.
        number: u32,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// Reads the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let records = Records::open(config).await?;
    let text = match command {
        Command::List { json } => {
            let tickets = records.newest().await?;
            if json { serde_json::to_string_pretty(&tickets)? } else { page::list(&tickets) }
        }
        Command::Show { number, json } => {
            let ticket = records.find(number).await?;
            let ticket = ticket.with_context(|| format!("there is no ticket {number}"))?;
            if json { serde_json::to_string_pretty(&ticket)? } else { page::show(&ticket) }
        }
    };
    writeln!(std::io::stdout(), "{}", text.trim_end())?;
    Ok(())
}
