//! `deskside-agent systems`: what can be connected, and what that was tried against.

use std::io::Write;

use clap::Args;
use systems::{SYSTEMS, System};

use super::page::word;

/// How to show it.
#[derive(Debug, Args)]
pub(crate) struct Systems {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the table.
pub(crate) fn run(command: &Systems) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if command.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&SYSTEMS)?)?);
    }
    for System { name, reads, acts, tells_teams, pages, keeps_tickets, tried } in SYSTEMS {
        let reads: Vec<&str> = reads.iter().map(|it| it.word()).collect();
        let acts: Vec<&str> = acts.iter().map(|it| it.word()).collect();
        writeln!(out, "{name:<28}  {}", word(&tried).replace('_', " "))?;
        let tells = match (tells_teams, pages) {
            (true, true) => "teams, who is on call",
            (true, false) => "teams",
            (false, true) => "who is on call",
            (false, false) => "",
        };
        let keeps = if keeps_tickets { "tickets, both ways" } else { "" };
        for (what, list) in [
            ("reads", reads.join(", ")),
            ("does", acts.join(", ")),
            ("tells", tells.to_owned()),
            ("keeps", keeps.to_owned()),
        ] {
            if !list.is_empty() {
                writeln!(out, "  {what:<5} {list}")?;
            }
        }
    }
    Ok(())
}
