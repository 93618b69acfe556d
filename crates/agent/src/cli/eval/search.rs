use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, ValueEnum};
use content::Audience;
use embedding::{Embedder, Store};
use evaluation::{Alone, IndexCost, Ranked, SearchArticle, SearchQuery};
use ring::digest::{SHA256, digest};
use rustix::time::{ClockId, clock_gettime};
use search::{Document, Index, Meaning, Meanings, Order, Ranking};

use super::{MALFORMED, STRIDE, read, refuse, tell};
use crate::cli::vectors::{shown, store_folder};

/// Ranks that are looked at; near duplicates among them are passed over.
const LIMIT: usize = 20;
/// Results that are shown.
const SHOWN: usize = 5;

/// A corpus, questions over it, and how to show what came of them.
#[derive(Debug, Args)]
pub(crate) struct Searched {
    /// Articles, JSON Lines, perhaps in gzip: `id`, `title`, `body`, perhaps `lang`; or a knowledge
    /// folder.
    #[arg(long)]
    articles: PathBuf,
    /// Questions, JSON Lines: `query`, `relevant` (ids; none: nothing answers it), perhaps
    /// `near_duplicates` (ids that are neither right nor wrong) and `kind`.
    #[arg(long)]
    queries: PathBuf,
    /// The language of who asks, and of an article that names none; of a knowledge folder only the
    /// articles in it are taken.
    #[arg(long, default_value = "en")]
    locale: String,
    /// How is searched.
    #[arg(long, value_enum, default_value_t = Mode::Words)]
    mode: Mode,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
    /// The knowledge folder whose embedding model is used.
    #[arg(long, default_value = "knowledge")]
    knowledge: PathBuf,
    /// Where vectors are kept for the next time [default: `.cache/deskside-agent` at home].
    #[arg(long)]
    vectors: Option<PathBuf>,
}

/// How articles are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// By their words.
    Words,
    /// By what they mean.
    Meaning,
    /// By both together.
    Hybrid,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Meaning => "meaning",
            Self::Hybrid => "hybrid",
        }
    }
}

impl Searched {
    /// Indexes the articles in a folder of its own, asks every question, and writes the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let documents: Vec<Document> = if self.articles.is_dir() {
            shipped(&self.articles, &self.locale)?
        } else {
            match evaluation::parse(&read(&self.articles)?) {
                Ok(articles) => {
                    articles.into_iter().map(|article| document(article, &self.locale)).collect()
                }
                Err(malformed) => return refuse(&self.articles, &malformed),
            }
        };
        let text = read(&self.queries)?;
        let queries = match evaluation::parse::<SearchQuery>(&text) {
            Ok(queries) => queries,
            Err(malformed) => return refuse(&self.queries, &malformed),
        };
        if self.mode == Mode::Hybrid && Ranking::built_in()?.learned_from.contains(&sha256(&text)) {
            writeln!(
                std::io::stderr(),
                "{} is what the weights were learned from: its figures would say nothing.\n\
                 Nothing was measured. Give questions that were kept apart.",
                self.queries.display()
            )?;
            return Ok(ExitCode::from(MALFORMED));
        }
        let folder = tempfile::tempdir().context("a folder for the index")?;
        let folder = folder.path().join("index");
        let began = Instant::now();
        search::build(&folder, documents.iter().cloned())?;
        let cost = IndexCost { seconds: began.elapsed().as_secs_f64(), bytes: size(&folder)? };
        writeln!(std::io::stderr(), "{} articles indexed", documents.len())?;
        let corpus = Corpus {
            locale: &self.locale,
            index: Index::open(&folder)?,
            meant: if self.mode == Mode::Words { None } else { Some(self.meant(&documents)?) },
        };
        let found = corpus.ask(self.mode, &queries)?;
        let mut report =
            evaluation::search(self.mode.as_str(), documents.len(), &queries, &found, cost);
        if self.mode == Mode::Hybrid {
            let words = corpus.ask(Mode::Words, &queries)?;
            let meaning = corpus.ask(Mode::Meaning, &queries)?;
            let alone = Alone { words: &words, meaning: &meaning };
            report.against = Some(evaluation::against(&queries, &found, alone));
        }
        tell(&report, self.json)
    }

    fn meant(&self, documents: &[Document]) -> anyhow::Result<Meant> {
        let model = self.knowledge.join("embedding");
        let embedder = Embedder::load(&model)?;
        let mut store = Store::open(&store_folder(self.vectors.as_deref())?)?;
        let vectors = |texts: &[String]| store.vectors(&model, texts, shown);
        let articles = Meanings::of(documents, documents.len(), vectors)?;
        Ok(Meant { embedder, articles })
    }
}

/// Articles that can be asked for.
struct Corpus<'a> {
    /// Of who asks.
    locale: &'a str,
    index: Index,
    meant: Option<Meant>,
}

struct Meant {
    embedder: Embedder,
    articles: Meanings,
}

impl Corpus<'_> {
    fn ask(&self, mode: Mode, queries: &[SearchQuery]) -> anyhow::Result<Vec<Ranked>> {
        let mut found = Vec::with_capacity(queries.len());
        for SearchQuery { query, .. } in queries {
            let began = processor_time();
            let order = self.order(mode, query)?;
            self.index.show(&order, query, self.locale, SHOWN)?;
            let took = processor_time().saturating_sub(began);
            let ids = self.index.ids(&order, LIMIT);
            found.push(Ranked { abstained: !order.answers(), ids, took });
            if found.len() % STRIDE == 0 {
                writeln!(std::io::stderr(), "{} of {} questions", found.len(), queries.len())?;
            }
        }
        Ok(found)
    }

    fn order(&self, mode: Mode, query: &str) -> anyhow::Result<Order> {
        let Some(Meant { embedder, articles }) =
            self.meant.as_ref().filter(|_| mode != Mode::Words)
        else {
            return Ok(self.index.by_words(query, self.locale)?);
        };
        let is_word: &dyn Fn(&str) -> bool = &|word| embedder.knows(word);
        let question = embedder.embed(&self.index.spelled(query, is_word)?)?;
        let meaning = Meaning { question: &question, articles, is_word };
        Ok(match mode {
            Mode::Meaning => self.index.by_meaning(meaning),
            Mode::Words | Mode::Hybrid => self.index.by_both(query, self.locale, meaning)?,
        })
    }
}

/// The articles of a knowledge folder that are written in one language.
fn shipped(folder: &Path, locale: &str) -> anyhow::Result<Vec<Document>> {
    let (content, _) = content::load(folder, Audience::App)?;
    let articles = content.articles.iter();
    Ok(articles.filter(|article| article.locale == locale).map(Document::from).collect())
}

fn document(article: SearchArticle, locale: &str) -> Document {
    Document {
        id: article.id,
        locale: article.lang.unwrap_or_else(|| locale.to_owned()),
        title: article.title,
        text: article.body,
        ..Document::default()
    }
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Time of the processor that this process has had: nothing else runs in it, and the embedding runs on
/// a thread of its own.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
