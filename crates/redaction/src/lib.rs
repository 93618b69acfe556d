//! Finds and masks secrets and payment data in what people write: passwords in prose, tokens of
//! known shapes, keys, one-time codes, card and account numbers. Pure. Masking twice changes
//! nothing more.

mod find;
mod kind;
mod number;
mod password;
mod prose;
mod redact;
mod shape;
mod shapes;

pub use kind::SecretKind;
pub use redact::{Masked, Redacted, redact};
