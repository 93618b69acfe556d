use triage::{Concepts, Head, softmax};

use crate::Example;
use crate::calibrate::temperature;
use crate::fit::{Prepared, Sample, prepare, rarity};
use crate::model::heads;

/// Parts the families are dealt to.
const PARTS: u64 = 5;

/// What models say about rows whose families they have not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// Per head: what makes its probabilities honest.
    pub temperatures: [f32; Head::ALL.len()],
    /// Per example, per head: the probabilities.
    pub probabilities: Vec<[Vec<f32>; Head::ALL.len()]>,
}

/// Learns five times, each time without a fifth of the families, and asks about that fifth.
#[must_use]
pub fn cross_validate(examples: &[Example], concepts: &Concepts) -> HeldOut {
    let prepared: Vec<Prepared> = examples.iter().map(|it| prepare(&it.text, concepts)).collect();
    let mut logits: Vec<[Vec<f32>; Head::ALL.len()]> = vec![Default::default(); examples.len()];
    for part in 0..PARTS {
        let is_out: Vec<bool> = examples.iter().map(|it| it.part(PARTS) == part).collect();
        let seen: Vec<&Prepared> =
            prepared.iter().zip(&is_out).filter(|(_, out)| !**out).map(|(it, _)| it).collect();
        let rarity = rarity(seen.into_iter());
        let samples: Vec<Sample> = examples
            .iter()
            .zip(&prepared)
            .map(|(example, prepared)| Sample::new(example, prepared, &rarity))
            .collect();
        let learned: Vec<&Sample> =
            samples.iter().zip(&is_out).filter(|(_, out)| !**out).map(|(it, _)| it).collect();
        let heads = heads(&learned);
        for ((row, sample), _) in
            logits.iter_mut().zip(&samples).zip(&is_out).filter(|(_, out)| **out)
        {
            for (place, head) in row.iter_mut().zip(&heads) {
                *place = head.logits(sample);
            }
        }
    }
    calibrated(examples, logits)
}

fn calibrated(examples: &[Example], mut logits: Vec<[Vec<f32>; Head::ALL.len()]>) -> HeldOut {
    let mut temperatures = [1.0; Head::ALL.len()];
    for (at, (head, place)) in Head::ALL.into_iter().zip(&mut temperatures).enumerate() {
        let rows = examples.iter().zip(&logits);
        let told: Vec<(&[f32], usize)> = rows
            .filter_map(|(example, row)| Some((row.get(at)?.as_slice(), example.answer(head)?)))
            .collect();
        *place = temperature(&told);
        for row in logits.iter_mut().filter_map(|row| row.get_mut(at)) {
            row.iter_mut().for_each(|logit| *logit /= *place);
            softmax(row);
        }
    }
    HeldOut { temperatures, probabilities: logits }
}
