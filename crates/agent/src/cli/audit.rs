//! `deskside-agent audit`: the trail of everything that was decided, for people who must prove it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use agent::{AuditTrail, Checkpoints, Config, Wanted, make_key};
use anyhow::Context;
use audit::{EntryKind, known_heads};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What to do with the trail.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks every chain; with checkpoints also that nothing was cut off or built anew
    Verify {
        /// The file of checkpoints
        #[arg(long, requires = "key")]
        checkpoints: Option<PathBuf>,
        /// The public key that proves them
        #[arg(long, requires = "checkpoints")]
        key: Option<PathBuf>,
    },
    /// Prints entries, one JSON object per line
    Query(Query),
    /// Prints every entry, one JSON object per line
    Export,
    /// Adds a signed checkpoint; run it every minute, as another user than the agent
    Checkpoint {
        /// The checkpoints, and the key that signs them
        #[command(flatten)]
        kept: Kept,
    },
    /// Makes a key for checkpoints, or to sign that a runbook is trusted; its public half goes beside it
    Key {
        /// Where it goes
        file: PathBuf,
    },
}

/// Checkpoints outside the database.
#[derive(Debug, Args)]
pub(crate) struct Kept {
    /// The file of checkpoints, best on another machine's disk
    #[arg(long)]
    checkpoints: PathBuf,
    /// The key
    #[arg(long)]
    key: PathBuf,
}

/// Which entries.
#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Of one ticket; 0 is what belongs to none
    #[arg(long)]
    ticket: Option<u32>,
    /// Of one kind, as it is written in the entries: `decided`
    #[arg(long, value_parser = word::<EntryKind>)]
    kind: Option<EntryKind>,
    /// Not before: 2026-11-26T08:00:00Z
    #[arg(long)]
    since: Option<Timestamp>,
}

/// The status of a trail that is not as it was recorded.
const BROKEN: u8 = 1;

/// Reads the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout();
    match command {
        Command::Key { file } => {
            let public = make_key(&file)?;
            writeln!(out, "{} signs, {} proves it", file.display(), public.display())?;
        }
        Command::Verify { checkpoints, key } => {
            let kept = checkpoints.zip(key).map(|(checkpoints, key)| Kept { checkpoints, key });
            return verify(&AuditTrail::open(config).await?, kept).await;
        }
        Command::Query(Query { ticket, kind, since }) => {
            print(config, Wanted { ticket, kind, since }).await?;
        }
        Command::Export => print(config, Wanted::default()).await?,
        Command::Checkpoint { kept } => {
            let trail = AuditTrail::open(config).await?;
            let checkpoints = Checkpoints::new(&kept.checkpoints, &kept.key)?;
            let made = checkpoints.read()?;
            let known = known_heads(&made)?;
            let checked = trail.check(&known).await?;
            anyhow::ensure!(
                checked.broken.is_empty(),
                "the trail is not as it was: run `audit verify`"
            );
            match trail.checkpoint(made.last(), &known, Timestamp::now()).await? {
                Some(checkpoint) => {
                    let (sequence, chains) = (checkpoint.sequence, checkpoint.heads.len());
                    checkpoints.add(checkpoint)?;
                    writeln!(out, "checkpoint {sequence}: {chains} chains grew")?;
                }
                None => writeln!(out, "nothing was added since checkpoint {}", made.len())?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(trail: &AuditTrail, kept: Option<Kept>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout();
    let checkpoints = match &kept {
        Some(kept) => Checkpoints::new(&kept.checkpoints, &kept.key)?.read()?,
        None => Vec::new(),
    };
    let checked = trail.check(&known_heads(&checkpoints)?).await?;
    for broken in &checked.broken {
        match broken.chain {
            0 => writeln!(out, "general trail: {}", broken.at)?,
            ticket => writeln!(out, "ticket {ticket}: {}", broken.at)?,
        }
    }
    writeln!(
        out,
        "{} chains, {} entries, {} broken",
        checked.chains,
        checked.entries,
        checked.broken.len()
    )?;
    if kept.is_none() {
        writeln!(out, "Without --checkpoints a missing end or a trail built anew cannot be seen.")?;
    }
    Ok(if checked.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

async fn print(config: &Config, wanted: Wanted) -> anyhow::Result<()> {
    let trail = AuditTrail::open(config).await?;
    let mut out = std::io::stdout().lock();
    for entry in trail.entries(wanted).await? {
        writeln!(out, "{}", serde_json::to_string(&entry)?)?;
    }
    out.flush().context("cannot write")
}

/// A word of an enum, as JSON has it.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(|error| error.to_string())
}
