//! One file per command.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod content;
pub(crate) mod eval;
pub(crate) mod gaps;
pub(crate) mod import;
pub(crate) mod incident;
pub(crate) mod mode;
mod page;
pub(crate) mod person;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod replay;
pub(crate) mod runbook;
pub(crate) mod serve;
pub(crate) mod systems;
pub(crate) mod ticket;
pub(crate) mod usage;
pub(crate) mod vectors;
