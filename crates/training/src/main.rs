//! `training`: measures what models learn from the examples and writes the one that learned from
//! all of them.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use content::Audience;
use embedding::Embedder;
use training::{cross_validate, learn, load, rows, version};
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
    let embedder = Embedder::load(&knowledge.join("embedding"))?;
    let rows = rows(&examples, &concepts, &embedder)?;
    writeln!(out, "{} requests; five times four fifths are learned:", examples.len())?;
    let held_out = cross_validate(&rows);
    table::write(&mut out, &rows, &held_out)?;
    let version = version(&examples, &content.concepts);
    let bytes = learn(&rows, &held_out, version).to_bytes();
    let path = knowledge.join("triage/labels.model");
    std::fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(out, "{}: {} bytes, {} heads", path.display(), bytes.len(), Head::ALL.len())?;
    Ok(())
}
