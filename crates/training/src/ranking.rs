//! Learns how words and meaning are weighed when articles are searched, and from when on it is said that
//! nothing answers.

use std::collections::BTreeSet;

use search::{Evidence, FACTS, Ranking, SIGNS, WORD_SIGNS};

/// Steps of the descent, and how far the first goes.
const STEPS: u32 = 4_000;
const STRIDE: f64 = 0.5;
/// How much weights are pulled to zero: those of the order, which many articles of each question speak for,
/// and those of the verdict.
const PULL_OF_ORDER: f64 = 2e-4;
const PULL_OF_VERDICT: f64 = 1e-3;
/// Questions with an answer that may wrongly be said to have none.
const REFUSED: f64 = 0.035;

/// Parts that what a question is about is learned without in turn, so that it is known of each question
/// as it will be of new ones.
const PARTS: usize = 5;

/// A question, what is known of it, and the articles that answer it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The same for all questions with this answer.
    pub family: String,
    /// What both searches found.
    pub evidence: Evidence,
    /// For each candidate, whether it answers.
    pub is_right: Vec<bool>,
    /// Whether any article answers.
    pub is_answerable: bool,
}

/// The weights that put right articles first and tell the other questions apart.
#[must_use]
pub fn learn_ranking(asked: &[Asked], learned_from: Vec<String>) -> Ranking {
    let lists: Vec<_> = asked.iter().filter_map(list).collect();
    let order = descend(FACTS, PULL_OF_ORDER, |weights, slope| choice(&lists, weights, slope));
    let by_words: Vec<_> =
        asked.iter().map(|asked| (asked.evidence.word_signs, asked.is_answerable)).collect();
    let mut ranking = Ranking {
        version: 1,
        learned_from,
        order: short(&order),
        answers: Vec::new(),
        matter: Vec::new(),
        answers_by_words: short(&verdict::<WORD_SIGNS>(&by_words)),
    };
    let mut answers = Vec::new();
    let part_of = parts(asked);
    for part in 0..PARTS {
        let (within, others): (Vec<_>, Vec<_>) =
            asked.iter().partition(|asked| part_of(&asked.family) == part);
        ranking.matter = matter(&others);
        let signs = |asked: &&Asked| (ranking.signs(&asked.evidence), asked.is_answerable);
        answers.extend(within.iter().map(signs));
    }
    ranking.answers = short(&verdict::<SIGNS>(&answers));
    ranking.matter = matter(&asked.iter().collect::<Vec<_>>());
    ranking
}

/// In which part a family is.
fn parts(asked: &[Asked]) -> impl Fn(&str) -> usize {
    let families: BTreeSet<&str> = asked.iter().map(|asked| asked.family.as_str()).collect();
    move |family| families.range(..family).count() % PARTS
}

/// Weights of a question's vector by which those with an answer differ from the others.
fn matter(asked: &[&Asked]) -> Vec<f32> {
    let rows: Vec<_> = asked
        .iter()
        .map(|asked| (asked.evidence.question.as_slice(), asked.is_answerable))
        .collect();
    let length = rows.first().map_or(0, |(question, _)| question.len());
    short(&apart(length, &rows))
}

/// The facts of each candidate, and which are right; none where every choice is as good.
fn list(asked: &Asked) -> Option<Vec<([f32; FACTS], bool)>> {
    let candidates = asked.evidence.candidates.iter().map(|candidate| candidate.facts);
    let list: Vec<_> = candidates.zip(asked.is_right.iter().copied()).collect();
    let right = list.iter().filter(|(_, is_right)| *is_right).count();
    (right > 0 && right < list.len()).then_some(list)
}

/// The mean of minus the logarithm of the share that right articles have, and its slope.
fn choice(lists: &[Vec<([f32; FACTS], bool)>], weights: &[f64], slope: &mut [f64]) {
    for list in lists {
        let scores: Vec<f64> = list.iter().map(|(facts, _)| weigh(weights, facts)).collect();
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
        let all: f64 = powers.iter().sum();
        let right = list.iter().zip(&powers).filter(|((_, is_right), _)| *is_right);
        let right: f64 = right.map(|(_, power)| power).sum();
        for ((facts, is_right), power) in list.iter().zip(&powers) {
            let wanted = if *is_right { power / right.max(f64::MIN_POSITIVE) } else { 0.0 };
            let push = (power / all - wanted) / lists.len() as f64;
            slope.iter_mut().zip(facts).for_each(|(slope, fact)| *slope += push * f64::from(*fact));
        }
    }
}

/// Weights of the signs, and the first of them moved so that few answers are refused.
fn verdict<const N: usize>(rows: &[([f32; N], bool)]) -> Vec<f64> {
    let with_slices: Vec<_> = rows.iter().map(|(signs, is)| (signs.as_slice(), *is)).collect();
    let mut weights = apart(N, &with_slices);
    let mut scores: Vec<f64> = rows
        .iter()
        .filter(|(_, is_answerable)| *is_answerable)
        .map(|(signs, _)| weigh(&weights, signs))
        .collect();
    scores.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count"
    )]
    let refused = (scores.len() as f64 * REFUSED) as usize;
    if let (Some(first), Some(least)) = (weights.first_mut(), scores.get(refused)) {
        *first -= least - f64::EPSILON;
    }
    weights
}

