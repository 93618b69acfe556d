//! Who is asking. Extractors, so that a handler's parameters say what it demands.

mod caller;
mod envelope;
mod freshness;
mod keys;
mod proven;
mod reporter;
mod signature;
mod token;

pub(crate) use caller::{Caller, FreshCaller, Sender, TokenHolder};
pub(crate) use envelope::open_envelope;
pub(crate) use freshness::{StepUp, challenge_since};
pub(crate) use keys::{Keys, KeysError};
pub(crate) use proven::Proven;
pub(crate) use reporter::Reporter;
pub(crate) use signature::{Presented, SignatureFault};
pub(crate) use token::{Expected, TokenFault};
