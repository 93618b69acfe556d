//! One order from two: what the words say of an article and what its meaning says are weighed by how much
//! each can be relied on for this question, with weights that were learned (a linear listwise model;
//! Cao and others, "Learning to rank", 2007). The same facts tell whether anything answers at all.

use serde::{Deserialize, Serialize};

use crate::meaning::Alike;
use crate::query::Meaning;

/// `knowledge/search/ranking.json`, built in.
const BUILT_IN: &str = include_str!("../../../knowledge/search/ranking.json");

/// Facts of an article for a question.
pub const FACTS: usize = BASE * GATES;
/// What is known of a question when both searches are done and their articles in order.
pub const SIGNS: usize = FOUND_SIGNS + 3;
/// What is known of it before they are in order.
const FOUND_SIGNS: usize = 14;
/// What is known of it by words alone.
pub const WORD_SIGNS: usize = 4;

const BASE: usize = 8;
const GATES: usize = 4;
/// How much the first places of a list stand out.
const PLACES: f32 = 3.0;

/// The weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Version of this file's format.
    pub version: u16,
    /// SHA-256 of the questions that the weights were learned from.
    pub learned_from: Vec<String>,
    /// For the facts of an article.
    pub order: Vec<f32>,
    /// For the signs that something answers; below zero together, nothing does.
    pub answers: Vec<f32>,
    /// For the vector of the question: whether it is a matter for IT at all, whatever articles there are.
    pub matter: Vec<f32>,
    /// The same by words alone.
    pub answers_by_words: Vec<f32>,
}

impl Ranking {
    /// The one that is built in.
    ///
    /// # Errors
    /// If it is not sound, which a test rules out.
    pub fn built_in() -> Result<Self, serde_json::Error> {
        serde_json::from_str(BUILT_IN)
    }

    pub(crate) fn score(&self, facts: &[f32; FACTS]) -> f32 {
        weigh(&self.order, facts)
    }

    /// What tells whether something answers: what was found, how good the best article is, how far the fifth
    /// stands behind it, and what the question is about.
    #[must_use]
    pub fn signs(&self, evidence: &Evidence) -> [f32; SIGNS] {
        let candidates = evidence.candidates.iter();
        let mut scores: Vec<f32> = candidates.map(|it| self.score(&it.facts)).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        let best = scores.first().copied().unwrap_or_default();
        let fifth = scores.get(4).copied().unwrap_or_default();
        let mut signs = [0.0; SIGNS];
        let matter = weigh(&self.matter, &evidence.question);
        let last = [best / 10.0, (best - fifth) / 10.0, matter];
        let known = evidence.signs.iter().copied().chain(last);
        signs.iter_mut().zip(known).for_each(|(sign, known)| *sign = known);
        signs
    }
}

/// The sum of facts, each times its weight.
pub(crate) fn weigh(weights: &[f32], facts: &[f32]) -> f32 {
    weights.iter().zip(facts).map(|(weight, fact)| weight * fact).sum()
}

/// An article that may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its place in the order of ids and languages.
    pub number: usize,
    /// What is known of it.
    pub facts: [f32; FACTS],
}

/// All that an order is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The articles that one of both searches has found.
    pub candidates: Vec<Candidate>,
    /// Whether something answers, as far as that is known before the articles are in order.
    pub signs: [f32; FOUND_SIGNS],
    /// The same by words alone.
    pub word_signs: [f32; WORD_SIGNS],
    /// The vector of the question.
    pub question: Vec<f32>,
}

/// What one search by words came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ByWords {
    /// Articles and their scores, best first.
    pub(crate) found: Vec<(usize, f32)>,
    /// The same by titles and keywords alone.
    pub(crate) in_titles: Vec<(usize, f32)>,
    /// The score of an article that has every word in title and text.
    pub(crate) most: f32,
    /// Words that ask for something.
    pub(crate) words: usize,
    /// Those of them that are in no article.
    pub(crate) unknown: usize,
}

impl ByWords {
    fn best(&self) -> f32 {
        self.found.first().map_or(0.0, |(_, score)| *score)
    }

    /// How much of the question this score covers.
    fn covered(&self, score: f32) -> f32 {
        if self.most > 0.0 { (score / self.most).min(1.0) } else { 0.0 }
    }

