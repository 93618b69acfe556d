//! `deskside-agent runbook`: what the agent can carry out, and whether it does what its tests say.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use agent::{Config, ConfigError, Suggestion};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use content::{
    Answer, Audience, Change, ContentProblem, Fact, Facts, Runbook, RunbookStep, Undo, Work, load,
};
use diagnosis::advice;
use jiff::{Timestamp, civil::Date, tz::Offset};
use runbook::{Difference, Move, simulate, try_out, weak_spots};
use serde::Serialize;
use ticket::Scenario;

use super::page::{days_ago, word};

/// What to do with runbooks.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All of them
    List(Folder),
    /// One of them, step by step
    Show {
        /// Its id
        id: String,
        /// The knowledge folder
        #[arg(long, default_value = "knowledge")]
        knowledge: PathBuf,
    },
    /// Plays the tests of one or of all, and tells what they do not show
    Test {
        /// Its id
        id: Option<String>,
        #[command(flatten)]
        folder: Folder,
    },
    /// What one would do if this were read, people said yes and every system did what it is asked
    Simulate {
        /// Its id
        id: String,
        /// What is read at first, such as `account_state=locked`
        #[arg(long = "fact", value_name = "FACT=WORD")]
        facts: Vec<String>,
        #[command(flatten)]
        folder: Folder,
    },
    /// What teams solve by hand again and again, and no runbook does. Needs the configuration
    Suggest(Suggest),
}

/// Where runbooks are.
#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// The knowledge folder
    #[arg(long, default_value = "knowledge")]
    knowledge: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// How far back, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct Suggest {
    /// Requests of so many days
    #[arg(long, default_value_t = 90)]
    days: u16,
    /// Leave out what fewer people had
    #[arg(long, default_value_t = 3)]
    people: usize,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The status where a test fails.
const WRONG: u8 = 1;

/// Shows, tests, or reads the agent's database.
pub(crate) async fn run(
    command: Command,
    config: impl FnOnce() -> Result<Config, ConfigError>,
) -> anyhow::Result<ExitCode> {
    match command {
        Command::List(folder) => list(&folder),
        Command::Show { id, knowledge } => show(&id, &knowledge),
        Command::Test { id, folder } => return test(id.as_deref(), &folder),
        Command::Simulate { id, facts, folder } => simulated(&id, &facts, &folder),
        Command::Suggest(command) => suggest(&command, &config()?).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// A runbook in one line.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    id: &'a str,
    revision: u32,
    title: &'a str,
    scenario: Scenario,
    owner: &'a str,
    review_by: Date,
    is_overdue: bool,
    tests: usize,
}

fn list(folder: &Folder) -> anyhow::Result<()> {
    let runbooks = runbooks(&folder.knowledge)?;
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    let listed: Vec<Listed<'_>> = runbooks.iter().map(|runbook| listed(runbook, today)).collect();
    let mut out = std::io::stdout().lock();
    if folder.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&listed)?)?);
    }
    for it in &listed {
        let overdue = if it.is_overdue { ", review is overdue" } else { "" };
        let Listed { id, revision, title, owner, tests, .. } = it;
        writeln!(out, "{id:<26}  {revision:>3}  {title} ({owner}, {tests} tests{overdue})")?;
    }
    writeln!(out, "{} runbooks", listed.len())?;
    Ok(())
}

fn listed(runbook: &Runbook, today: Date) -> Listed<'_> {
    Listed {
        id: &runbook.id,
        revision: runbook.revision,
        title: &runbook.title,
        scenario: runbook.scenario,
        owner: &runbook.owner,
        review_by: runbook.review_by,
        is_overdue: runbook.review_by < today,
        tests: runbook.tests.len(),
    }
}

fn show(id: &str, knowledge: &Path) -> anyhow::Result<()> {
    let runbooks = runbooks(knowledge)?;
    let runbook = one(&runbooks, id)?;
    let mut out = std::io::stdout().lock();
    let Runbook { title, revision, purpose, owner, review_by, .. } = runbook;
    writeln!(out, "{title} ({id}, revision {revision})\n{purpose}")?;
    writeln!(out, "Kept true by {owner}, to be read again by {review_by}\n")?;
    for (RunbookStep { id, work }, place) in runbook.steps.iter().zip(1..) {
        writeln!(out, "{place:>2}. {id}: {}", in_words(work))?;
    }
    Ok(())
}

/// A step, for a person who reviews it.
fn in_words(work: &Work) -> String {
    match work {
        Work::Read(reading) => format!("read {}", reading.word()),
        Work::Require(require) => {
            format!("go on if {}; otherwise stop: {}", facts(&require.all), require.otherwise)
        }
        Work::Approve(from) => {
            let from: Vec<&str> = from.iter().map(|sponsor| sponsor.word()).collect();
            format!("wait for the yes of {}", from.join(" and "))
        }
        Work::Manual(manual) => format!("wait for {}: {}", manual.team, manual.what),
        Work::Change(Change { act, read, expect, undo }) => {
            let undo = match undo {
                Undo::By(act) => format!("taken back by {}", act.word()),
                Undo::None(why) => format!("not taken back: {why}"),
            };
            let kind = if act.can_be_taken_back() { "" } else { " (cannot be taken back)" };
            let (act, read, expect) = (act.word(), read.word(), facts(expect));
            format!("{act}{kind}, then read {read}, which must say {expect}; {undo}")
        }
    }
}