/// Weights that tell questions with an answer from those without, as if there were as many of both
/// (logistic regression).
fn apart(count: usize, rows: &[(&[f32], bool)]) -> Vec<f64> {
    let of = |wanted| rows.iter().filter(|(_, is)| *is == wanted).count().max(1) as f64;
    let (with, without) = (of(true), of(false));
    descend(count, PULL_OF_VERDICT, |weights, slope| {
        for (signs, is_answerable) in rows {
            let chance = 1.0 / (1.0 + (-weigh(weights, signs)).exp());
            let (wanted, share) = if *is_answerable { (1.0, with) } else { (0.0, without) };
            let push = (chance - wanted) / share / 2.0;
            slope
                .iter_mut()
                .zip(*signs)
                .for_each(|(slope, sign)| *slope += push * f64::from(*sign));
        }
    })
}

/// Steepest descent with steps that fit each weight (Kingma and Ba, "Adam", 2015).
fn descend(count: usize, pull: f64, slope_at: impl Fn(&[f64], &mut [f64])) -> Vec<f64> {
    let (mut weights, mut first, mut second) =
        (vec![0.0; count], vec![0.0_f64; count], vec![0.0_f64; count]);
    for step in 1..=STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|weight| pull * weight).collect();
        slope_at(&weights, &mut slope);
        let rate = STRIDE / (1.0 + f64::from(step) / 50.0);
        for (((weight, first), second), slope) in
            weights.iter_mut().zip(&mut first).zip(&mut second).zip(slope)
        {
            *first = 0.9 * *first + 0.1 * slope;
            *second = 0.999 * *second + 0.001 * slope * slope;
            let (first, second) = (
                *first / (1.0 - 0.9_f64.powf(f64::from(step))),
                *second / (1.0 - 0.999_f64.powf(f64::from(step))),
            );
            *weight -= rate * first / (second.sqrt() + 1e-8);
        }
    }
    weights
}

fn weigh(weights: &[f64], facts: &[f32]) -> f64 {
    weights.iter().zip(facts).map(|(weight, fact)| weight * f64::from(*fact)).sum()
}

/// As many digits as say something.
fn short(weights: &[f64]) -> Vec<f32> {
    #[allow(clippy::cast_possible_truncation, reason = "five digits say enough")]
    weights.iter().map(|weight| ((weight * 1e4).round() / 1e4) as f32).collect()
}

#[cfg(test)]
mod tests {
    use search::Candidate;

    use super::*;

    fn asked(right: f32, wrong: f32, sign: f32, is_answerable: bool) -> Asked {
        let candidate = |fact: f32| {
            let mut facts = [0.0; FACTS];
            facts[2] = fact;
            Candidate { number: 0, facts }
        };
        let (mut signs, mut word_signs) = ([0.0; SIGNS - 3], [0.0; WORD_SIGNS]);
        (signs[0], signs[4]) = (1.0, sign);
        (word_signs[0], word_signs[1]) = (1.0, sign);
        let candidates = vec![candidate(right), candidate(wrong)];
        let question = vec![if is_answerable { 1.0 } else { -1.0 }, 0.0];
        let evidence = Evidence { candidates, signs, word_signs, question };
        Asked {
            family: sign.to_string(),
            evidence,
            is_right: vec![is_answerable, false],
            is_answerable,
        }
    }

    #[test]
    fn a_fact_that_right_articles_have_gets_weight_and_signs_tell_the_rest_apart() {
        let rows: Vec<_> = (0..100)
            .flat_map(|at| {
                let more = at as f32 / 1000.0;
                [asked(0.8 + more, 0.4, 0.8 + more, true), asked(0.2, 0.3, 0.1 + more, false)]
            })
            .collect();
        let ranking = learn_ranking(&rows, Vec::new());
        assert!(ranking.order[2] > 1.0, "{ranking:?}");
        assert!(
            ranking.order.iter().enumerate().all(|(at, weight)| at == 2 || weight.abs() < 1e-6)
        );
        let says = |asked: &Asked| {
            let signs = ranking.signs(&asked.evidence).map(f64::from);
            signs.iter().zip(&ranking.answers).map(|(sign, it)| sign * f64::from(*it)).sum::<f64>()
                > 0.0
        };
        assert!(says(&asked(0.9, 0.4, 0.9, true)) && !says(&asked(0.2, 0.3, 0.15, false)));
        assert!(ranking.matter[0] > 1.0 && ranking.matter[1] == 0.0, "{ranking:?}");
        assert_eq!(ranking, learn_ranking(&rows, Vec::new()));
    }
}
