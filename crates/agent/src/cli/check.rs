//! `deskside-agent check`: is everything in the knowledge folder sound, and what would a careful reader
//! mend? Needs no configuration.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use content::{Article, Audience, Content, ContentProblem, lint, load, same_meaning, unchecked};
use embedding::Embedder;
use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

/// Which folder, and how to show what was found.
#[derive(Debug, Args)]
pub(crate) struct Checked {
    /// The knowledge folder.
    #[arg(default_value = "knowledge")]
    knowledge: PathBuf,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
    /// Advice counts as a problem.
    #[arg(long)]
    strict: bool,
}

/// The status where something is wrong.
const WRONG: u8 = 1;

/// What was found.
#[derive(Debug, Serialize)]
struct Found {
    /// What cannot be used as it is.
    problems: Vec<Shown>,
    /// What can be used and should be mended.
    advice: Vec<Shown>,
    articles: usize,
    catalogue: usize,
    /// Articles whose facts nobody could look up.
    unchecked: usize,
}

/// A problem as it is written out.
#[derive(Debug, Serialize)]
struct Shown {
    file: String,
    line: Option<u32>,
    what: String,
    advice: String,
}

impl From<ContentProblem> for Shown {
    fn from(problem: ContentProblem) -> Self {
        let ContentProblem { file, line, what, advice } = problem;
        Self { file, line, what, advice }
    }
}

/// Loads the folder and tells everything that should be mended.
pub(crate) fn run(checked: &Checked) -> anyhow::Result<ExitCode> {
    let (content, report) = load(&checked.knowledge, Audience::Agent)?;
    let mut advice = lint(&content, Offset::UTC.to_datetime(Timestamp::now()).date());
    advice.extend(alike(&content, &checked.knowledge)?);
    let is_wrong = !report.is_clean() || (checked.strict && !advice.is_empty());
    let mut out = std::io::stdout().lock();
    if checked.json {
        let found = Found {
            problems: report.problems.into_iter().map(Shown::from).collect(),
            advice: advice.into_iter().map(Shown::from).collect(),
            articles: content.written().count(),
            catalogue: content.catalogue.len(),
            unchecked: unchecked(&content),
        };
        writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?;
    } else {
        for problem in report.problems.iter().chain(&advice) {
            writeln!(out, "{problem}")?;
        }
        writeln!(
            out,
            "{} articles, {} in the catalogue, {} problems, {} pieces of advice, {} with `checked: no`",
            content.written().count(),
            content.catalogue.len(),
            report.problems.len(),
            advice.len(),
            unchecked(&content)
        )?;
    }
    Ok(if is_wrong { ExitCode::from(WRONG) } else { ExitCode::SUCCESS })
}

/// Articles that say the same in other words. The model reads English; without it nothing can be said.
fn alike(content: &Content, knowledge: &Path) -> anyhow::Result<Vec<ContentProblem>> {
    let embedder = match Embedder::load(&knowledge.join(embedding::FOLDER)) {
        Ok(embedder) => embedder,
        Err(error) => {
            writeln!(
                std::io::stderr(),
                "articles that mean the same were not looked for: {error}"
            )?;
            return Ok(Vec::new());
        }
    };
    let english = content.written().filter(|article| article.locale == "en");
    let meant = english.map(|article| {
        let Article { title, summary, keywords, .. } = article;
        let text = format!("{title}. {summary} {}", keywords.join(", "));
        anyhow::Ok((article, embedder.embed(&text)?))
    });
    Ok(same_meaning(&meant.collect::<Result<Vec<_>, _>>()?))
}
