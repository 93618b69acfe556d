use std::collections::BTreeSet;
use std::path::Path;

use super::source;
use crate::{Concept, Report};

const FILE: &str = "triage/concepts.jsonl";
const MAX_BYTES: u64 = 1 << 20;

/// The sound concepts; a line with a problem is left out alone. There may be none.
pub(super) fn load(root: &Path, report: &mut Report) -> Vec<Concept> {
    if !root.join(FILE).exists() {
        return Vec::new();
    }
    let source = match source::read_large_file(root, FILE, MAX_BYTES) {
        Ok(source) => source,
        Err(problem) => {
            report.add(problem);
            return Vec::new();
        }
    };
    let (mut concepts, mut seen) = (Vec::new(), BTreeSet::new());
    for (number, line) in source.lines().filter(|(_, line)| !line.trim().is_empty()) {
        let problem =
            |what: String, advice: &str| source.problem(Some(number), what, advice.to_owned());
        match serde_json::from_str::<Concept>(line) {
            Err(error) => {
                let what = format!("this is not a concept: {error}");
                report.add(problem(
                    what,
                    r#"Write {"concept": "name", "en": ["word", "two words"]}."#,
                ));
            }
            Ok(concept) if !seen.insert(concept.concept.clone()) => {
                let what = format!("the concept `{}` is there twice", concept.concept);
                report.add(problem(what, "Put its words on one line."));
            }
            Ok(concept) => concepts.push(concept),
        }
    }
    concepts
}
