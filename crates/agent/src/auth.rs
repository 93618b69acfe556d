//! Who is asking. Extractors, so that a handler's parameters say what it demands.

mod caller;
mod envelope;
mod freshness;
mod keys;
mod proven;
mod reporter;
mod signature;
mod token;

pub(crate) use caller::{Caller, FreshCaller, Sender, TokenHolder, recognized};
pub(crate) use envelope::open_envelope;
pub(crate) use freshness::{FRESH_SECONDS, StepUp, challenge_since, is_recent};
pub(crate) use keys::{Doors, Keys, KeysError};
pub(crate) use proven::Proven;
pub(crate) use reporter::Reporter;
pub(crate) use signature::{Presented, SignatureFault};
pub(crate) use token::{Claims, Expected, TokenFault, header, id_header, verify};
