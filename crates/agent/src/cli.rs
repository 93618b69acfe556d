//! One file per command.

mod page;
pub(crate) mod serve;
pub(crate) mod ticket;
