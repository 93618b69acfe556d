//! Measures what people feel: start, memory, a ticket accepted; side by side in one run. Needs a display
//! and a session bus of its own: `cargo xtask bench` brings both. And the agent under load, which needs neither.

mod accepting;
mod agent;
mod crowd;
mod inventory;
mod load;
mod opened;
mod outbox;
mod peers;
mod person;
mod report;
mod start;

use std::io::Write;

use anyhow::{Context, ensure};
use test_support::{Stack, root};

use report::Report;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let is_asked = |name: &str| std::env::args().any(|argument| argument == name);
    let mut report = Report::new();
    let file = if is_asked("agent") {
        agent::measure(&mut report).await?;
        "bench/agent.json"
    } else {
        everything(&mut report).await?;
        "bench/figures.json"
    };
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    report.keep(&target.join(file))?;
    let wants_json = is_asked("--json");
    let text = if wants_json { report.json()? } else { report.table()? };
    writeln!(std::io::stdout(), "{text}").context("writing to the terminal")
}

/// What people feel; `agent` measures the agent alone.
async fn everything(report: &mut Report) -> anyhow::Result<()> {
    ensure!(
        std::env::var_os("DISPLAY").is_some(),
        "no display: run this through `cargo xtask bench`"
    );
    let stack = Stack::start().await?;
    start::measure(&stack, report).await?;
    inventory::measure(report).await?;
    accepting::measure(&stack, report).await?;
    outbox::measure(&stack, report).await
}

/// One line for the person who waits; the figures alone go to the standard output.
fn progress(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stderr(), "  {line}").context("writing to the terminal")
}
