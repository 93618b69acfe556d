//! What searching by meaning adds: the time of a question and the memory of the model.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use embedding::Embedder;
use serde::{Deserialize, Serialize};

use crate::corpus::Task;
use crate::engine::{in_ms, processor_time, resident};

/// Words of a question of about sixteen pieces.
const WORDS: usize = 13;
/// Questions that are asked.
const QUESTIONS: usize = 300;

/// What was measured of the model, in a process of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Meant {
    /// Until the model is there.
    pub(crate) load_ms: f64,
    /// Time of the processor for each question.
    pub(crate) question_ms: Vec<f64>,
    /// Memory that it adds while it is loaded and after these questions.
    pub(crate) loaded_bytes: u64,
    /// What is left of that when it has gone.
    pub(crate) left_bytes: u64,
}

/// Reads the model, asks, and lets it go.
pub(crate) fn measure(task: &Task) -> anyhow::Result<Meant> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/embedding"));
    let questions = questions(&task.asked);
    let before = resident()?;
    let began = Instant::now();
    let embedder =
        Embedder::load(folder).context("the model, which `cargo xtask setup` installs")?;
    let load_ms = in_ms(began.elapsed());
    let mut question_ms = Vec::with_capacity(questions.len());
    for question in &questions {
        let began = processor_time();
        embedder.embed(question)?;
        question_ms.push(in_ms(processor_time().saturating_sub(began)));
    }
    let loaded_bytes = resident()?.saturating_sub(before);
    embedder.unload();
    let left_bytes = resident()?.saturating_sub(before);
    Ok(Meant { load_ms, question_ms, loaded_bytes, left_bytes })
}

/// The words of all questions, cut into questions of the same length.
fn questions(asked: &[String]) -> Vec<String> {
    let words: Vec<&str> = asked.iter().flat_map(|text| text.split_whitespace()).collect();
    let all = words.iter().copied().cycle().take(words.len().min(1) * QUESTIONS * WORDS);
    all.collect::<Vec<_>>().chunks(WORDS).map(|words| words.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_have_one_length_however_many_there_are() {
        let asked = ["my vpn drops".to_owned(), "where do I print".to_owned()];
        let questions = questions(&asked);
        assert_eq!(questions.len(), QUESTIONS);
        assert!(questions.iter().all(|text| text.split(' ').count() == WORDS), "{questions:?}");
        assert!(super::questions(&[]).is_empty());
    }
}
