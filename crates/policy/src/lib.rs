//! The tier of a situation: how risky it is, whether the agent goes on by itself, asks, or hands
//! off, and which row of the tier table said so. Pure and finite, so every situation is tested.
//!
//! Precedence: guardrail, then high signs, then the tier of a confident scenario, then one
//! question, then a person. Low confidence never raises autonomy.

mod situation;
mod tier;

pub use situation::{Asked, Confidence, Detail, Intent, Look, Mood, Situation, Tried, Warning};
pub use tier::{Posture, Reach, Tier, TierRule, tier};

#[cfg(test)]
mod tests;