fn facts(facts: &Facts) -> String {
    let one =
        |(fact, words): (Fact, &[String])| format!("{} is {}", fact.word(), words.join(" or "));
    facts.iter().map(one).collect::<Vec<_>>().join(" and ")
}

fn test(id: Option<&str>, folder: &Folder) -> anyhow::Result<ExitCode> {
    let all = runbooks(&folder.knowledge)?;
    let chosen: Vec<&Runbook> = match id {
        Some(id) => vec![one(&all, id)?],
        None => all.iter().collect(),
    };
    let wrong: Vec<String> = chosen.iter().flat_map(|runbook| failures(runbook)).collect();
    let tests: usize = chosen.iter().map(|runbook| runbook.tests.len()).sum();
    let mut out = std::io::stdout().lock();
    if folder.json {
        let told =
            serde_json::json!({ "runbooks": chosen.len(), "tests": tests, "failures": wrong });
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
    } else {
        wrong.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out, "{} runbooks, {tests} tests, {} failures", chosen.len(), wrong.len())?;
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

/// What its tests find, and what they do not show.
fn failures(runbook: &Runbook) -> Vec<String> {
    let id = &runbook.id;
    let differences = runbook.tests.iter().filter_map(|trial| try_out(runbook, trial).err());
    let differences = differences.map(|Difference { test, place, expected, found }| {
        let expected = expected.map_or("the end".to_owned(), |it| format!("`{it}`"));
        format!("{id}: {test}: move {place} should be {expected} and is `{found}`")
    });
    let spots = weak_spots(runbook);
    differences.chain(spots.iter().map(|spot| format!("{id}: {spot}"))).collect()
}

fn simulated(id: &str, told: &[String], folder: &Folder) -> anyhow::Result<()> {
    let runbooks = runbooks(&folder.knowledge)?;
    let runbook = one(&runbooks, id)?;
    let told: Vec<String> = told.iter().map(|it| it.replacen('=', ": ", 1)).collect();
    let told: Facts = serde_saphyr::from_str(&format!("{{{}}}", told.join(", ")))
        .context("a fact is one of those that `runbook show` names, with one of its words")?;
    let played = simulate(runbook, &told.first());
    let mut out = std::io::stdout().lock();
    if folder.json {
        let moves: Vec<String> = played.iter().map(|it| it.made.to_string()).collect();
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&moves)?)?);
    }
    for it in &played {
        match (&it.made, &it.answer) {
            (Move::End(_), _) | (_, None) => writeln!(out, "{}", it.made)?,
            (made, Some(answer)) => writeln!(out, "{:<24} {}", made.to_string(), assumed(answer))?,
        }
    }
    Ok(())
}

fn assumed(answer: &Answer) -> String {
    let Answer::Read(known) = answer else { return "done".to_owned() };
    if known.is_empty() {
        return "nothing known".to_owned();
    }
    let one = |(fact, word): (&Fact, &String)| format!("{}={word}", fact.word());
    known.iter().map(one).collect::<Vec<_>>().join(" ")
}

async fn suggest(command: &Suggest, config: &Config) -> anyhow::Result<()> {
    let mut found = agent::suggest(config, days_ago(command.days)?).await?;
    found.retain(|it| it.people >= command.people);
    let mut out = std::io::stdout().lock();
    if command.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?);
    }
    for Suggestion { scenario, cause, people, tickets } in &found {
        let cause = match cause {
            Some(cause) => advice(*cause).is.to_owned(),
            None => "no cause was named".to_owned(),
        };
        let numbers: Vec<String> = tickets.iter().map(ToString::to_string).collect();
        writeln!(out, "{people} people, {}: {cause}", word(scenario))?;
        writeln!(out, "  tickets {}", numbers.join(", "))?;
    }
    writeln!(out, "{} runbooks may be worth writing", found.len())?;
    Ok(())
}

/// The sound ones. What is wrong with others is told.
fn runbooks(knowledge: &Path) -> anyhow::Result<Vec<Runbook>> {
    let (content, report) = load(knowledge, Audience::Agent)?;
    let is_ours = |problem: &&ContentProblem| problem.file.starts_with("runbooks/");
    let problems: Vec<String> =
        report.problems.iter().filter(is_ours).map(ToString::to_string).collect();
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(content.runbooks)
}

fn one<'a>(runbooks: &'a [Runbook], id: &str) -> anyhow::Result<&'a Runbook> {
    let found = runbooks.iter().find(|runbook| runbook.id == id);
    found.with_context(|| format!("there is no runbook {id}; `runbook list` names all"))
}
