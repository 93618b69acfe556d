//! Indexes the articles and finds them by words, on this device. The index is a folder built beside
//! its place and moved there when it is complete, so a half-built one is never opened.

mod build;
mod documents;
mod index;
mod language;
mod mark;
mod meaning;
mod passages;
mod plain;
mod query;
mod question;
mod ranking;
mod shelf;
mod vocabulary;

pub use build::{Built, build, update};
pub use index::{Document, Index, SearchError};
pub use mark::Fragment;
pub use meaning::{Alike, Meanings};
pub use plain::plain_text;
pub use query::{Hit, Meaning, Order};
pub use ranking::{Candidate, Evidence, FACTS, Ranking, SIGNS, WORD_SIGNS};
pub use shelf::{Shelf, VECTORS};
