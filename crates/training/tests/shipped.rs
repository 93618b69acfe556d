//! The model that is shipped, and how it is made.
#![allow(clippy::expect_used, reason = "a test panics where it fails")]

use std::path::{Path, PathBuf};

use content::{Audience, Content};
use training::{cross_validate, learn, load, version};
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

fn examples() -> Vec<training::Example> {
    load(&knowledge().join("triage")).expect("examples")
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
    let once = || {
        let found = cross_validate(&few, &concepts(&content));
        learn(&few, &content.concepts, found.temperatures).expect("a model").to_bytes()
    };
    let bytes = once();
    assert!(bytes == once(), "learning is not reproducible");
    assert_eq!(Model::parse(&bytes).expect("a model").to_bytes().len(), bytes.len());
}

#[test]
fn what_was_not_learned_is_still_understood_better_than_by_chance() {
    let content = shipped();
    let few: Vec<_> = examples().into_iter().step_by(10).collect();
    let found = cross_validate(&few, &concepts(&content));
    let right = few.iter().zip(&found.probabilities).filter(|(example, said)| {
        let said = &said[0];
        let likeliest = (0..said.len()).max_by(|one, other| said[*one].total_cmp(&said[*other]));
        likeliest == example.answer(Head::Scenario)
    });
    let share = right.count() as f32 / few.len() as f32;
    assert!(share > 0.4, "{share}");
}
