//! Measures the search beside SQLite FTS5, MiniSearch and FlexSearch: the same articles, key presses and
//! questions for each, each in a process of its own, one table. `cargo xtask bench search` brings them.

mod corpus;
mod engine;
mod fts5;
mod meaning;
mod ours;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};

use crate::corpus::Task;
use crate::engine::{Built, Searched};
use crate::table::{Figures, Table};

/// Articles in the index whose speed is measured, where no corpus is given.
const ARTICLES: usize = 10_000;

/// A corpus of one's own, or the shipped one.
#[derive(Debug, Parser)]
struct Arguments {
    /// Articles, JSON Lines, perhaps in gzip, as `deskside-agent eval search` takes them [default: the
    /// shipped ones for what is found, and copies of them for the time]
    #[arg(long, requires = "queries")]
    articles: Option<PathBuf>,
    /// Questions over them, as above
    #[arg(long, requires = "articles")]
    queries: Option<PathBuf>,
    /// Print JSON in place of the table
    #[arg(long)]
    json: bool,
    /// Be one of them, for the task in a folder
    #[arg(long, hide = true, requires = "task")]
    engine: Option<Engine>,
    #[arg(long, hide = true)]
    stage: Option<Stage>,
    #[arg(long, hide = true)]
    task: Option<PathBuf>,
    /// Measure the model of the search by meaning, for the task in a folder
    #[arg(long, hide = true, requires = "task")]
    meaning: bool,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// Ours, by words.
    Deskside,
    /// SQLite's full-text index.
    Fts5,
    /// npm `minisearch`.
    Minisearch,
    /// npm `flexsearch`.
    Flexsearch,
}

/// Building and searching are different processes: what building leaves in memory does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    Build,
    Search,
}

impl Engine {
    const ALL: [Self; 4] = [Self::Deskside, Self::Fts5, Self::Minisearch, Self::Flexsearch];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Deskside => "deskside",
            Self::Fts5 => "fts5",
            Self::Minisearch => "minisearch",
            Self::Flexsearch => "flexsearch",
        }
    }

    /// The process that does a stage of a task.
    fn process(self, stage: Stage, task: &Path) -> anyhow::Result<Command> {
        let stage = match stage {
            Stage::Build => "build",
            Stage::Search => "search",
        };
        Ok(match self {
            Self::Deskside | Self::Fts5 => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["--engine", self.as_str(), "--stage", stage, "--task"]).arg(task);
                command
            }
            Self::Minisearch | Self::Flexsearch => {
                let mut command = Command::new("node");
                command.args(["--expose-gc", "--max-old-space-size=4096"]);
                command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/engines.mjs"));
                command.args([self.as_str(), stage]).arg(task);
                command
            }
        })
    }

    fn measure(self, task: &Path) -> anyhow::Result<(Built, Searched)> {
        let folder = task.join(self.as_str());
        std::fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        let built = output(self.process(Stage::Build, task)?)?;
        let bytes = engine::size(&folder)?;
        let searched = output(self.process(Stage::Search, task)?)?;
        Ok((Built { bytes, ..serde_json::from_slice(&built)? }, serde_json::from_slice(&searched)?))
    }
}

fn output(mut command: Command) -> anyhow::Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let (Some(engine), Some(stage), Some(task)) =
        (arguments.engine, arguments.stage, &arguments.task)
    {
        return be(engine, stage, task);
    }
    if let (true, Some(task)) = (arguments.meaning, &arguments.task) {
        let meant = meaning::measure(&Task::read(task)?)?;
        let text = serde_json::to_string(&meant)?;
        return writeln!(std::io::stdout(), "{text}").context("writing what was measured");
    }
    let given = match (&arguments.articles, &arguments.queries) {
        (Some(articles), Some(queries)) => Some(Task::given(articles, queries)?),
        _ => None,
    };
    let (found, timed) = match given {
        Some(task) => (task, None),
        None => {
            let shipped = Task::shipped()?;
            let copies = shipped.grown(ARTICLES);
            (shipped, Some(copies))
        }
    };
    let mut table =
        Table::of(found.articles.len(), timed.as_ref().unwrap_or(&found).articles.len());
    let folder = tempfile::tempdir().context("a folder for the indexes")?;
    let folders = [folder.path().join("found"), folder.path().join("timed")];
    let [in_found, in_timed] = &folders;
    found.keep(in_found)?;
    if let Some(timed) = &timed {
        timed.keep(in_timed)?;
    }
    for engine in Engine::ALL {
        writeln!(std::io::stderr(), "  {}", engine.as_str())?;
        let (built, searched) = engine.measure(in_found)?;
        let relevance = found.relevance(&searched);
        let (built, searched) =
            if timed.is_some() { engine.measure(in_timed)? } else { (built, searched) };
        table.add(Figures::of(engine.as_str(), built, searched, &relevance));
    }
    writeln!(std::io::stderr(), "  the model")?;
    let mut model = Command::new(std::env::current_exe()?);
    // Without the articles: what reading them leaves behind is not the model's.
    let in_asked = folder.path().join("asked");
    found.asked_alone().keep(&in_asked)?;
    model.arg("--meaning").arg("--task").arg(&in_asked);
    table.set_model(serde_json::from_slice(&output(model)?)?);
    let text =
        if arguments.json { serde_json::to_string_pretty(&table)? } else { table.to_string() };
    writeln!(std::io::stdout(), "{text}").context("writing to the terminal")
}

/// One stage of one of the engines that are written in Rust or C.
fn be(engine: Engine, stage: Stage, task: &Path) -> anyhow::Result<()> {
    let folder = task.join(engine.as_str());
    let read = Task::read(task)?;
    let text = match (engine, stage) {
        (Engine::Deskside, Stage::Build) => {
            serde_json::to_string(&engine::build(|| ours::build(&folder, &read.articles))?)?
        }
        (Engine::Fts5, Stage::Build) => {
            serde_json::to_string(&engine::build(|| fts5::build(&folder, &read.articles))?)?
        }
        (Engine::Deskside, Stage::Search) => {
            serde_json::to_string(&engine::search(&read, || ours::Ours::open(&folder))?)?
        }
        (Engine::Fts5, Stage::Search) => {
            serde_json::to_string(&engine::search(&read, || fts5::Fts5::open(&folder))?)?
        }
        (Engine::Minisearch | Engine::Flexsearch, _) => {
            anyhow::bail!("{} runs in node", engine.as_str())
        }
    };
    writeln!(std::io::stdout(), "{text}").context("writing what was measured")
}
