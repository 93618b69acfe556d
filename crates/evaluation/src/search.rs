//! How well articles are found for questions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::figures::{Shown, mean, percentile, share};
use crate::triage::Latency;

/// Ranks that count.
const DEPTH: usize = 10;
/// Samples drawn for an interval (Efron and Tibshirani, 1993).
const SAMPLES: usize = 2_000;
/// Where every interval begins to draw, so that the same rows give the same one.
const SEED: u64 = 0x5eed_5eed_5eed_5eed;

/// An article of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SearchArticle {
    /// Its name, unique in the corpus.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text, plain or Markdown.
    pub body: String,
    /// Its language, BCP 47; English if absent.
    pub lang: Option<String>,
}

/// A question and the articles that answer it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SearchQuery {
    /// As somebody asks.
    pub query: String,
    /// The articles that answer it; none if nothing in the corpus does.
    pub relevant: Vec<String>,
    /// Articles that say the same as a relevant one: neither right nor wrong, their ranks are passed
    /// over.
    pub near_duplicates: Option<Vec<String>>,
    /// What sort of question it is, such as `keyword`.
    pub kind: Option<String>,
}

impl SearchQuery {
    fn is_answerable(&self) -> bool {
        !self.relevant.is_empty()
    }

    fn kind(&self) -> String {
        self.kind.clone().unwrap_or_else(|| "unlabelled".to_owned())
    }
}

/// What was found for one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The articles, best first.
    pub ids: Vec<String>,
    /// Whether it was said that nothing answers the question.
    pub abstained: bool,
    /// Time of the processor.
    pub took: Duration,
}

/// What the index cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IndexCost {
    /// Until it was built.
    pub seconds: f64,
    /// On the disk.
    pub bytes: u64,
}

/// Figures over some questions that have an answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RankFigures {
    /// Questions.
    pub n: usize,
    /// Share with a right article first.
    pub success_at_1: Option<f64>,
    /// Share with a right article among the first five.
    pub success_at_5: Option<f64>,
    /// Mean of one divided by the rank of the first right article, zero beyond ten.
    pub mrr_at_10: Option<f64>,
    /// Mean normalized discounted cumulative gain (Järvelin and Kekäläinen, 2002) of the first ten.
    pub ndcg_at_10: Option<f64>,
    /// 95 of 100 samples of these questions, drawn with replacement, give an nDCG in here.
    pub ci95: Option<[f64; 2]>,
}

/// How often it was said that nothing answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Abstention {
    /// Share of the questions without an answer.
    pub recognized: Option<f64>,
    /// Share of those with one: wrongly.
    pub refused: Option<f64>,
}

/// How much better one way to search is than another, over the same questions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Mean difference of nDCG@10; above zero the first way is better.
    pub ndcg_diff: Option<f64>,
    /// 95 of 100 samples of these questions, drawn with replacement, give a difference in here.
    pub ci95: Option<[f64; 2]>,
}

/// How much better both ways together are than each alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    /// Over all questions that have an answer: than words alone.
    pub words: Difference,
    /// Than meaning alone.
    pub meaning: Difference,
    /// The same by the sort of question.
    pub kinds: BTreeMap<String, [Difference; 2]>,
}

/// What each way alone found for the same questions.
#[derive(Debug, Clone, Copy)]
pub struct Alone<'a> {
    /// By words.
    pub words: &'a [Ranked],
    /// By meaning.
    pub meaning: &'a [Ranked],
}

/// All figures of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchReport {
    /// How was searched.
    pub mode: &'static str,
    /// Articles in the corpus.
    pub articles: usize,
    /// By the sort of question; `unlabelled` where a row names none.
    pub kinds: BTreeMap<String, RankFigures>,
    /// Over all questions that have an answer.
    pub pooled: RankFigures,
    /// Whether it is known what is not known.
    pub abstention: Abstention,
    /// Time of the processor for one question, in milliseconds.
    pub latency_ms: Latency,
    /// What the index cost.
    pub index: IndexCost,
    /// Where both ways were used: whether that was worth it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// How much better `found` is than what each way alone found.
