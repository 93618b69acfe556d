//! Finds and masks secrets and personal data in what people write: passwords in prose, tokens of
//! known shapes, keys, one-time codes, card, account and identity numbers; for readers outside of
//! the desk also how a person is reached. Pure. Masking twice changes nothing more.

mod contact;
mod find;
mod kind;
mod number;
mod password;
mod prose;
mod redact;
mod shape;
mod shapes;

pub use kind::SecretKind;
pub use redact::{Masked, Redacted, redact, redact_for_outside};
