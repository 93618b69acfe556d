//! Indexes the articles and finds them by words, on this device. The index is a folder built beside
//! its place and moved there when it is complete, so a half-built one is never opened.

mod index;
mod language;
mod mark;
mod plain;
mod query;

pub use index::{Document, Index, SearchError, build};
pub use mark::Fragment;
pub use plain::plain_text;
pub use query::Hit;
