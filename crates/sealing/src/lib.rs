//! Keys, what is encrypted with them, and private files that survive a power cut. Used on both
//! sides: for what waits on a device, and for what people wrote to the agent.

mod error;
pub mod files;
mod key;
mod sealed;

pub use error::{KeyFileProblem, SealingError};
pub use key::{KEY_ID_LEN, Key, existing_key, file_key};
pub use sealed::{open, seal};
