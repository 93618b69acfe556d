use triage::{Head, softmax};

use crate::Row;
use crate::calibrate::temperature;
use crate::fit::{Sample, rarity};
use crate::model::heads;

/// Parts the families are dealt to.
const PARTS: u64 = 5;

/// One value per head, in the order of [`Head::ALL`].
pub type PerHead<T> = [T; Head::ALL.len()];

/// What models say about rows whose families they have not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// What makes the probabilities honest, where there are only words.
    pub words: PerHead<f32>,
    /// The same where there is a vector too.
    pub meaning: PerHead<f32>,
    /// Per row: the probabilities.
    pub probabilities: Vec<PerHead<Vec<f32>>>,
}

/// Learns five times, each time without a fifth of the families, and asks about that fifth.
#[must_use]
pub fn cross_validate(rows: &[Row<'_>]) -> HeldOut {
    let mut logits: Vec<PerHead<Vec<f32>>> = vec![Default::default(); rows.len()];
    for part in 0..PARTS {
        let is_out: Vec<bool> = rows.iter().map(|row| row.example.part(PARTS) == part).collect();
        let seen = rows.iter().zip(&is_out).filter(|(_, out)| !**out).map(|(row, _)| row);
        let rarity = rarity(seen);
        let samples: Vec<Sample> = rows.iter().map(|row| Sample::new(row, &rarity)).collect();
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
    let words = calibrated(rows, &mut logits, false);
    let meaning = calibrated(rows, &mut logits, true);
    HeldOut { words, meaning, probabilities: logits }
}

/// Turns the logits of the rows with or without a vector into honest probabilities.
fn calibrated(
    rows: &[Row<'_>],
    logits: &mut [PerHead<Vec<f32>>],
    has_meaning: bool,
) -> PerHead<f32> {
    let mut temperatures = [1.0; Head::ALL.len()];
    for (at, (head, place)) in Head::ALL.into_iter().zip(&mut temperatures).enumerate() {
        let mut mine: Vec<(&mut Vec<f32>, Option<usize>)> = rows
            .iter()
            .zip(logits.iter_mut())
            .filter(|(row, _)| row.has_meaning == has_meaning)
            .filter_map(|(row, logits)| Some((logits.get_mut(at)?, row.example.answer(head))))
            .collect();
        let told = mine.iter().filter_map(|(logits, answer)| Some((logits.as_slice(), (*answer)?)));
        *place = temperature(&told.collect::<Vec<_>>());
        for (row, _) in &mut mine {
            row.iter_mut().for_each(|logit| *logit /= *place);
            softmax(row);
        }
    }
    temperatures
}
