use embedding::{Embedder, EmbeddingError};
use triage::{
    BUCKETS, Concepts, Feature, Head, PLACES, RARITY_STEP, features, fold, meaning, weigh,
};

use crate::Example;

/// How often all rows are seen.
const EPOCHS: usize = 20;
/// The first step of a weight.
const RATE: f32 = 0.1;
/// How much a weight is drawn to zero each time its feature is seen.
const DECAY: f32 = 1e-4;
/// The same for a number of a vector, which is in every row that has one.
const DENSE_DECAY: f32 = 1e-5;

/// An example as it is learned: its features before rarity.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What it was made from.
    pub example: &'a Example,
    /// Whether the vector of what it means is among the features.
    pub has_meaning: bool,
    features: Vec<Feature>,
}

/// Makes every example a row of words and, where the embedding reads its language, one of words and
/// meaning: a model that learned from both can be asked with and without.
///
/// # Errors
/// The embedding refuses a text.
pub fn rows<'a>(
    examples: &'a [Example],
    concepts: &Concepts,
    embedder: &Embedder,
) -> Result<Vec<Row<'a>>, EmbeddingError> {
    let rows = examples.iter().map(|example| rows_of(example, concepts, embedder));
    Ok(rows.collect::<Result<Vec<_>, _>>()?.concat())
}

fn rows_of<'a>(
    example: &'a Example,
    concepts: &Concepts,
    embedder: &Embedder,
) -> Result<Vec<Row<'a>>, EmbeddingError> {
    let folded = fold(&example.text);
    let features = features(folded.text(), concepts);
    let mut rows = Vec::new();
    if example.is_english() {
        let vector = embedder.embed(folded.text())?;
        let features = features.iter().copied().chain(meaning(&vector)).collect();
        rows.push(Row { example, has_meaning: true, features });
    }
    rows.push(Row { example, has_meaning: false, features });
    Ok(rows)
}

/// A head in full precision.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    answers: usize,
    /// Per answer.
    pub(crate) bias: Vec<f32>,
    /// Per place, per answer.
    weights: Vec<f32>,
}

/// Rarity of every place, in steps: inverse document frequency, smoothed.
pub(crate) fn rarity<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> Vec<u8> {
    let mut seen = vec![0_u32; PLACES];
    let mut n = 0.0;
    for row in rows {
        n += 1.0;
        for feature in &row.features {
            if let Some(count) = seen.get_mut(feature.bucket as usize) {
                *count += 1;
            }
        }
    }
    let steps = |count: u32| (((1.0 + n) / (1.0 + count as f32)).ln() + 1.0) / RARITY_STEP;
    seen.into_iter().map(|count| steps(count).round().clamp(0.0, 255.0) as u8).collect()
}

/// A row ready to learn from: weighed features, and the answer of every head.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    features: Vec<(u32, f32)>,
    answers: [Option<usize>; Head::ALL.len()],
}

impl Sample {
    /// Puts a row and rarities together.
    pub(crate) fn new(row: &Row<'_>, rarity: &[u8]) -> Self {
        let of = |bucket: u32| {
            f32::from(rarity.get(bucket as usize).copied().unwrap_or_default()) * RARITY_STEP
        };
        let answers = Head::ALL.map(|head| row.example.answer(head));
        Self { features: weigh(&row.features, of), answers }
    }
}

impl Linear {
    /// The weights of one answer, by bucket.
    pub(crate) fn weights_of(&self, answer: usize) -> Vec<f32> {
        self.weights.iter().skip(answer).step_by(self.answers).copied().collect()
    }

    /// The logits of a row.
    pub(crate) fn logits(&self, sample: &Sample) -> Vec<f32> {
        let mut logits = self.bias.clone();
        for (bucket, amount) in &sample.features {
            let start = *bucket as usize * self.answers;
            let row = self.weights.get(start..start + self.answers).unwrap_or_default();
            for (logit, weight) in logits.iter_mut().zip(row) {
                *logit += amount * weight;
            }
        }
        logits
    }
}

/// Learns one head.
pub(crate) fn fit(samples: &[&Sample], head: Head) -> Linear {
    let at = Head::ALL.iter().position(|it| *it == head).unwrap_or_default();
    let answers = head.answers();
    let mut linear =
        Linear { answers, bias: vec![0.0; answers], weights: vec![0.0; PLACES * answers] };
    let mut bias_seen = vec![1e-8_f32; answers];
    let mut seen = vec![1e-8_f32; PLACES * answers];
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = Random(42);
    for _ in 0..EPOCHS {
        random.shuffle(&mut order);
        for sample in order.iter().filter_map(|row| samples.get(*row)) {
            let Some(right) = sample.answers.get(at).copied().flatten() else { continue };
            let mut wrong = linear.logits(sample);
            triage::softmax(&mut wrong);
            if let Some(own) = wrong.get_mut(right) {
                *own -= 1.0;
            }
            for ((bias, seen), wrong) in linear.bias.iter_mut().zip(&mut bias_seen).zip(&wrong) {
                step(bias, seen, *wrong * 0.1);
            }
            for (bucket, amount) in &sample.features {
                let decay = if (*bucket as usize) < BUCKETS { DECAY } else { DENSE_DECAY };
                let range = *bucket as usize * answers..(*bucket as usize + 1) * answers;
                let weights = linear.weights.get_mut(range.clone()).unwrap_or_default();
                let seen = seen.get_mut(range).unwrap_or_default();
                for ((weight, seen), wrong) in weights.iter_mut().zip(seen).zip(&wrong) {
                    let slope = wrong * amount + decay * *weight;
                    step(weight, seen, slope);
                }
            }
        }
    }
    linear
}

fn step(weight: &mut f32, seen: &mut f32, slope: f32) {
    *seen += slope * slope;
    *weight -= RATE * slope / seen.sqrt();
}

/// A linear congruential generator: the order must be the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}
