//! The tier of a situation: how risky it is, whether the agent goes on by itself, asks, or hands
//! off, and which row of the tier table said so. And the gate: whether a step may be done, needs an
//! approval, or is forbidden, and which policies said so. Pure and finite, so every one is tested.
//!
//! Precedence: guardrail, then high signs, then the tier of a confident scenario, then one
//! question, then a person. Low confidence never raises autonomy.

mod attempt;
mod cells;
mod gate;
mod matrix;
mod situation;
mod tier;

pub use attempt::{ActionClass, Approver, Attempt, Criticality, Mode, Subject, Window};
pub use cells::{Cell, CellProblem, Cells, Expected, Word};
pub use gate::{Gate, GateError, Outcome, Verdict};
pub use matrix::matrix;
pub use situation::{Asked, Confidence, Detail, Intent, Look, Mood, Situation, Tried, Warning};
pub use tier::{Posture, Reach, Tier, TierRule, tier};

#[cfg(test)]
mod tests;
