//! `deskside-agent gaps`: articles that should be written.

use std::io::Write;

use agent::{Config, Gap};
use clap::Args;

use super::page::{days_ago, plain};

/// How far back, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct Gaps {
    /// Requests and shared questions of so many days.
    #[arg(long, default_value_t = 90)]
    days: u16,
    /// Leave out what fewer people asked.
    #[arg(long, default_value_t = 1)]
    people: usize,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: &Gaps) -> anyhow::Result<()> {
    let mut gaps = agent::gaps(config, days_ago(command.days)?).await?;
    gaps.retain(|gap| gap.people >= command.people);
    let mut out = std::io::stdout().lock();
    if command.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&gaps)?)?;
        return Ok(());
    }
    gaps.iter().try_for_each(|gap| writeln!(out, "{}", show(gap)))?;
    let count = if gaps.len() == 1 {
        "1 article is".to_owned()
    } else {
        format!("{} articles are", gaps.len())
    };
    writeln!(out, "{count} missing, as far as {} days show", command.days)?;
    Ok(())
}

fn show(gap: &Gap) -> String {
    let Gap { title, people, tickets, questions, words, nearest } = gap;
    let numbers: Vec<String> = tickets.iter().map(ToString::to_string).collect();
    let requests = tickets.len();
    let mut lines = vec![format!(
        "{people} people, {requests} requests, {questions} shared questions: {}",
        plain(title)
    )];
    if !numbers.is_empty() {
        lines.push(format!("  tickets {}", numbers.join(", ")));
    }
    lines.extend(words.iter().skip(1).map(|line| format!("  also “{}”", plain(line))));
    lines
        .extend(nearest.iter().map(|id| format!("  nearest article: {id}; it may only need more")));
    lines.join("\n")
}
