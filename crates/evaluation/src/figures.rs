//! The arithmetic every report shares.

use std::fmt;
use std::time::Duration;

/// A share; nothing where there is nothing to share.
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Right and wrong of one yes-or-no question.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Said yes, and it is.
    pub(crate) found: usize,
    /// Said yes, and it is not.
    pub(crate) wrong: usize,
    /// Said no, and it is.
    pub(crate) missed: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, said: bool, is: bool) {
        match (said, is) {
            (true, true) => self.found += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    pub(crate) fn precision(self) -> Option<f64> {
        share(self.found, self.found + self.wrong)
    }

    pub(crate) fn recall(self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }

    /// Harmonic mean of precision and recall; nothing where the answer is never and nowhere yes.
    pub(crate) fn f1(self) -> Option<f64> {
        share(2 * self.found, 2 * self.found + self.wrong + self.missed)
    }
}

/// Mean of what is there.
pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.into_iter().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

const BINS: usize = 10;

/// Expected calibration error over ten bins of equal width (Guo et al., 2017): how far the stated
/// confidence is from the share that is right, weighted by rows.
pub(crate) fn calibration_error(answers: &[(f32, bool)]) -> Option<f64> {
    let mut bins = [(0.0_f64, 0_usize, 0_usize); BINS];
    for (confidence, is_right) in answers {
        let bin = ((confidence * BINS as f32) as usize).min(BINS - 1);
        if let Some((sum, right, n)) = bins.get_mut(bin) {
            *sum += f64::from(*confidence);
            *right += usize::from(*is_right);
            *n += 1;
        }
    }
    let gap = |&(sum, right, n): &(f64, usize, usize)| {
        Some((sum / share(n, 1)? - share(right, n)?).abs() * share(n, answers.len())?)
    };
    (!answers.is_empty()).then(|| bins.iter().filter_map(gap).sum())
}

/// The smallest time that this many of a hundred do not exceed, in milliseconds.
pub(crate) fn percentile(times: &[Duration], hundredths: usize) -> Option<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(rank).map(|time| time.as_secs_f64() * 1000.0)
}

/// A figure in a table; `-` where there is none.
pub(crate) struct Shown(pub(crate) Option<f64>);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(figure) => write!(f, "{figure:.3}"),
            None => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expect: f64) {
        assert!(found.is_some_and(|found| (found - expect).abs() < 1e-6), "{found:?} {expect}");
    }

    #[test]
    fn nothing_to_count_gives_nothing() {
        assert_eq!(share(0, 0), None);
        assert_eq!(Counts::default().f1(), None);
        assert_eq!(calibration_error(&[]), None);
        assert_eq!(percentile(&[], 99), None);
        assert_eq!(mean([]), None);
    }

    #[test]
    fn counts_give_precision_recall_and_their_mean() {
        let counts = Counts { found: 6, wrong: 2, missed: 4 };
        near(counts.precision(), 0.75);
        near(counts.recall(), 0.6);
        near(counts.f1(), 2.0 * 0.75 * 0.6 / (0.75 + 0.6));
    }

    #[test]
    fn calibration_is_the_gap_between_what_is_said_and_what_is() {
        near(calibration_error(&[(0.9, true), (0.9, true)]), 0.1);
        near(calibration_error(&[(1.0, true), (0.0, false)]), 0.0);
        near(calibration_error(&[(0.8, true), (0.8, false), (0.3, false), (0.3, false)]), 0.3);
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        near(percentile(&times, 50), 100.0);
        near(percentile(&times, 99), 198.0);
        near(percentile(&times[..1], 99), 200.0);
    }
}
