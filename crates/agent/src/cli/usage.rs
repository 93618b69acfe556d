//! `deskside-agent usage`: what people do with articles.

use std::io::Write;

use agent::{Config, UsageSum};
use clap::Args;
use ticket::Used;

use super::page::{days_ago, plain};

/// How far back, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct Usage {
    /// Of so many days.
    #[arg(long, default_value_t = 90)]
    days: u16,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: &Usage) -> anyhow::Result<()> {
    let sums = agent::usage(config, days_ago(command.days)?).await?;
    let mut out = std::io::stdout().lock();
    if command.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&sums)?)?;
        return Ok(());
    }
    let (mut articles, search): (Vec<_>, Vec<_>) =
        sums.iter().partition(|sum| sum.article.is_some());
    let of = |used| search.iter().map(|sum| count(sum, used)).sum::<u32>();
    writeln!(
        out,
        "{} questions were asked in {} days; after {} nothing was opened, after {} a request was sent",
        of(Used::Asked),
        command.days,
        of(Used::NothingOpened),
        of(Used::RequestSent)
    )?;
    if articles.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{:<40} {:>7} {:>12}", "article", "helped", "did not help")?;
    articles.sort_by_key(|sum| std::cmp::Reverse(count(sum, Used::DidNotHelp)));
    for sum in articles {
        let (helped, did_not) = (count(sum, Used::Helped), count(sum, Used::DidNotHelp));
        let id = plain(sum.article.as_deref().unwrap_or_default());
        writeln!(out, "{id:<40} {helped:>7} {did_not:>12}")?;
    }
    Ok(())
}

fn count(sum: &UsageSum, used: Used) -> u32 {
    sum.counts.get(&used).copied().unwrap_or_default()
}
