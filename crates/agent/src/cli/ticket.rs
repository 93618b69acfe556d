use std::io::Write;
use std::path::PathBuf;

use agent::{Config, Records};
use anyhow::Context;
use clap::Subcommand;
use ticket::SupportCode;

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
        /// Also draw the way to the company into this file, as SVG.
        #[arg(long)]
        svg: Option<PathBuf>,
    },
    /// The tickets of the device with this support code, newest first.
    Find {
        /// The eight characters on the person's screen, as you hear them.
        #[arg(value_parser = support_code)]
        code: SupportCode,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

fn support_code(text: &str) -> Result<SupportCode, String> {
    let expect = "a support code is eight letters and digits, without U, such as 7KM4 Q2XD";
    SupportCode::parse(text).ok_or_else(|| expect.to_owned())
}

/// Reads the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let records = Records::open(config).await?;
    let text = match command {
        Command::List { json } => {
            let tickets = records.newest().await?;
            if json { serde_json::to_string_pretty(&tickets)? } else { page::list(&tickets) }
        }
        Command::Show { number, json, svg } => {
            let ticket = records.find(number).await?;
            let ticket = ticket.with_context(|| format!("there is no ticket {number}"))?;
            if let Some(file) = svg {
                std::fs::write(&file, diagnosis::path_as_svg(&ticket.findings))
                    .with_context(|| format!("{} cannot be written", file.display()))?;
            }
            if json { serde_json::to_string_pretty(&ticket)? } else { page::show(&ticket) }
        }
        Command::Find { code, json } => {
            let tickets = records.from_device(code).await?;
            if json {
                serde_json::to_string_pretty(&tickets)?
            } else if tickets.is_empty() {
                format!("No ticket came from the device {code} yet.")
            } else {
                page::list(&tickets)
            }
        }
    };
    writeln!(std::io::stdout(), "{}", text.trim_end())?;
    Ok(())
}
