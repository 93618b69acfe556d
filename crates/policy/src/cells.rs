use serde::Deserialize;

use crate::{Approver, Attempt, Gate, Outcome, Verdict};

/// Cells of the matrix that must be as written: `policies/cases.yaml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// Version of the format.
    pub version: u16,
    /// The facts of an everyday request.
    pub base: Attempt,
    /// The cells, each told apart by a name.
    pub cases: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What it is about.
    pub name: String,
    /// The facts that differ from the base.
    pub facts: serde_json::Map<String, serde_json::Value>,
    /// What the gate must say.
    pub expect: Expected,
    /// A policy that must be among those that decide.
    pub because: String,
}

/// What the gate must say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    /// `permit` or `forbid`.
    Word(Word),
    /// Who must approve first.
    Approvals(Vec<Approver>),
}

/// An answer that is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// It may be done.
    Permit,
    /// It may not.
    Forbid,
}

/// A cell that is not as written.
#[derive(Debug, thiserror::Error)]
pub enum CellProblem {
    /// Its facts name something there is not.
    #[error("{name}: the facts are not facts of a step: {source}")]
    Facts {
        /// Which cell.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The gate says something else.
    #[error("{name}: expected {expected:?} because of {because}, and the gate says {found:?}")]
    Differs {
        /// Which cell.
        name: String,
        /// What is written.
        expected: Expected,
        /// The policy that should decide.
        because: String,
        /// What the gate says.
        found: Verdict,
    },
}

impl Cells {
    /// Every cell that is not as written.
    #[must_use]
    pub fn problems(&self, gate: &Gate) -> Vec<CellProblem> {
        self.cases.iter().filter_map(|cell| self.check(cell, gate).err()).collect()
    }

    /// The policies no cell is decided by.
    #[must_use]
    pub fn unspoken<'a>(&self, gate: &'a Gate) -> Vec<&'a str> {
        let is_spoken = |policy: &&str| self.cases.iter().any(|cell| cell.because == *policy);
        gate.policies().filter(|policy| !is_spoken(policy)).collect()
    }

    fn check(&self, cell: &Cell, gate: &Gate) -> Result<(), CellProblem> {
        let name = || cell.name.clone();
        let attempt = self.attempt(cell);
        let attempt = attempt.map_err(|source| CellProblem::Facts { name: name(), source })?;
        let found = gate.decide(&attempt);
        let is_as_written = cell.expect == found.outcome && found.policies.contains(&cell.because);
        is_as_written.then_some(()).ok_or_else(|| CellProblem::Differs {
            name: name(),
            expected: cell.expect.clone(),
            because: cell.because.clone(),
            found,
        })
    }

    fn attempt(&self, cell: &Cell) -> Result<Attempt, serde_json::Error> {
        let mut facts = serde_json::to_value(&self.base)?;
        if let Some(facts) = facts.as_object_mut() {
            facts.extend(cell.facts.clone());
        }
        serde_json::from_value(facts)
    }
}

impl PartialEq<Outcome> for Expected {
    fn eq(&self, outcome: &Outcome) -> bool {
        match (self, outcome) {
            (Self::Word(Word::Permit), Outcome::Permit)
            | (Self::Word(Word::Forbid), Outcome::Forbid) => true,
            (Self::Approvals(wanted), Outcome::NeedsApproval { from }) => wanted == from,
            _ => false,
        }
    }
}
