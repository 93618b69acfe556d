use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use serde::Serialize;

use crate::lab::Lab;
use crate::scenario::{self, Scenario};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Print a JSON list instead of the table.
    #[arg(long)]
    json: bool,
    /// Only the scenarios whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// A scenario file of your own, in place of the laboratory's.
    #[arg(long)]
    scenario: Vec<PathBuf>,
    /// Only the dozen that every test run goes through.
    #[arg(long)]
    dozen: bool,
    /// How often each healthy network is diagnosed.
    #[arg(long, default_value_t = 1)]
    healthy: u32,
    /// Print what the diagnosis saw where it is wrong.
    #[arg(long)]
    explain: bool,
    /// The program under test.
    #[arg(long)]
    cli: PathBuf,
    /// Where the laboratory's scenarios are.
    #[arg(long)]
    scenarios: PathBuf,
}

/// One line of the result.
#[derive(Debug, Serialize)]
struct Row {
    fault: String,
    expected: String,
    named: String,
    expected_stage: Option<String>,
    stage: Option<String>,
    seconds: f64,
    right: bool,
}

impl Run {
    /// Everything right: 0; something wrong: 1.
    ///
    /// # Errors
    /// The laboratory cannot be built, or a scenario cannot be done.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let networks = scenario::read(&self.scenarios.join("networks.yaml"))?;
        let chosen = self.chosen(&networks)?;
        ensure!(!chosen.is_empty(), "no scenario has this name");
        let mut rows = Vec::new();
        let started = Instant::now();
        for scenario in &chosen {
            let diagnosed = self.one(scenario, &networks).unwrap_or_else(|error| {
                eprintln!("{error:#}");
                vec![not_built(scenario)]
            });
            for row in diagnosed {
                if !self.json {
                    print(&row);
                }
                rows.push(row);
            }
        }
        let right = rows.iter().filter(|row: &&Row| row.right).count();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&rows)?);
        } else {
            let (all, seconds) = (rows.len(), started.elapsed().as_secs());
            println!("{right} of {all} right, {seconds} s");
        }
        Ok(if right == rows.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn chosen(&self, networks: &[Scenario]) -> anyhow::Result<Vec<Scenario>> {
        let mut all = Vec::new();
        if self.scenario.is_empty() {
            all.extend(networks.iter().cloned());
            all.extend(scenario::read(&self.scenarios.join("faults.yaml"))?);
        }
        for path in &self.scenario {
            all.extend(scenario::read(path)?);
        }
        let is_meant = |scenario: &Scenario| {
            self.only.as_ref().is_none_or(|only| scenario.name.contains(only.as_str()))
                && (!self.dozen || scenario.dozen)
        };
        Ok(all.into_iter().filter(is_meant).collect())
    }

    fn one(&self, scenario: &Scenario, networks: &[Scenario]) -> anyhow::Result<Vec<Row>> {
        let lab = Lab::up(&self.cli)?;
        let run = || -> anyhow::Result<Vec<Row>> {
            let mut scenario = scenario.clone();
            if let Some(name) = &scenario.network {
                let network = networks.iter().find(|network| network.name == *name);
                let network = network.with_context(|| format!("no network is called {name}"))?;
                lab.follow(&network.breaks)?;
                for (key, value) in &network.settings {
                    scenario.settings.entry(key.clone()).or_insert_with(|| value.clone());
                }
                scenario.trusts_guest |= network.trusts_guest;
            }
            lab.follow(&scenario.breaks)?;
            let count = if scenario.is_healthy() { self.healthy } else { 1 };
            let rows = (0..count).map(|_| self.diagnosed(&lab, &scenario));
            let rows = rows.collect::<anyhow::Result<_>>()?;
            lab.follow(&scenario.mend)?;
            Ok(rows)
        };
        run().with_context(|| format!("scenario {}", scenario.name))
    }

    fn diagnosed(&self, lab: &Lab, scenario: &Scenario) -> anyhow::Result<Row> {
        let said = lab.diagnose(scenario)?;
        let is_stage = scenario.expected_stage.is_none() || scenario.expected_stage == said.stage;
        let right = said.cause == scenario.expected && is_stage;
        if self.explain && !right {
            eprintln!("{}: {}", scenario.name, said.document);
        }
        Ok(Row {
            fault: scenario.name.clone(),
            expected: scenario.expected.clone(),
            named: said.cause,
            expected_stage: scenario.expected_stage.clone(),
            stage: said.stage,
            seconds: (said.seconds * 1000.0).round() / 1000.0,
            right,
        })
    }
}

/// What could not be built proves nothing.
fn not_built(scenario: &Scenario) -> Row {
    Row {
        fault: scenario.name.clone(),
        expected: scenario.expected.clone(),
        named: "not_built".to_owned(),
        expected_stage: scenario.expected_stage.clone(),
        stage: None,
        seconds: 0.0,
        right: false,
    }
}

fn print(row: &Row) {
    let Row { fault, expected, named, stage, seconds, right, .. } = row;
    let verdict = if *right { "right" } else { "WRONG" };
    let stage = stage.as_deref().unwrap_or("-");
    let expected = if *right { String::new() } else { format!("  expected {expected}") };
    println!("{fault:<34} {named:<26} {stage:<18} {seconds:>6.2} s  {verdict}{expected}");
}
