//! `deskside-agent queue`: labels that wait for a person's word.

use std::io::Write;

use agent::{Config, Lane, Queue, Waiting};
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::Value;
use ticket::Scenario;

/// What to do with the labels.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What waits, oldest first
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The label is right
    Accept {
        /// Number of the ticket
        number: u32,
    },
    /// The label is another one
    Correct {
        /// Number of the ticket
        number: u32,
        /// The right label: `vpn_connectivity`
        #[arg(value_parser = scenario)]
        label: Scenario,
    },
    /// What people said so far, as rows for `eval triage` and for learning
    Examples,
}

/// Reads and writes the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let queue = Queue::open(config).await?;
    let mut out = std::io::stdout();
    match command {
        Command::List { json } => {
            let waiting = queue.waiting().await?;
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&waiting)?)?;
            } else {
                waiting.iter().try_for_each(|it| show(&mut out, it))?;
                writeln!(out, "{} wait", waiting.len())?;
            }
        }
        Command::Accept { number } => settle(&queue, number, None).await?,
        Command::Correct { number, label } => settle(&queue, number, Some(label)).await?,
        Command::Examples => {
            for example in queue.examples().await? {
                writeln!(out, "{}", serde_json::to_string(&example)?)?;
            }
        }
    }
    Ok(())
}

async fn settle(queue: &Queue, number: u32, label: Option<Scenario>) -> anyhow::Result<()> {
    let label = queue.settle(number, label, Timestamp::now()).await?;
    writeln!(std::io::stdout(), "ticket {number} is about {}", label.as_str())?;
    Ok(())
}

fn show(out: &mut impl Write, waiting: &Waiting) -> std::io::Result<()> {
    let lane = match waiting.lane {
        Lane::Suggested => "suggested",
        Lane::Review => "review",
    };
    let label = &waiting.label;
    let words: Vec<&str> = label.reasons.iter().filter_map(|it| it.words.as_deref()).collect();
    let because =
        if words.is_empty() { "nothing in particular".to_owned() } else { words.join(", ") };
    writeln!(
        out,
        "{:>6}  {lane:<9}  {} {:.2}, because of: {}",
        waiting.number,
        label.scenario.as_str(),
        label.confidence,
        plain(&because)
    )?;
    writeln!(out, "        {}", plain(&waiting.title))
}

/// Words of people on a terminal: nothing that moves its cursor.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

fn scenario(text: &str) -> Result<Scenario, String> {
    let known = || Scenario::ALL.map(Scenario::as_str).join(", ");
    serde_json::from_value(Value::from(text)).map_err(|_| format!("one of: {}", known()))
}
