//! `training`: measures what models learn from the examples and writes the one that learned from
//! all of them.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use content::Audience;
use training::{cross_validate, learn, load};
use triage::{Concepts, Head};

mod table;

/// Makes `triage/labels.model` from `triage/examples` and `triage/concepts.jsonl`.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder of what IT wrote.
    #[arg(long, default_value = "knowledge")]
    knowledge: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let knowledge = Arguments::parse().knowledge;
    let (content, _) = content::load(&knowledge, Audience::Agent)?;
    let concepts = Concepts::compile(&content.concepts)?;
    let examples = load(&knowledge.join("triage"))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} requests; five times four fifths are learned:", examples.len())?;
    let held_out = cross_validate(&examples, &concepts);
    table::write(&mut out, &examples, &held_out)?;
    let bytes = learn(&examples, &content.concepts, held_out.temperatures)?.to_bytes();
    let path = knowledge.join("triage/labels.model");
    std::fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(out, "{}: {} bytes, {} heads", path.display(), bytes.len(), Head::ALL.len())?;
    Ok(())
}
