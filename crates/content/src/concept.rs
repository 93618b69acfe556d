use std::collections::BTreeMap;

use serde::Deserialize;

/// Words that mean the same to a help desk; a line of `triage/concepts.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Concept {
    /// Its name.
    pub concept: String,
    /// By language: words and phrases. A `*` at an end of a word stands for anything.
    #[serde(flatten)]
    pub words: BTreeMap<String, Vec<String>>,
}
