//! `deskside-agent policy`: do the policies say what must hold, and what does a change change? Needs no
//! configuration.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use policy::{Cells, Gate, matrix};

/// What to do with the policies.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks that they fit their schema, that every cell of cases.yaml holds and that matrix.txt shows
    /// what they say.
    Check {
        /// The knowledge folder
        #[arg(long, default_value = "knowledge")]
        knowledge: PathBuf,
        /// Write matrix.txt again, to be looked at in the review
        #[arg(long)]
        write_matrix: bool,
    },
}

/// The status where something does not hold.
const WRONG: u8 = 1;

/// Checks, and tells everything that does not hold.
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Check { knowledge, write_matrix } = command;
    let folder = knowledge.join("policies");
    let gate =
        Gate::parse(&read(&folder.join("desk.cedarschema"))?, &read(&folder.join("desk.cedar"))?)?;
    let cells: Cells = serde_saphyr::from_str(&read(&folder.join("cases.yaml"))?)
        .context("policies/cases.yaml cannot be used")?;
    let mut problems: Vec<String> = cells.problems(&gate).iter().map(ToString::to_string).collect();
    let unspoken = cells.unspoken(&gate).into_iter();
    problems.extend(unspoken.map(|policy| format!("no case is decided by {policy}: write one")));
    let shown = folder.join("matrix.txt");
    let matrix = matrix(&gate, &cells.base);
    if *write_matrix {
        std::fs::write(&shown, &matrix).with_context(|| format!("{}", shown.display()))?;
    } else if read(&shown)? != matrix {
        problems.push(
            "matrix.txt shows something else: write it with --write-matrix and look at the change"
                .to_owned(),
        );
    }
    let mut out = std::io::stdout().lock();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let (policies, cases) = (gate.policies().count(), cells.cases.len());
    writeln!(out, "{policies} policies, {cases} cases, {} problems", problems.len())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
