use std::io::Write;
use std::path::PathBuf;

use agent::{Config, Records, Teamwork, Verdict};
use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use ticket::SupportCode;

use super::page;

/// What to do with tickets.
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
    /// Says that your team is at it: its employee hears so, and you are not reminded.
    Start {
        /// Its number.
        number: u32,
        /// Within how many minutes you expect to be done.
        #[arg(long)]
        within: Option<u32>,
    },
    /// Closes what a team has; its employee is told, and can say that it is not solved.
    Close {
        /// Its number.
        number: u32,
        /// Whether it had to come to people.
        #[arg(long)]
        verdict: Word,
    },
    /// What teams said when they closed tickets.
    Verdicts {
        /// Of so many days.
        #[arg(long, default_value_t = 30)]
        days: u16,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// A verdict as it is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Word {
    /// It needed a person.
    NeededMe,
    /// The agent could have done it by itself.
    CouldBeAutomatic,
    /// It should have gone to another team.
    WrongTeam,
    /// The agent should have handed it over earlier.
    ShouldHaveComeSooner,
}

impl From<Word> for Verdict {
    fn from(word: Word) -> Self {
        match word {
            Word::NeededMe => Self::NeededMe,
            Word::CouldBeAutomatic => Self::CouldBeAutomatic,
            Word::WrongTeam => Self::WrongTeam,
            Word::ShouldHaveComeSooner => Self::ShouldHaveComeSooner,
        }
    }
}

fn support_code(text: &str) -> Result<SupportCode, String> {
    let expect = "a support code is eight letters and digits, without U, such as 7KM4 Q2XD";
    SupportCode::parse(text).ok_or_else(|| expect.to_owned())
}

/// Reads and writes the agent's database, whether it runs or not.
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
        Command::Start { number, within } => {
            let teamwork = Teamwork::open(config).await?;
            teamwork.start(number, within, &page::user(), Timestamp::now()).await?;
            format!("Ticket {number} is yours; its employee is told.")
        }
        Command::Close { number, verdict } => {
            let teamwork = Teamwork::open(config).await?;
            teamwork.close(number, verdict.into(), &page::user(), Timestamp::now()).await?;
            format!("Ticket {number} is closed; its employee is told.")
        }
        Command::Verdicts { days, json } => {
            let sums = Teamwork::open(config).await?.sums(page::days_ago(days)?).await?;
            if json {
                serde_json::to_string_pretty(&sums)?
            } else if sums.is_empty() {
                format!("No team closed a ticket in {days} days.")
            } else {
                let line = |it: &agent::VerdictSum| {
                    format!("{:>6}  {}\n", it.count, page::word(&it.verdict))
                };
                sums.iter().map(line).collect()
            }
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
