use std::io::{Write, stdout};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use diagnosis::facts_as_text;
use diagnostics::{Context, Targets};
use ticket::CheckId;

use crate::diagnose::word;
use crate::runtime;

/// How to tell it.
#[derive(Debug, Args)]
pub(crate) struct Inventory {
    /// Print one JSON array of findings instead of the table.
    #[arg(long)]
    json: bool,
}

impl Inventory {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let runtime = runtime()?;
        let context = Context::new(Targets::default()).context("checks cannot be made")?;
        let findings = runtime.block_on(diagnostics::collect(&CheckId::DEVICE, &context));
        let mut out = stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, &findings)?;
            writeln!(out)?;
        } else {
            for finding in &findings {
                let (check, facts) = (finding.check.as_str(), facts_as_text(finding));
                writeln!(out, "{check:<18} {:<14} {facts}", word(finding.status))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
