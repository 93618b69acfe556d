use std::thread;

use content::Concept;
use triage::{COLUMNS, Head, Model, PLACES};

use crate::fit::{Linear, Sample, fit, rarity};
use crate::{Example, HeldOut, Row};

/// The largest step of a weight.
const STEPS: f32 = 127.0;

/// Learns from all rows. How sure it may be was measured on `held_out`; `version` names what the
/// rows were made from.
#[must_use]
pub fn learn(rows: &[Row<'_>], held_out: &HeldOut, version: u32) -> Model {
    let rarity = rarity(rows.iter());
    let samples: Vec<Sample> = rows.iter().map(|row| Sample::new(row, &rarity)).collect();
    let heads = heads(&samples.iter().collect::<Vec<_>>());
    let mut packed = Packed::new();
    for ((head, linear), temperature) in Head::ALL.into_iter().zip(&heads).zip(held_out.words) {
        packed.add(head, linear, temperature);
    }
    let damping =
        held_out.words.iter().zip(held_out.meaning).map(|(words, meaning)| words / meaning);
    Model::new(version, packed.bias, packed.step, damping.collect(), rarity, packed.weights)
}

/// Every head, learned side by side.
pub(crate) fn heads(samples: &[&Sample]) -> Vec<Linear> {
    thread::scope(|scope| {
        let works = Head::ALL.map(|head| scope.spawn(move || fit(samples, head)));
        let done = works.into_iter().map(|work| match work.join() {
            Ok(linear) => linear,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect()
    })
}

/// Names what is learned from: FNV-1a over examples, concepts and the name of the embedding, 32 bits.
#[must_use]
pub fn version(examples: &[Example], concepts: &[Concept]) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let examples = examples.iter().map(|it| format!("{it:?}"));
    let concepts = concepts.iter().map(|it| format!("{it:?}"));
    let embedding = std::iter::once(embedding::WEIGHTS.to_owned());
    let bytes = examples.chain(concepts).chain(embedding).flat_map(String::into_bytes);
    bytes.fold(0x811c_9dc5, mix)
}

/// Columns of a model being filled.
struct Packed {
    bias: Vec<f32>,
    step: Vec<f32>,
    weights: Vec<i8>,
}

impl Packed {
    fn new() -> Self {
        let (bias, step) = (vec![0.0; COLUMNS], vec![0.0; COLUMNS]);
        Self { bias, step, weights: vec![0; PLACES * COLUMNS] }
    }

    /// Rounds the weights of each answer to steps, and takes the temperature in.
    fn add(&mut self, head: Head, linear: &Linear, temperature: f32) {
        for (answer, column) in head.columns().enumerate() {
            let own = linear.weights_of(answer);
            let most = own.iter().copied().map(f32::abs).fold(f32::MIN_POSITIVE, f32::max);
            let step = most / STEPS;
            let bias = linear.bias.get(answer).copied().unwrap_or_default();
            if let Some(place) = self.bias.get_mut(column) {
                *place = bias / temperature;
            }
            if let Some(place) = self.step.get_mut(column) {
                *place = step / temperature;
            }
            let places = self.weights.iter_mut().skip(column).step_by(COLUMNS);
            for (place, weight) in places.zip(own) {
                *place = (weight / step).round() as i8;
            }
        }
    }
}
