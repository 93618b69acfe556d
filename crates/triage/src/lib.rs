//! What a text is about: labels with confidence and the words they rest on, and signals that
//! change how a request is treated. Rules are content; signals are built in, because a guardrail
//! must not depend on a file. Pure.

mod classify;
mod courtesy;
mod fold;
mod rules;
mod signals;
mod target;

pub use classify::{PRIMARY_THRESHOLD, Triage, classify};
pub use fold::{Folded, fold};
pub use rules::{RuleProblem, Rules};
pub use signals::{Signal, Signals, signals};
