//! Talks to the central agent: one method per route of its API, each request signed by the
//! installation (RFC 9421, the profile of the `ticket` crate) and sent in a person's name, and the
//! stream of events (server-sent events) with its heartbeat.
//!
//! The HTTP client is the caller's: it brings the trust store, the proxy and the user agent. It
//! must not follow redirects (nothing of ours redirects; a captive portal does) and must have no
//! total timeout (the stream of events is open for hours). Nothing here logs, so no body and no
//! token ever reaches a log.

mod answer;
mod challenge;
mod client;
mod error;
mod events;
mod reconnect;
mod request;
mod signer;

pub use challenge::StepUp;
pub use client::AgentClient;
pub use error::ClientError;
pub use events::{Events, SILENCE_LIMIT};
pub use reconnect::Reconnect;
pub use signer::{Auth, Signer};
