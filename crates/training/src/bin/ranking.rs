//! `ranking`: learns how words and meaning are weighed in a search, from questions over corpora, and
//! writes `search/ranking.json`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;
use content::Audience;
use embedding::{Embedder, Store};
use evaluation::{SearchArticle, SearchQuery};
use ring::digest::{SHA256, digest};
use search::{Document, Index, Meaning, Meanings};
use training::{Asked, learn_ranking};

/// As if there were one article: every passage of each is looked at.
const EVERY_PASSAGE: usize = 1;
/// Language where an article names none.
const ENGLISH: &str = "en";

/// Corpora and the questions over them, in the same order.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder of what IT wrote.
    #[arg(long, default_value = "knowledge")]
    knowledge: PathBuf,
    /// Articles, JSON Lines, or a knowledge folder.
    #[arg(long, required = true)]
    articles: Vec<PathBuf>,
    /// Questions, JSON Lines.
    #[arg(long, required = true)]
    queries: Vec<PathBuf>,
    /// Where vectors are kept for the next time.
    #[arg(long, default_value = "target/vectors")]
    vectors: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    ensure!(
        arguments.articles.len() == arguments.queries.len(),
        "give as many --queries as --articles"
    );
    let mut store = Store::open(&arguments.vectors)?;
    let model = arguments.knowledge.join("embedding");
    let embedder = Embedder::load(&model)?;
    let (mut asked, mut learned_from) = (Vec::new(), Vec::new());
    for (articles, queries) in arguments.articles.iter().zip(&arguments.queries) {
        let mut documents = documents(articles)?;
        // As the index numbers them.
        documents.sort_by(|a, b| (&a.id, &a.locale).cmp(&(&b.id, &b.locale)));
        let text = read(queries)?;
        learned_from.push(sha256(&text));
        let meanings = Meanings::of(&documents, EVERY_PASSAGE, |texts| {
            store.vectors(&model, texts, |_, _| {})
        })?;
        let folder = tempfile::tempdir()?;
        let folder = folder.path().join("index");
        search::build(&folder, documents.iter().cloned())?;
        let index = Index::open(&folder)?;
        let is_word: &dyn Fn(&str) -> bool = &|word| embedder.knows(word);
        for query in evaluation::parse::<SearchQuery>(&text)? {
            let question = embedder.embed(&index.spelled(&query.query, is_word)?)?;
            let meaning = Meaning { question: &question, articles: &meanings, is_word };
            let evidence = index.evidence(&query.query, ENGLISH, meaning)?;
            let is_right = evidence
                .candidates
                .iter()
                .map(|candidate| documents.get(candidate.number))
                .map(|document| document.is_some_and(|it| query.relevant.contains(&it.id)));
            let is_right = is_right.collect();
            let is_answerable = !query.relevant.is_empty();
            let family = query.relevant.first().unwrap_or(&query.query).clone();
            asked.push(Asked { family, evidence, is_right, is_answerable });
        }
    }
    let ranking = learn_ranking(&asked, learned_from);
    let path = arguments.knowledge.join("search/ranking.json");
    let mut text = serde_json::to_string_pretty(&ranking)?;
    text.push('\n');
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(std::io::stdout(), "{}: from {} questions", path.display(), asked.len())?;
    Ok(())
}

/// The English articles of a corpus.
fn documents(path: &Path) -> anyhow::Result<Vec<Document>> {
    if path.is_dir() {
        let (content, _) = content::load(path, Audience::App)?;
        let english = content.articles.iter().filter(|article| article.locale == ENGLISH);
        return Ok(english.map(Document::from).collect());
    }
    let articles = evaluation::parse::<SearchArticle>(&read(path)?)?;
    let document = |article: SearchArticle| Document {
        id: article.id,
        locale: article.lang.unwrap_or_else(|| ENGLISH.to_owned()),
        title: article.title,
        text: article.body,
        ..Document::default()
    };
    Ok(articles.into_iter().map(document).collect())
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
