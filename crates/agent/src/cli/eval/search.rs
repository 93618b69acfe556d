use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, ValueEnum};
use evaluation::{IndexCost, Ranked, SearchArticle, SearchQuery};
use rustix::time::{ClockId, clock_gettime};
use search::{Document, Index};

use super::{STRIDE, read, refuse, tell};

/// Ranks that are looked at; near duplicates among them are passed over.
const LIMIT: usize = 20;
/// Language where an article names none.
const ENGLISH: &str = "en";

/// A corpus, questions over it, and how to show what came of them.
#[derive(Debug, Args)]
pub(crate) struct Searched {
    /// Articles, JSON Lines, perhaps in gzip: `id`, `title`, `body`, perhaps `lang`.
    #[arg(long)]
    articles: PathBuf,
    /// Questions, JSON Lines: `query`, `relevant` (ids; none: nothing answers it), perhaps
    /// `near_duplicates` (ids that are neither right nor wrong) and `kind`.
    #[arg(long)]
    queries: PathBuf,
    /// How is searched.
    #[arg(long, value_enum, default_value_t = Mode::Words)]
    mode: Mode,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
}

/// How articles are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// By their words.
    Words,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
        }
    }
}

impl Searched {
    /// Indexes the articles in a folder of its own, asks every question, and writes the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let articles = match evaluation::parse::<SearchArticle>(&read(&self.articles)?) {
            Ok(articles) => articles,
            Err(malformed) => return refuse(&self.articles, &malformed),
        };
        let queries = match evaluation::parse::<SearchQuery>(&read(&self.queries)?) {
            Ok(queries) => queries,
            Err(malformed) => return refuse(&self.queries, &malformed),
        };
        let folder = tempfile::tempdir().context("a folder for the index")?;
        let folder = folder.path().join("index");
        let count = articles.len();
        let began = Instant::now();
        search::build(&folder, articles.into_iter().map(document))?;
        let cost = IndexCost { seconds: began.elapsed().as_secs_f64(), bytes: size(&folder)? };
        writeln!(std::io::stderr(), "{count} articles indexed")?;
        let found = ask(&Index::open(&folder)?, &queries)?;
        tell(&evaluation::search(self.mode.as_str(), count, &queries, &found, cost), self.json)
    }
}

fn ask(index: &Index, queries: &[SearchQuery]) -> anyhow::Result<Vec<Ranked>> {
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        let began = thread_time();
        let hits = index.search(&query.query, ENGLISH, LIMIT)?;
        let took = thread_time().saturating_sub(began);
        let ids: Vec<_> = hits.into_iter().map(|hit| hit.id).collect();
        found.push(Ranked { abstained: ids.is_empty(), ids, took });
        if found.len() % STRIDE == 0 {
            writeln!(std::io::stderr(), "{} of {} questions", found.len(), queries.len())?;
        }
    }
    Ok(found)
}

fn document(article: SearchArticle) -> Document {
    Document {
        id: article.id,
        locale: article.lang.unwrap_or_else(|| ENGLISH.to_owned()),
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

/// Time of the processor that this thread has had.
fn thread_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
