//! The measurements, on release programs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::process::{cargo, prepare, step};
use crate::seat;
use crate::setup::{self, Consent};

/// Only what is measured and what measures.
const BUILD: &[&str] = &[
    "build",
    "--release",
    "--quiet",
    "--package=app",
    "--package=agent",
    "--package=tests",
    "--bin=deskside",
    "--bin=deskside-agent",
    "--bin=sender",
    "--bin=bench",
    "--example=empty",
];

const BUILD_AGENT: &[&str] = &[
    "build",
    "--release",
    "--quiet",
    "--package=agent",
    "--package=tests",
    "--bin=deskside-agent",
    "--bin=bench",
];

const BUILD_PEERS: &[&str] = &["build", "--release", "--quiet", "--package=peers"];

/// What is measured, and how the figures are printed.
#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// Print JSON in place of the table
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// The search beside SQLite FTS5, MiniSearch and FlexSearch
    Search(Corpus),
    /// The agent under load, on SQLite and on PostgreSQL, beside Request Tracker and django-helpdesk
    Agent(Form),
}

/// How figures are printed.
#[derive(Args)]
struct Form {
    /// Print JSON in place of the table
    #[arg(long)]
    json: bool,
}

/// Articles and questions of one's own, as `deskside-agent eval search` takes them.
#[derive(Args, Default)]
struct Corpus {
    /// Articles, JSON Lines, perhaps in gzip [default: the shipped ones and copies of them]
    #[arg(long, requires = "queries")]
    articles: Option<PathBuf>,
    /// Questions over them
    #[arg(long, requires = "articles")]
    queries: Option<PathBuf>,
    /// Print JSON in place of the table
    #[arg(long)]
    json: bool,
}

/// Measures everything, or what is named.
pub(crate) fn bench(bench: &Bench) -> anyhow::Result<()> {
    match &bench.what {
        Some(What::Search(corpus)) => {
            setup::set_up(Consent::from_flag(false))?;
            search(corpus, bench.json || corpus.json)
        }
        Some(What::Agent(form)) => {
            setup::set_up(Consent::from_flag(false))?;
            setup::python_packages("crates/test-support/django-helpdesk", "django-helpdesk")?;
            prepare("building for release", cargo(BUILD_AGENT))?;
            measure("the agent under load", &["agent"], bench.json || form.json)
        }
        None => everything(bench.json),
    }
}

/// Builds for release and measures inside a private seat.
fn everything(json: bool) -> anyhow::Result<()> {
    if !seat::is_inside() {
        setup::set_up(Consent::from_flag(false))?;
        setup::build_ui()?;
        prepare("building for release", cargo(BUILD))?;
        let folder = crate::target().join("bench/seat");
        step("measuring, in a private seat", seat::again_inside(&folder)?)?;
        return search(&Corpus::default(), json);
    }
    let _companions = seat::companions()?;
    measure("start, memory, tickets", &[], json)
}

fn measure(what: &str, arguments: &[&str], json: bool) -> anyhow::Result<()> {
    let mut bench = std::process::Command::new(crate::target().join("release/bench"));
    bench.args(arguments);
    if json {
        bench.arg("--json");
    }
    step(what, bench)?;
    eprintln!("  kept in {}", crate::target().join("bench").display());
    Ok(())
}

/// The same articles for four engines; needs no seat.
fn search(corpus: &Corpus, json: bool) -> anyhow::Result<()> {
    prepare("building for release", cargo(BUILD_PEERS))?;
    let mut peers = std::process::Command::new(crate::target().join("release/peers"));
    if let (Some(articles), Some(queries)) = (&corpus.articles, &corpus.queries) {
        peers.arg("--articles").arg(articles).arg("--queries").arg(queries);
    }
    if json {
        peers.arg("--json");
    }
    step("search beside its peers", peers)
}
