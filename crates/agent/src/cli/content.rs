//! `deskside-agent content`: which content the agent has and had, another one in its place, and back.

use std::io::Write;
use std::path::PathBuf;

use agent::{Changed, Config, ContentVersion, Contents};
use clap::Subcommand;
use jiff::Timestamp;

use super::page;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Every version, who put it there and why, what changed in it, oldest first
    Log {
        /// As JSON, with the digest of each file
        #[arg(long)]
        json: bool,
    },
    /// Puts a folder in the place of what is used now; a running agent goes on with it within seconds
    Use {
        /// The folder, checked before
        folder: PathBuf,
        /// Why, in one line
        #[arg(long)]
        reason: String,
    },
    /// Puts back the version before, or an earlier one
    Back {
        /// Its number
        version: Option<u32>,
        /// Why, in one line
        #[arg(long)]
        reason: String,
    },
}

/// So many changed files are named.
const NAMED: usize = 10;

/// Reads and writes the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let contents = Contents::open(config).await?;
    let (now, by, mut out) = (Timestamp::now(), page::user(), std::io::stdout());
    match command {
        Command::Log { json } => {
            let log = contents.log().await?;
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&log)?)?;
            } else {
                log.iter().try_for_each(|it| write!(out, "{}", shown(it)))?;
            }
        }
        Command::Use { folder, reason } => {
            write!(out, "{}", shown(&contents.put(&folder, &reason, &by, now).await?))?;
        }
        Command::Back { version, reason } => {
            write!(out, "{}", shown(&contents.back(version, &reason, &by, now).await?))?;
        }
    }
    Ok(())
}

fn shown(it: &ContentVersion) -> String {
    let digest: String = it.digest.chars().take(12).collect();
    let at = it.at.strftime("%Y-%m-%d %H:%M");
    let mut text =
        format!("{:>4}  {at}  {digest}  {}, by {}: {}\n", it.id, it.folder, it.by, it.reason);
    for file in it.changed.iter().take(NAMED) {
        let change = match file.change {
            Changed::Added => "added",
            Changed::Changed => "changed",
            Changed::Removed => "removed",
        };
        text.push_str(&format!("      {change:<8} {}\n", file.file));
    }
    if it.changed.len() > NAMED {
        text.push_str(&format!("      and {} more\n", it.changed.len() - NAMED));
    }
    text
}
