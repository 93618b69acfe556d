use std::collections::BTreeMap;

use content::Concept;

use super::*;
use crate::features::{BUCKETS, Kind, PLACES, meaning, sightings};
use crate::{Concepts, fold};

/// A model that knows one word, `vpn`, and one direction of meaning: they say the third label and
/// the fourth, in steps of a tenth.
fn model(concepts: &Concepts) -> Model {
    let known = sightings("vpn", concepts).into_iter().find(|it| it.kind == Kind::Word);
    let mut weights = vec![0; PLACES * COLUMNS];
    weights[known.unwrap().bucket as usize * COLUMNS + 3] = 100;
    weights[BUCKETS * COLUMNS + 4] = 100;
    let (bias, step, damping) = (vec![0.0; COLUMNS], vec![0.1; COLUMNS], vec![0.5; HEADS]);
    Model::new(7, bias, step, damping, vec![20; PLACES], weights)
}

#[test]
fn the_columns_of_the_heads_follow_each_other() {
    let mut end = 0;
    for head in Head::ALL {
        assert_eq!(head.columns(), end..end + head.answers());
        end = head.columns().end;
    }
    assert_eq!(end, COLUMNS);
}

#[test]
fn a_model_survives_its_file() {
    let model = model(&Concepts::default());
    let read = Model::parse(&model.to_bytes()).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.version(), 7);
}

#[test]
fn a_file_that_is_no_model_says_so() {
    let bytes = model(&Concepts::default()).to_bytes();
    let expected = bytes.len();
    assert_eq!(Model::parse(b""), Err(ModelError::Format));
    assert_eq!(Model::parse(b"DSKLBL99"), Err(ModelError::Format));
    for found in [8, 11, 200, expected - 1] {
        let cut = Model::parse(&bytes[..found]);
        assert_eq!(cut, Err(ModelError::Length { found, expected }), "{found}");
    }
    let long = [bytes.as_slice(), &[0]].concat();
    let found = expected + 1;
    assert_eq!(Model::parse(&long), Err(ModelError::Length { found, expected }));
}

#[test]
fn what_a_word_says_becomes_a_probability() {
    let concepts = Concepts::default();
    let model = model(&concepts);
    let said = model.predict(&crate::features("vpn", &concepts));
    assert!(said.probability(Head::Scenario, 3) > 0.99, "{said:?}");
    let nothing = model.predict(&crate::features("hello", &concepts));
    for head in Head::ALL {
        let even = 1.0 / head.answers() as f32;
        assert!(nothing.of(head).iter().all(|it| (it - even).abs() < 0.001), "{head:?}");
    }
}

#[test]
fn what_a_text_means_moves_the_answer() {
    let concepts = Concepts::default();
    let model = model(&concepts);
    let say = |text: &str, vector: &[f32]| {
        let words = crate::features(text, &concepts);
        let features: Vec<_> = words.into_iter().chain(meaning(vector)).collect();
        model.predict(&features)
    };
    let chance = say("hello", &[1.0]).probability(Head::Scenario, 4);
    let damped = 5_f32.exp() / (5_f32.exp() + 7.0);
    assert!((chance - damped).abs() < 1e-4, "{chance}");
    assert!(say("vpn", &[0.0, 1.0]).probability(Head::Scenario, 3) > 0.9);
    assert!(say("vpn", &[1.0]).probability(Head::Scenario, 3) < 0.5);
}

#[test]
fn evidence_is_the_words_that_moved_the_answer() {
    let concepts = Concepts::default();
    let model = model(&concepts);
    let folded = fold("My VPN is down");
    let seen = sightings(folded.text(), &concepts);
    let found = model.evidence(&seen, Head::Scenario, 3);
    let words: Vec<_> = found.into_iter().map(|place| &folded.text()[place]).collect();
    assert_eq!(words, ["vpn"]);
    assert!(model.evidence(&seen, Head::Scenario, 2).is_empty());
}

#[test]
fn all_words_count_as_much_as_all_pieces_and_as_all_concepts() {
    let words = BTreeMap::from([("de".to_owned(), vec!["passwort".to_owned()])]);
    let concepts = Concepts::compile(&[Concept { concept: "password".to_owned(), words }]).unwrap();
    let weighed = weigh(&crate::features("mein passwort ist weg", &concepts), |_| 2.0);
    let length: f32 = weighed.iter().map(|(_, amount)| amount * amount).sum();
    assert!((length - 3.0).abs() < 0.001, "{length}");
}
