//! What can be set, by whom, and where each value comes from.
//!
//! Every key is defined once, in [`Key::definition`]. A value comes from the managed file
//! ([`MANAGED_PATH`], written by IT), else from the user's file, else it is the default. Both files
//! hold one JSON object; a key stands in it by its name:
//!
//! ```json
//! { "agent_url": "https://deskside.example.com", "loopback_port": 8423, "autostart": true }
//! ```
//!
//! On Windows a key of the registry stands for the managed file.
//!
//! The managed file is believed only if nobody but root could have written it. As soon as it
//! exists, believed or not, the keys that decide whom the app trusts come from nowhere else.
//! A bad key is ignored alone, a bad file alone, and both are told with a place and an advice.

mod definition;
mod error;
mod file;
mod kind;
#[cfg(unix)]
mod managed;
mod merge;
mod misfit;
#[cfg(windows)]
mod policies;
mod settings;
mod source;
mod value;

#[cfg(windows)]
use policies as managed;

pub use definition::{Definition, Key};
pub use error::{SettingError, SourceProblem};
pub use kind::Kind;
pub use merge::{Entry, Ignored, Origin};
pub use misfit::Misfit;
pub use settings::{MANAGED_PATH, Settings};
pub use value::{Appearance, Language};
