use std::io::{Write, stderr, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use diagnostics::{Context, Progress, Targets};
use settings::Settings;
use ticket::{CheckId, Finding, FindingStatus, Stage};

use crate::document::{Document, Verdict};
use crate::{runtime, table};

/// What to look at, and how to tell it.
#[derive(Debug, Args)]
pub(crate) struct Diagnose {
    /// Print one JSON document instead of the table.
    #[arg(long)]
    json: bool,
    /// Look at one stage alone, such as `name_service` or `tunnel`.
    #[arg(long, value_parser = stage)]
    only: Option<Stage>,
    /// Seconds after which everything that has not answered counts as silent.
    #[arg(long, value_parser = seconds)]
    deadline: Option<Duration>,
}

fn stage(text: &str) -> Result<Stage, String> {
    Stage::from_name(text).ok_or_else(|| {
        let names: Vec<_> = Stage::ALL.into_iter().map(Stage::as_str).collect();
        format!("the stages are {}", names.join(", "))
    })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.5..=60.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "a number of seconds between 0.5 and 60".to_owned())
}

impl Diagnose {
    pub(crate) fn run(&self, settings: &Settings) -> anyhow::Result<ExitCode> {
        let runtime = runtime()?;
        let mut context =
            Context::new(Targets::configured(settings)).context("checks cannot be made")?;
        if let Some(deadline) = self.deadline {
            context.deadlines.network = deadline;
            context.deadlines.device = context.deadlines.device.min(deadline);
        }
        let started = Instant::now();
        let findings = runtime.block_on(self.collect(&context))?;
        let document = Document::new(findings, self.only, started.elapsed());
        let mut out = stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        } else {
            table::write(&mut out, &document)?;
        }
        Ok(ExitCode::from(match document.verdict {
            Verdict::NothingWrong => 0,
            Verdict::CauseNamed => 10,
            Verdict::CouldNotTell => 20,
        }))
    }

    /// Runs the checks and tells on standard error how they go.
    async fn collect(&self, context: &Context) -> anyhow::Result<Vec<Finding>> {
        let is_wanted = |check: &CheckId| match self.only {
            Some(stage) => diagnosis::stage_of(*check) == Some(stage),
            None => true,
        };
        let wanted: Vec<_> = CheckId::NETWORK.into_iter().filter(is_wanted).collect();
        let mut progress = diagnostics::run(&wanted, context);
        let mut findings = Vec::new();
        while let Some(step) = progress.recv().await {
            if let Progress::Ended(finding) = step {
                writeln!(stderr(), "{}: {}", finding.check.as_str(), word(finding.status))?;
                findings.push(finding);
            }
        }
        findings.sort_by_key(|finding| wanted.iter().position(|check| *check == finding.check));
        Ok(findings)
    }
}

/// A status in words.
pub(crate) const fn word(status: FindingStatus) -> &'static str {
    match status {
        FindingStatus::Fine => "fine",
        FindingStatus::Attention => "attention",
        FindingStatus::Failed => "failed",
        FindingStatus::NotAvailable => "not available",
    }
}
