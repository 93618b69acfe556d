//! `deskside-agent mode`: how far runbooks are trusted, and the kill switch.

use std::io::Write;
use std::path::PathBuf;

use agent::{Config, Entry, Held, Trust, Trusted, Wish};
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use policy::Mode;

use super::page;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// How far every runbook is trusted now
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Every change, who made it and why, oldest first
    Log {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Trusts a runbook less, at once, or more, once a second person has signed it
    Set {
        /// Its id; `all` with `off` is the kill switch: nothing is begun or gone on with
        runbook: String,
        /// How far
        mode: Word,
        /// Why, in one line
        #[arg(long)]
        reason: String,
        /// Of a hundred requests, for how many it acts on trial: 10
        #[arg(long)]
        share: Option<u32>,
        /// Your key, as `audit key` made it: needed for more than `shadow`
        #[arg(long)]
        key: Option<PathBuf>,
    },
    /// Signs a change as the second person
    Sign {
        /// Number of the change
        change: u32,
        /// Your key, as `audit key` made it
        #[arg(long)]
        key: PathBuf,
    },
}

/// A mode as it is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Word {
    /// Not used at all
    Off,
    /// What it would do is written down, nothing is done
    Shadow,
    /// A person approves each change
    Recommend,
    /// It acts for a share of requests, and stops itself at the first bad end
    Canary,
    /// It acts
    Act,
}

impl From<Word> for Mode {
    fn from(word: Word) -> Self {
        match word {
            Word::Off => Self::Off,
            Word::Shadow => Self::Shadow,
            Word::Recommend => Self::Recommend,
            Word::Canary => Self::Canary,
            Word::Act => Self::Act,
        }
    }
}

const ALL: &str = "all";

/// Reads and writes the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let trust = Trust::open(config).await?;
    let (now, mut out) = (Timestamp::now(), std::io::stdout());
    match command {
        Command::List { json } => {
            let all = trust.now(now).await?;
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
            } else {
                all.iter().try_for_each(|it| writeln!(out, "{}", stand(it)))?;
            }
        }
        Command::Log { json } => {
            let log = trust.log().await?;
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&log)?)?;
            } else {
                log.iter().try_for_each(|it| writeln!(out, "{}", entry(it)))?;
            }
        }
        Command::Set { runbook, mode, reason, share, key } => {
            let runbook = (runbook != ALL).then_some(runbook);
            let by = page::user();
            let wish = Wish { runbook, mode: mode.into(), share, reason, by };
            let written = trust.set(wish, key.as_deref(), now).await?;
            writeln!(out, "{}", entry(&written))?;
            if !written.counts {
                writeln!(
                    out,
                    "It counts once a second person has signed it: deskside-agent mode sign {} --key FILE",
                    written.id
                )?;
            }
        }
        Command::Sign { change, key } => {
            writeln!(out, "{}", entry(&trust.sign(change, &key, now).await?))?;
        }
    }
    Ok(())
}

fn stand(it: &Trusted) -> String {
    let share = it.stand.share.map_or_else(String::new, |share| format!(", for {share} of 100"));
    let held = match it.stand.held {
        None => "",
        Some(Held::KillSwitch) => ", everything is switched off",
        Some(Held::Changed) => ", its text is not the one that was signed",
        Some(Held::Overdue) => ", it must be read again first",
        Some(Held::TestsFail) => ", it does not pass its tests",
    };
    let change = match it.stand.change {
        Some(change) => format!("change {change}"),
        None => "never changed".to_owned(),
    };
    format!(
        "{:<26} {:<9} {change}{share}{held}",
        format!("{} r{}", it.runbook, it.revision),
        it.stand.mode.word()
    )
}

fn entry(it: &Entry) -> String {
    let runbook = it.runbook.as_deref().unwrap_or(ALL);
    let share = it.share.map_or_else(String::new, |share| format!(" for {share} of 100"));
    let signed = if it.signed_by.is_empty() {
        "not signed".to_owned()
    } else {
        format!("signed by {}", it.signed_by.join(" and "))
    };
    let counts = if it.counts { "" } else { ", does not count yet" };
    format!(
        "{:>4}  {}  {runbook} {}{share}, by {}, {signed}{counts}: {}",
        it.id,
        it.at.strftime("%Y-%m-%d %H:%M"),
        it.mode.word(),
        it.by,
        it.reason
    )
}