#[must_use]
pub fn against(queries: &[SearchQuery], found: &[Ranked], alone: Alone<'_>) -> Against {
    let gain = |query: &SearchQuery, ranked: &Ranked| Scores::of(query, &ranked.ids).ndcg;
    let mut kinds: BTreeMap<String, [Vec<f64>; 2]> = BTreeMap::new();
    let others = alone.words.iter().zip(alone.meaning);
    let rows = queries.iter().zip(found).zip(others);
    for ((query, both), (words, meaning)) in rows.filter(|((query, _), _)| query.is_answerable()) {
        let [from_words, from_meaning] = kinds.entry(query.kind()).or_default();
        from_words.push(gain(query, both) - gain(query, words));
        from_meaning.push(gain(query, both) - gain(query, meaning));
    }
    let pooled = |way: fn(&[Vec<f64>; 2]) -> &Vec<f64>| {
        difference(&kinds.values().flat_map(way).copied().collect::<Vec<_>>())
    };
    Against {
        words: pooled(|[words, _]| words),
        meaning: pooled(|[_, meaning]| meaning),
        kinds: kinds
            .iter()
            .map(|(kind, ways)| (kind.clone(), ways.each_ref().map(|way| difference(way))))
            .collect(),
    }
}

fn difference(differences: &[f64]) -> Difference {
    Difference { ndcg_diff: mean(differences.iter().copied()), ci95: interval(differences) }
}

/// Compares what was found with what answers; `found` has one entry for each query, in their order.
#[must_use]
pub fn search(
    mode: &'static str,
    articles: usize,
    queries: &[SearchQuery],
    found: &[Ranked],
    index: IndexCost,
) -> SearchReport {
    let mut kinds: BTreeMap<String, Vec<Scores>> = BTreeMap::new();
    let mut pooled = Vec::new();
    for (query, ranked) in queries.iter().zip(found).filter(|(query, _)| query.is_answerable()) {
        let scores = Scores::of(query, &ranked.ids);
        kinds.entry(query.kind()).or_default().push(scores);
        pooled.push(scores);
    }
    let abstained = |is_answerable: bool| {
        let of_kind = queries.iter().zip(found);
        let of_kind = of_kind.filter(|(query, _)| query.is_answerable() == is_answerable);
        let (all, said) = of_kind.fold((0, 0), |(all, said), (_, ranked)| {
            (all + 1, said + usize::from(ranked.abstained))
        });
        share(said, all)
    };
    let times: Vec<Duration> = found.iter().map(|ranked| ranked.took).collect();
    SearchReport {
        mode,
        articles,
        kinds: kinds.into_iter().map(|(kind, scores)| (kind, figures(&scores))).collect(),
        pooled: figures(&pooled),
        abstention: Abstention { recognized: abstained(false), refused: abstained(true) },
        latency_ms: Latency { p50: percentile(&times, 50), p99: percentile(&times, 99) },
        index,
        against: None,
    }
}

/// What one ranking is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scores {
    /// Rank of the first right article, from 1.
    first: Option<usize>,
    ndcg: f64,
}

impl Scores {
    fn of(query: &SearchQuery, ids: &[String]) -> Self {
        let relevant: BTreeSet<&str> = query.relevant.iter().map(String::as_str).collect();
        let passed_over = query.near_duplicates.as_deref().unwrap_or_default();
        let mut counted = BTreeSet::new();
        let ranks: Vec<usize> = ids
            .iter()
            .filter(|id| relevant.contains(id.as_str()) || !passed_over.contains(id))
            .take(DEPTH)
            .zip(1..)
            // An article that is listed twice is right once.
            .filter(|(id, _)| relevant.contains(id.as_str()) && counted.insert(id.as_str()))
            .map(|(_, rank)| rank)
            .collect();
        let best: f64 = (1..=relevant.len().min(DEPTH)).map(discount).sum();
        let gained: f64 = ranks.iter().copied().map(discount).sum();
        Self { first: ranks.first().copied(), ndcg: if best > 0.0 { gained / best } else { 0.0 } }
    }

