//! `deskside-agent vectors`: what the articles mean, made once where they are published. Needs no
//! configuration.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use content::Audience;
use embedding::{DIMENSIONS, Store, WEIGHTS};
use search::{Document, Shelf};

/// So many vectors between two words of progress.
const STRIDE: usize = 1000;

/// Of which folder.
#[derive(Debug, Args)]
pub(crate) struct Published {
    /// The knowledge folder; its `embedding` has the model and gets `articles.vectors`.
    #[arg(default_value = "knowledge")]
    knowledge: PathBuf,
    /// Where vectors are kept for the next time [default: `.cache/deskside-agent` at home].
    #[arg(long)]
    vectors: Option<PathBuf>,
}

/// Makes the vectors that are missing and writes all of them.
pub(crate) fn run(published: &Published) -> anyhow::Result<()> {
    let (content, _) = content::load(&published.knowledge, Audience::App)?;
    let documents: Vec<Document> = content.articles.iter().map(Document::from).collect();
    let folder = published.knowledge.join(embedding::FOLDER);
    let file = folder.join(search::VECTORS);
    let mut shelf = Shelf::new(WEIGHTS, DIMENSIONS);
    // A file that is not there or of another model has nothing that could be taken over.
    let is_known = std::fs::read(&file).is_ok_and(|bytes| shelf.read(&bytes));
    let missing = shelf.missing(&documents);
    if !missing.is_empty() {
        let mut store = Store::open(&store_folder(published.vectors.as_deref())?)?;
        let vectors = |texts: &[String]| store.vectors(&folder, texts, shown);
        shelf.learn(&missing, documents.len(), vectors)?;
    }
    let bytes = shelf.file(&documents);
    std::fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
    let from = if is_known { documents.len() - missing.len() } else { 0 };
    writeln!(
        std::io::stdout(),
        "{}: {} articles, {from} of them as before, {} KiB",
        file.display(),
        documents.len(),
        bytes.len() / 1024
    )?;
    Ok(())
}

/// The folder of the vectors that are kept.
pub(crate) fn store_folder(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cache/deskside-agent"));
    given.map(Path::to_owned).or_else(home).context("no home folder: give --vectors")
}

/// Tells how far it is.
pub(crate) fn shown(made: usize, of: usize) {
    if made.is_multiple_of(STRIDE) {
        // Nobody has to read how far it is.
        let _ = writeln!(std::io::stderr(), "{made} of {of} vectors");
    }
}
