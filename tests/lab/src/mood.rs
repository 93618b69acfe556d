//! How a server of the laboratory behaves: a file of words that a scenario writes and the server reads
//! at every request.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file of one server.
#[derive(Debug, Clone)]
pub(crate) struct Mood(PathBuf);

impl Mood {
    pub(crate) fn of(folder: &Path, name: &str) -> Self {
        Self(folder.join(format!("{name}.mood")))
    }

    /// The value after `name=`, if the file has one.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(&self.0).ok()?;
        text.split_whitespace().find_map(|word| {
            let (key, value) = word.split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
    }

    /// `delay=` in milliseconds.
    pub(crate) fn delay(&self) -> Duration {
        let milliseconds = self.get("delay").and_then(|text| text.parse().ok());
        Duration::from_millis(milliseconds.unwrap_or(0))
    }
}
