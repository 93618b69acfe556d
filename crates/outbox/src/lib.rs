//! What waits on this device to be sent. An entry is on the disk, encrypted, before the app says
//! "saved"; it is delivered at least once and accepted exactly once, because its id is the key the
//! agent recognizes it by. Nothing acknowledged is lost by a kill, a full disk, a clock that jumps
//! or a damaged file.
//!
//! Everything here is synchronous and waits for the disk: call it where blocking is allowed. Time
//! and randomness are arguments.
//!
//! # The folder
//!
//! | name | what it is |
//! |---|---|
//! | `lock` | locked while a program has the outbox open |
//! | `ID.entry` | one record; `ID` is its UUIDv7 |
//! | `ID.entry.RANDOM.tmp` | a record being written; never acknowledged, removed at the next start |
//! | `damaged/` | files that are no records any more, moved aside and never deleted |
//!
//! # The record
//!
//! | offset | bytes | what it is |
//! |---|---|---|
//! | 0 | 4 | `DSO1` |
//! | 4 | 8 | key id: the first 8 bytes of the SHA-256 of the key |
//! | 12 | 16 | id of the record, the UUID's bytes |
//! | 28 | 1 | owner: `0` the installation, `1` a person |
//! | 29 | 32 | SHA-256 of the person's issuer and subject; zeros for the installation |
//! | 61 | 12 | random nonce |
//! | 73 | … | JSON (order, payload, state), ChaCha20-Poly1305 (RFC 8439), with its 16-byte tag |
//!
//! The first 61 bytes are the additional authenticated data: a record cannot be given to another
//! owner or stand in for another record.
//!
//! A record is written to a temporary file, synced, renamed, and the folder synced, in this order.

mod backoff;
mod entry;
mod error;
mod folder;
mod owner;
mod queue;
mod record;

pub use backoff::{RETRY_LIMIT, backoff};
pub use entry::{Entry, HOLD_LIMIT, Outcome, Payload, State};
pub use error::OutboxError;
pub use folder::{Damage, Damaged};
pub use owner::Owner;
pub use queue::{Cancelled, Opened, Outbox, Saved};