    fn is_within(self, depth: usize) -> bool {
        self.first.is_some_and(|rank| rank <= depth)
    }
}

fn discount(rank: usize) -> f64 {
    1.0 / ((rank + 1) as f64).log2()
}

fn figures(scores: &[Scores]) -> RankFigures {
    let within =
        |depth| share(scores.iter().filter(|scores| scores.is_within(depth)).count(), scores.len());
    let reciprocal = |scores: &Scores| scores.first.map_or(0.0, |rank| 1.0 / rank as f64);
    let gains: Vec<f64> = scores.iter().map(|scores| scores.ndcg).collect();
    RankFigures {
        n: scores.len(),
        success_at_1: within(1),
        success_at_5: within(5),
        mrr_at_10: mean(scores.iter().map(reciprocal)),
        ndcg_at_10: mean(gains.iter().copied()),
        ci95: interval(&gains),
    }
}

/// The middle 95 of 100 means of samples with replacement (the bootstrap's percentile interval).
fn interval(values: &[f64]) -> Option<[f64; 2]> {
    if values.is_empty() {
        return None;
    }
    let mut dice = Dice(SEED);
    let mut means: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let drawn = (0..values.len()).filter_map(|_| values.get(dice.below(values.len())));
            drawn.sum::<f64>() / values.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |thousandths: usize| means.get(SAMPLES * thousandths / 1000).copied();
    Some([at(25)?, at(975)?])
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end.max(1) as u64).unwrap_or(0)
    }
}

