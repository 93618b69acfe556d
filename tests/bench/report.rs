//! Figures and how they are shown.

use std::fmt::Write;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

/// All lines of one run, and what they were measured with.
#[derive(Serialize)]
pub(crate) struct Report {
    version: &'static str,
    profile: &'static str,
    cores: usize,
    lines: Vec<Line>,
}

/// One measure: what, and how it is spread over the runs.
#[derive(Serialize)]
struct Line {
    measure: &'static str,
    unit: &'static str,
    #[serde(flatten)]
    spread: Spread,
    #[serde(skip_serializing_if = "Option::is_none")]
    aim: Option<Aim>,
}

/// Some values of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    runs: usize,
    median: f64,
    p99: f64,
    min: f64,
    max: f64,
}

/// What a figure should be.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    /// The middle one.
    MedianAtMost(f64),
    /// The middle one, from below.
    MedianAtLeast(f64),
    /// What 99 of 100 do not exceed.
    P99AtMost(f64),
}

impl Report {
    /// Nothing is measured yet.
    pub(crate) fn new() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "dev" } else { "release" },
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            lines: Vec::new(),
        }
    }

    /// Adds a measure.
    pub(crate) fn add(&mut self, measure: &'static str, unit: &'static str, spread: Spread) {
        self.lines.push(Line { measure, unit, spread, aim: None });
    }

    /// Adds a measure that has an aim.
    pub(crate) fn add_with_aim(
        &mut self,
        measure: &'static str,
        unit: &'static str,
        spread: Spread,
        aim: Aim,
    ) {
        self.lines.push(Line { measure, unit, spread, aim: Some(aim) });
    }

    /// For programs.
    pub(crate) fn json(&self) -> anyhow::Result<String> {
        serde_json::to_string_pretty(self).context("writing the figures")
    }

    /// Keeps the figures as a file.
    pub(crate) fn keep(&self, path: &Path) -> anyhow::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("making {}", folder.display()))?;
        }
        std::fs::write(path, self.json()?).with_context(|| format!("writing {}", path.display()))
    }

    /// For people.
    pub(crate) fn table(&self) -> anyhow::Result<String> {
        let Self { version, profile, cores, lines } = self;
        let mut table = format!("Deskside {version}, profile {profile}, {cores} cores\n");
        let head = ("measure", "unit", "runs", "median", "p99", "min", "max");
        let (measure, unit, runs, median, p99, min, max) = head;
        writeln!(
            table,
            "{measure:<44} {unit:<5} {runs:>6} {median:>9} {p99:>9} {min:>9} {max:>9}  aim"
        )?;
        for Line { measure, unit, spread, aim } in lines {
            let Spread { runs, median, p99, min, max } = spread;
            write!(table, "{measure:<44} {unit:<5} {runs:>6} {median:>9.2}")?;
            if *runs > 1 {
                write!(table, " {p99:>9.2} {min:>9.2} {max:>9.2}")?;
            } else if aim.is_some() {
                write!(table, "{:>30}", "")?;
            }
            let aim = aim.map(|aim| format!("  {}", aim.text(spread))).unwrap_or_default();
            writeln!(table, "{aim}")?;
        }
        Ok(table)
    }
}

impl Spread {
    /// Of values measured one after the other.
    pub(crate) fn of(mut values: Vec<f64>) -> anyhow::Result<Self> {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| nearest_rank(&values, share).context("nothing was measured");
        Ok(Self {
            runs: values.len(),
            median: at(0.5)?,
            p99: at(0.99)?,
            min: at(0.0)?,
            max: at(1.0)?,
        })
    }

    /// Of one value.
    pub(crate) const fn one(value: f64) -> Self {
        Self { runs: 1, median: value, p99: value, min: value, max: value }
    }

    /// By how much its median is above that of another one.
    pub(crate) fn more_than(&self, other: &Self) -> Self {
        Self::one(self.median - other.median)
    }

    /// How often the median of another one goes into this one.
    pub(crate) fn ratio_to(&self, other: &Self) -> Self {
        Self::one(self.median / other.median)
    }
}

impl Aim {
    fn text(self, spread: &Spread) -> String {
        let (wanted, is_met) = match self {
            Self::MedianAtMost(limit) => (format!("median ≤ {limit}"), spread.median <= limit),
            Self::MedianAtLeast(limit) => (format!("median ≥ {limit}"), spread.median >= limit),
            Self::P99AtMost(limit) => (format!("p99 ≤ {limit}"), spread.p99 <= limit),
        };
        format!("{wanted}: {}", if is_met { "met" } else { "missed" })
    }
}

/// The smallest value that at least this share of the sorted values does not exceed.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few thousand values"
)]
fn nearest_rank(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expect: (f64, f64, f64, f64)) {
        let spread = Spread::of(values.to_vec()).unwrap();
        assert_eq!((spread.min, spread.median, spread.p99, spread.max), expect);
    }

    #[test]
    fn figures_are_values_that_were_measured() {
        check(&[3.0], (3.0, 3.0, 3.0, 3.0));
        check(&[4.0, 1.0, 3.0, 2.0], (1.0, 2.0, 4.0, 4.0));
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        check(&hundred, (1.0, 50.0, 99.0, 100.0));
    }

    #[test]
    fn nothing_measured_is_an_error() {
        assert!(Spread::of(Vec::new()).is_err());
    }
}
