//! Measures what people feel: start, memory, a ticket accepted; side by side in one run. Needs a display
//! and a session bus of its own: `cargo xtask bench` brings both.

mod accepting;
mod inventory;
mod opened;
mod outbox;
mod report;
mod start;

use std::io::Write;

use anyhow::{Context, ensure};
use test_support::{Stack, root};

use report::Report;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    ensure!(
        std::env::var_os("DISPLAY").is_some(),
        "no display: run this through `cargo xtask bench`"
    );
    let stack = Stack::start().await?;
    let mut report = Report::new();
    start::measure(&stack, &mut report).await?;
    inventory::measure(&mut report).await?;
    accepting::measure(&stack, &mut report).await?;
    outbox::measure(&stack, &mut report).await?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    report.keep(&target.join("bench/figures.json"))?;
    let wants_json = std::env::args().any(|argument| argument == "--json");
    let text = if wants_json { report.json()? } else { report.table()? };
    writeln!(std::io::stdout(), "{text}").context("writing to the terminal")
}

/// One line for the person who waits; the figures alone go to the standard output.
fn progress(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stderr(), "  {line}").context("writing to the terminal")
}
