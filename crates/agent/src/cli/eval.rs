//! `deskside-agent eval`: how well the agent judges labelled rows and finds articles. Needs no
//! configuration.

mod search;

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use agent::Judge;
use anyhow::Context;
use clap::{Args, Subcommand};
use evaluation::{Decided, GuardRow, Guarded, Malformed, Masked, RedactRow, TriageRow};
use policy::Confidence;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Labels, risks and decisions of requests.
    Triage(Measured),
    /// Attacks, told from ordinary requests.
    Guard(Measured),
    /// Secrets, masked before anything is stored.
    Redact(Measured),
    /// Articles, found for questions.
    Search(search::Searched),
}

/// Where the rows are, and how to show what came of them.
#[derive(Debug, Args)]
pub(crate) struct Measured {
    /// Rows, JSON Lines, perhaps in gzip; `knowledge/triage/README.md` has the formats.
    file: PathBuf,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
    /// The knowledge folder to judge with.
    #[arg(long, default_value = "knowledge")]
    knowledge: PathBuf,
}

/// The status for rows that break their format.
const MALFORMED: u8 = 2;
/// So many rows between two words of progress.
const STRIDE: usize = 1000;

/// Measures, and writes the report to standard output.
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Triage(measured) => measured.report(|rows: &[TriageRow]| {
            let judge = Judge::load(&measured.knowledge)?;
            let found = each(rows, |row| decide(&judge, &row.text))?;
            Ok(evaluation::triage(rows, &found, Confidence::ACTS_FROM))
        }),
        Command::Guard(measured) => measured.report(|rows: &[GuardRow]| {
            let judge = Judge::load(&measured.knowledge)?;
            let found = each(rows, |row| Guarded(judge.judge(&row.text).is_flagged()))?;
            Ok(evaluation::guard(rows, &found))
        }),
        Command::Redact(measured) => measured.report(|rows: &[RedactRow]| {
            let found = each(rows, |row| mask(&row.text))?;
            Ok(evaluation::redact(rows, &found))
        }),
        Command::Search(searched) => searched.run(),
    }
}

impl Measured {
    fn report<Row: DeserializeOwned, Report: Serialize + Display>(
        &self,
        measure: impl FnOnce(&[Row]) -> anyhow::Result<Report>,
    ) -> anyhow::Result<ExitCode> {
        let rows = match evaluation::parse::<Row>(&read(&self.file)?) {
            Ok(rows) => rows,
            Err(malformed) => return refuse(&self.file, &malformed),
        };
        tell(&measure(&rows)?, self.json)
    }
}

fn tell(report: &(impl Serialize + Display), as_json: bool) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(report)?)?;
    } else {
        write!(out, "{report}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a file, also of one in gzip.
fn read(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read(file).and_then(|bytes| evaluation::unpacked(&bytes));
    text.with_context(|| format!("cannot read {}", file.display()))
}

fn refuse(file: &Path, malformed: &Malformed) -> anyhow::Result<ExitCode> {
    writeln!(std::io::stderr(), "{}, {malformed}.\nNothing was measured.", file.display())?;
    Ok(ExitCode::from(MALFORMED))
}

fn each<Row, Found>(rows: &[Row], judge: impl Fn(&Row) -> Found) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(STRIDE) {
        found.extend(chunk.iter().map(&judge));
        writeln!(std::io::stderr(), "{} of {} rows", found.len(), rows.len())?;
    }
    Ok(found)
}

fn decide(judge: &Judge, text: &str) -> Decided {
    let began = Instant::now();
    let judgement = judge.judge(text);
    let took = began.elapsed();
    Decided {
        scenario: judgement.scenario(),
        confidence: judgement.confidence(),
        risk: judgement.decision().tier.risk,
        decision: judgement.outcome(),
        affected_multiple: judgement.affects_several(),
        emotional: judgement.is_emotional(),
        domain: judgement.domain(),
        took,
    }
}

fn mask(text: &str) -> Masked {
    let redacted = redaction::redact_for_outside(text);
    Masked { anything: !redacted.masked.is_empty(), text: redacted.text }
}