impl fmt::Display for SearchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} articles, searched by {}", self.articles, self.mode)?;
        writeln!(
            f,
            "{:<16} {:>6} {:>6} {:>6} {:>7} {:>8}  95 %",
            "kind", "n", "S@1", "S@5", "MRR@10", "nDCG@10"
        )?;
        let pooled = [("all".to_owned(), self.pooled)];
        let kinds = self.kinds.iter().map(|(kind, figures)| (kind.clone(), *figures));
        for (kind, figures) in kinds.chain(pooled) {
            let [low, high] = figures.ci95.map_or([None; 2], |ends| ends.map(Some));
            writeln!(
                f,
                "{kind:<16} {:>6} {:>6} {:>6} {:>7} {:>8}  {} to {}",
                figures.n,
                Shown(figures.success_at_1).to_string(),
                Shown(figures.success_at_5).to_string(),
                Shown(figures.mrr_at_10).to_string(),
                Shown(figures.ndcg_at_10).to_string(),
                Shown(low),
                Shown(high),
            )?;
        }
        let Abstention { recognized, refused } = self.abstention;
        writeln!(
            f,
            "no answer said: to questions without one {}, to others {}",
            Shown(recognized),
            Shown(refused)
        )?;
        let Latency { p50, p99 } = self.latency_ms;
        writeln!(
            f,
            "a question takes the processor {} ms, 99 of 100 {} ms",
            Shown(p50),
            Shown(p99)
        )?;
        let IndexCost { seconds, bytes } = self.index;
        writeln!(f, "index: {seconds:.1} s, {:.1} MiB", bytes as f64 / f64::from(1 << 20))?;
        let Some(against) = &self.against else { return Ok(()) };
        let pooled = ("all".to_owned(), [against.words, against.meaning]);
        let kinds = against.kinds.iter().map(|(kind, ways)| (kind.clone(), *ways));
        for (kind, ways) in kinds.chain([pooled]) {
            for (way, Difference { ndcg_diff, ci95 }) in ["words", "meaning"].iter().zip(ways) {
                let [low, high] = ci95.map_or([None; 2], |ends| ends.map(Some));
                writeln!(
                    f,
                    "{kind:<16} against {way:<8} {:>8}  {} to {}",
                    Shown(ndcg_diff).to_string(),
                    Shown(low),
                    Shown(high)
                )?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(relevant: &[&str], near: &[&str]) -> SearchQuery {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        SearchQuery {
            query: "how".to_owned(),
            relevant: owned(relevant),
            near_duplicates: (!near.is_empty()).then(|| owned(near)),
            kind: None,
        }
    }

    fn ranked(ids: &str, abstained: bool) -> Ranked {
        let ids = ids.split_whitespace().map(str::to_owned).collect();
        Ranked { ids, abstained, took: Duration::from_millis(2) }
    }

    const COST: IndexCost = IndexCost { seconds: 1.0, bytes: 1 };

    fn check(query: &SearchQuery, ids: &str, first: Option<usize>, ndcg: f64) {
        let scores = Scores::of(query, &ranked(ids, false).ids);
        assert_eq!(scores.first, first, "{ids}");
        assert!((scores.ndcg - ndcg).abs() < 1e-9, "{ids}: {}", scores.ndcg);
    }

    #[test]
    fn gain_is_discounted_by_rank_and_measured_by_the_best_order() {
        let one = query(&["a"], &[]);
        check(&one, "a b c", Some(1), 1.0);
        check(&one, "b a c", Some(2), 1.0 / 3.0_f64.log2());
        check(&one, "b c", None, 0.0);
        check(&one, "b c d e f g h i j k a", None, 0.0);
        let two = query(&["a", "b"], &[]);
        check(&two, "a b", Some(1), 1.0);
        check(&two, "a c b", Some(1), (1.0 + 0.5) / (1.0 + 1.0 / 3.0_f64.log2()));
        check(&two, "a a a", Some(1), 1.0 / (1.0 + 1.0 / 3.0_f64.log2()));
    }

    #[test]
    fn near_duplicates_are_passed_over() {
        let near = query(&["a"], &["b", "a"]);
        check(&near, "b a", Some(1), 1.0);
        check(&near, "c b a", Some(2), 1.0 / 3.0_f64.log2());
    }

    #[test]
    fn questions_without_an_answer_count_for_abstention_alone() {
        let queries = [query(&["a"], &[]), query(&["a"], &[]), query(&[], &[]), query(&[], &[])];
        let found = [ranked("a", false), ranked("b a", true), ranked("a", true), ranked("", false)];
        let report = search("words", 3, &queries, &found, COST);
        assert_eq!(report.pooled.n, 2);
        assert_eq!(report.kinds.get("unlabelled").map(|figures| figures.n), Some(2));
        assert_eq!(report.pooled.success_at_1, Some(0.5));
        assert_eq!(report.pooled.mrr_at_10, Some(0.75));
        assert_eq!(report.abstention, Abstention { recognized: Some(0.5), refused: Some(0.5) });
        assert_eq!(report.latency_ms, Latency { p50: Some(2.0), p99: Some(2.0) });
    }

    #[test]
    fn both_ways_are_compared_question_by_question() {
        let queries = [query(&["a"], &[]), query(&["a"], &[]), query(&[], &[])];
        let both = [ranked("a b", false), ranked("a b", false), ranked("b", false)];
        let words = [ranked("a", false), ranked("b", false), ranked("b", false)];
        let alone = Alone { words: &words, meaning: &both };
        let against = against(&queries, &both, alone);
        assert_eq!(against.words.ndcg_diff, Some(0.5));
        assert_eq!(against.meaning, Difference { ndcg_diff: Some(0.0), ci95: Some([0.0, 0.0]) });
        assert_eq!(against.kinds.len(), 1);
    }

    #[test]
    fn an_interval_holds_the_mean_and_is_the_same_every_time() {
        let values: Vec<f64> = (0..200).map(|number| f64::from(number % 2)).collect();
        let [low, high] = interval(&values).unwrap();
        assert!(low < 0.5 && 0.5 < high && high - low < 0.2, "{low} {high}");
        assert_eq!(interval(&values), Some([low, high]));
        assert_eq!(interval(&[1.0; 3]), Some([1.0, 1.0]));
        assert_eq!(interval(&[]), None);
    }
}
