//! `deskside-agent replay`: would it be decided the same today?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use agent::{Config, Replayed, replay};
use clap::Args;

/// A ticket to decide again.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Its number
    number: u32,
    /// The knowledge to decide with; the agent's own without it
    #[arg(long)]
    knowledge: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The status when something would be different.
const DIFFERENT: u8 = 1;

/// Decides every round again from the stored facts.
pub(crate) async fn run(config: &Config, command: Replay) -> anyhow::Result<ExitCode> {
    let knowledge = command.knowledge.as_ref().unwrap_or(&config.knowledge);
    let rounds = replay(config, knowledge, command.number).await?;
    let mut out = std::io::stdout().lock();
    if command.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rounds)?)?;
    } else {
        for round in &rounds {
            show(&mut out, round)?;
        }
    }
    let is_same = |it: &Replayed| it.is_same_decision() && it.is_same_content();
    Ok(if rounds.iter().all(is_same) { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENT) })
}

fn show(out: &mut impl Write, round: &Replayed) -> std::io::Result<()> {
    let decision = if round.is_same_decision() { "the same decision" } else { "ANOTHER DECISION" };
    let content = match &round.content_then {
        _ if round.is_same_content() => "the same knowledge",
        Some(_) => "OTHER KNOWLEDGE",
        None => "knowledge not recorded then",
    };
    writeln!(out, "round {}: {decision}, {content}", round.round)?;
    if round.is_same_decision() {
        return Ok(());
    }
    for (when, decision) in [("then", &round.then), ("now", &round.now)] {
        writeln!(out, "  {when}:")?;
        for line in &decision.explanation {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}
