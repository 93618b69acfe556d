//! The record nobody can change unseen: entries of one ticket form a chain, each holding the
//! digest of the one before. Things that belong to no ticket form one chain of their own. Pure:
//! the caller stores entries and heads.

mod canonical;
mod chain;
mod checkpoint;
mod digest;
mod entry;

pub use chain::{Break, BreakKind, append, verify, verify_to};
pub use checkpoint::{Checkpoint, CheckpointBreak, Head, known_heads, verify_past};
pub use digest::{Digest, DigestError};
pub use entry::{Actor, Draft, Entry, EntryKind};
