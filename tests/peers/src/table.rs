//! What was measured, for people and for programs.

use std::fmt;

use evaluation::SearchReport;
use serde::Serialize;

use crate::engine::{Built, Searched};
use crate::meaning::Meant;

const MIB: f64 = 1024.0 * 1024.0;

/// One line for each engine.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// Articles of the corpus that questions were answered from.
    articles: usize,
    /// Articles of the one whose time was measured.
    timed_articles: usize,
    engines: Vec<Figures>,
    model: Option<Model>,
}

/// What the model of the search by meaning needs.
#[derive(Debug, Serialize)]
struct Model {
    load_ms: f64,
    question_ms: Spread,
    loaded_mib: f64,
    left_mib: f64,
}

/// What one engine needs and finds.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    name: &'static str,
    build_seconds: f64,
    size_mib: f64,
    memory_mib: f64,
    open_ms: f64,
    typing_ms: Spread,
    question_ms: Spread,
    success_at_1: Option<f64>,
    success_at_5: Option<f64>,
    ndcg_at_10: Option<f64>,
    ci95: Option<[f64; 2]>,
}

/// Of many values.
#[derive(Debug, Clone, Copy, Serialize)]
struct Spread {
    p50: f64,
    p99: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { p50: at(&values, 50), p99: at(&values, 99) }
    }
}

/// The smallest value that so many of a hundred do not exceed.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53 bytes")]
fn in_mib(bytes: u64) -> f64 {
    bytes as f64 / MIB
}

impl Figures {
    pub(crate) fn of(
        name: &'static str,
        built: Built,
        searched: Searched,
        relevance: &SearchReport,
    ) -> Self {
        Self {
            name,
            build_seconds: built.seconds,
            size_mib: in_mib(built.bytes),
            memory_mib: in_mib(searched.bytes),
            open_ms: searched.open_ms,
            typing_ms: Spread::of(searched.typed_ms),
            question_ms: Spread::of(searched.asked_ms),
            success_at_1: relevance.pooled.success_at_1,
            success_at_5: relevance.pooled.success_at_5,
            ndcg_at_10: relevance.pooled.ndcg_at_10,
            ci95: relevance.pooled.ci95,
        }
    }
}

impl Table {
    pub(crate) const fn of(articles: usize, timed_articles: usize) -> Self {
        Self { articles, timed_articles, engines: Vec::new(), model: None }
    }

    pub(crate) fn set_model(&mut self, meant: Meant) {
        self.model = Some(Model {
            load_ms: meant.load_ms,
            question_ms: Spread::of(meant.question_ms),
            loaded_mib: in_mib(meant.loaded_bytes),
            left_mib: in_mib(meant.left_bytes),
        });
    }

    pub(crate) fn add(&mut self, figures: Figures) {
        self.engines.push(figures);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "time and memory over {} articles, relevance over {}; milliseconds of the processor",
            self.timed_articles, self.articles
        )?;
        writeln!(
            formatter,
            "{:<12} {:>8} {:>9} {:>10} {:>8} {:>17} {:>17} {:>5} {:>5} {:>8} {:>13}",
            "",
            "build s",
            "disk MiB",
            "memory MiB",
            "open ms",
            "key p50/p99",
            "question p50/p99",
            "S@1",
            "S@5",
            "nDCG@10",
            "95 %"
        )?;
        for engine in &self.engines {
            let spread = |of: Spread| format!("{:.2}/{:.2}", of.p50, of.p99);
            let share =
                |of: Option<f64>| of.map_or_else(|| "-".to_owned(), |of| format!("{of:.3}"));
            let interval =
                engine.ci95.map_or_else(String::new, |[from, to]| format!("{from:.3}–{to:.3}"));
            writeln!(
                formatter,
                "{:<12} {:>8.2} {:>9.1} {:>10.1} {:>8.1} {:>17} {:>17} {:>5} {:>5} {:>8} {:>13}",
                engine.name,
                engine.build_seconds,
                engine.size_mib,
                engine.memory_mib,
                engine.open_ms,
                spread(engine.typing_ms),
                spread(engine.question_ms),
                share(engine.success_at_1),
                share(engine.success_at_5),
                share(engine.ndcg_at_10),
                interval
            )?;
        }
        if let Some(model) = &self.model {
            writeln!(
                formatter,
                "the model of the search by meaning: loaded in {:.0} ms, a question of about sixteen pieces \
                 {:.2}/{:.2} ms (p50/p99), {:.1} MiB more while it is loaded, {:.1} MiB left when it has gone",
                model.load_ms,
                model.question_ms.p50,
                model.question_ms.p99,
                model.loaded_mib,
                model.left_mib
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_values_that_were_measured() {
        let spread = Spread::of((1..=100).rev().map(f64::from).collect());
        assert!(spread.p50.total_cmp(&50.0).is_eq() && spread.p99.total_cmp(&99.0).is_eq());
        assert!(Spread::of(Vec::new()).p50.is_nan());
    }
}