    fn of(&self, number: usize) -> (f32, f32) {
        let place = self.found.iter().position(|(found, _)| *found == number);
        let score = place.and_then(|place| self.found.get(place)).map_or(0.0, |(_, score)| *score);
        (score, place.map_or(0.0, standing))
    }

    pub(crate) fn signs(&self) -> [f32; WORD_SIGNS] {
        let words = self.words.max(1) as f32;
        [1.0, self.covered(self.best()), self.unknown as f32 / words, 1.0 / words]
    }
}

/// What a place in a list is worth.
fn standing(place: usize) -> f32 {
    PLACES / (PLACES + place as f32)
}

/// How near all articles are to a question on average, and the standard deviation of that: what is near
/// to none of them is about as near to all.
fn spread(alike: &[Alike]) -> (f32, f32) {
    let count = alike.len().max(1) as f32;
    let mean = alike.iter().map(|alike| alike.mean()).sum::<f32>() / count;
    let variance = alike.iter().map(|alike| (alike.mean() - mean).powi(2)).sum::<f32>() / count;
    (mean, variance.sqrt())
}

/// How many of the best by each search are weighed.
pub(crate) const DEPTH: usize = 50;

/// Puts together what both searches found.
pub(crate) fn evidence(words: &ByWords, meaning: Meaning<'_>, alike: &[Alike]) -> Evidence {
    let mut by_meaning: Vec<usize> = (0..alike.len()).collect();
    let mean = |number: usize| alike.get(number).copied().unwrap_or_default().mean();
    let first = |a: &usize, b: &usize| mean(*b).total_cmp(&mean(*a)).then(a.cmp(b));
    if by_meaning.len() > DEPTH {
        by_meaning.select_nth_unstable_by(DEPTH, first);
        by_meaning.truncate(DEPTH);
    }
    by_meaning.sort_by(first);
    let best = words.best();
    let covered = words.covered(best);
    let nearest = by_meaning.first().map_or(0.0, |number| mean(*number));
    let few = 1.0 / words.words.max(1) as f32;
    let gates = [1.0, covered, nearest, few];
    let mut numbers: Vec<usize> = words
        .found
        .iter()
        .take(DEPTH)
        .map(|(number, _)| *number)
        .chain(by_meaning.iter().copied())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let candidates = numbers.into_iter().map(|number| {
        let (score, by_words) = words.of(number);
        let place = by_meaning.iter().position(|found| *found == number);
        let Alike { title, passage } = alike.get(number).copied().unwrap_or_default();
        let share = if best > 0.0 { score / best } else { 0.0 };
        let in_title = words.in_titles.iter().find(|(found, _)| *found == number);
        let in_title = in_title.map_or(0.0, |(_, score)| *score);
        let best_title = words.in_titles.first().map_or(1.0, |(_, score)| *score);
        let base = [
            share,
            words.covered(score),
            title,
            passage,
            by_words,
            place.map_or(0.0, standing),
            in_title / best_title,
            words.covered(in_title),
        ];
        let mut facts = [0.0; FACTS];
        let products = gates.iter().flat_map(|gate| base.iter().map(move |fact| gate * fact));
        facts.iter_mut().zip(products).for_each(|(fact, product)| *fact = product);
        Candidate { number, facts }
    });
    let candidates = candidates.collect();
    let of_first_word = words.found.first().map_or(0.0, |(number, _)| mean(*number));
    let of_nearest = by_meaning.first().map_or(0.0, |number| words.covered(words.of(*number).0));
    let fifth = by_meaning.get(4).map_or(0.0, |number| mean(*number));
    let passage =
        by_meaning.iter().filter_map(|number| alike.get(*number)).map(|alike| alike.passage);
    let title = by_meaning.iter().filter_map(|number| alike.get(*number)).map(|alike| alike.title);
    let (usual, deviation) = spread(alike);
    let apart = if deviation > 0.0 { (nearest - usual) / deviation / 10.0 } else { 0.0 };
    let [one, covered, unknown, few] = words.signs();
    let signs = [
        one,
        covered,
        unknown,
        few,
        nearest,
        passage.reduce(f32::max).unwrap_or_default(),
        of_first_word,
        of_nearest,
        nearest - fifth,
        apart,
        apart * covered,
        usual,
        10.0 * deviation,
        title.reduce(f32::max).unwrap_or_default(),
    ];
    Evidence { candidates, signs, word_signs: words.signs(), question: meaning.question.to_vec() }
}
