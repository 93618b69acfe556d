//! The model that is shipped, and how it is made.
#![allow(clippy::expect_used, reason = "a test panics where it fails")]

use std::path::{Path, PathBuf};

use content::{Audience, Content};
use embedding::Embedder;
use training::{Example, cross_validate, learn, load, rows, version};
use triage::{Concepts, Head, Model};

fn knowledge() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

fn shipped() -> Content {
    content::load(&knowledge(), Audience::Agent).expect("knowledge/").0
}

fn concepts(content: &Content) -> Concepts {
    Concepts::compile(&content.concepts).expect("concepts")
}

fn examples() -> Vec<Example> {
    load(&knowledge().join("triage")).expect("examples")
}

fn embedder() -> Embedder {
    Embedder::load(&knowledge().join("embedding")).expect("`cargo xtask setup` installs the model")
}

#[test]
fn the_shipped_model_was_learned_from_the_shipped_examples() {
    let content = shipped();
    let model = Model::parse(&content.model.expect("a model")).expect("a sound model");
    let expect = version(&examples(), &content.concepts);
    assert_eq!(model.version(), expect, "run `cargo xtask train` and commit the model");
}

#[test]
fn the_same_examples_make_the_same_bytes() {
    let content = shipped();
    let few: Vec<_> = examples().into_iter().step_by(40).collect();
    let (concepts, embedder) = (concepts(&content), embedder());
    let once = || {
        let rows = rows(&few, &concepts, &embedder).expect("rows");
        learn(&rows, &cross_validate(&rows), 7).to_bytes()
    };
    let bytes = once();
    assert!(bytes == once(), "learning is not reproducible");
    assert_eq!(Model::parse(&bytes).expect("a model").to_bytes().len(), bytes.len());
}

#[test]
fn what_was_not_learned_is_still_understood_better_than_by_chance() {
    let content = shipped();
    let few: Vec<_> = examples().into_iter().step_by(10).collect();
    let rows = rows(&few, &concepts(&content), &embedder()).expect("rows");
    let found = cross_validate(&rows);
    for has_meaning in [false, true] {
        let asked = rows.iter().zip(&found.probabilities).filter(|(row, _)| {
            row.has_meaning == has_meaning && row.example.answer(Head::Scenario).is_some()
        });
        let asked: Vec<_> = asked.collect();
        let right = asked.iter().filter(|(row, said)| {
            let said = &said[0];
            let likeliest =
                (0..said.len()).max_by(|one, other| said[*one].total_cmp(&said[*other]));
            likeliest == row.example.answer(Head::Scenario)
        });
        let share = right.count() as f32 / asked.len() as f32;
        assert!(share > 0.4, "{share}, meaning: {has_meaning}");
    }
}
