use std::thread;

use content::Concept;
use triage::{BUCKETS, COLUMNS, Concepts, Head, Model, TooManyConcepts};

use crate::Example;
use crate::fit::{Linear, Prepared, Sample, fit, prepare, rarity};

/// The largest step of a weight.
const STEPS: f32 = 127.0;

/// Learns from all examples. `temperatures` are those of the heads, in the order of [`Head::ALL`].
///
/// # Errors
/// There are more concepts than can be looked for at once.
pub fn learn(
    examples: &[Example],
    concepts: &[Concept],
    temperatures: [f32; Head::ALL.len()],
) -> Result<Model, TooManyConcepts> {
    let meanings = Concepts::compile(concepts)?;
    let prepared: Vec<Prepared> = examples.iter().map(|it| prepare(&it.text, &meanings)).collect();
    let rarity = rarity(prepared.iter());
    let samples: Vec<Sample> = examples
        .iter()
        .zip(&prepared)
        .map(|(example, prepared)| Sample::new(example, prepared, &rarity))
        .collect();
    let heads = heads(&samples.iter().collect::<Vec<_>>());
    let mut packed = Packed::new();
    for ((head, linear), temperature) in Head::ALL.into_iter().zip(&heads).zip(temperatures) {
        packed.add(head, linear, temperature);
    }
    let version = version(examples, concepts);
    Ok(Model::new(version, packed.bias, packed.step, rarity, packed.weights))
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

/// Names what is learned from: FNV-1a over examples and concepts, 32 bits.
#[must_use]
pub fn version(examples: &[Example], concepts: &[Concept]) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let examples = examples.iter().map(|it| format!("{it:?}"));
    let concepts = concepts.iter().map(|it| format!("{it:?}"));
    let bytes = examples.chain(concepts).flat_map(String::into_bytes);
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
        Self { bias, step, weights: vec![0; BUCKETS * COLUMNS] }
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
