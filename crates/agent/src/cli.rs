//! One file per command.

pub(crate) mod eval;
mod page;
pub(crate) mod serve;
pub(crate) mod ticket;
