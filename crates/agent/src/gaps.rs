//! What people ask and no article answers: requests for which the app had nothing, and questions that people
//! share, put together by what they mean. Each group is an article that somebody should write, with its evidence.

use std::collections::BTreeSet;

use content::Audience;
use embedding::{Embedder, EmbeddingError};
use jiff::Timestamp;
use serde::Serialize;
use ticket::SubmissionKind;

use crate::config::Config;
use crate::store::{Reader, StoreError, tickets, usage};

/// Two requests whose meaning is this near are about the same (cosine).
const SAME: f32 = 0.55;
/// An article this near may only need a sentence more.
const NEAR: f32 = 0.45;
/// Requests of a group that are quoted.
const QUOTED: usize = 5;
/// Language of the articles that are compared: the model reads it.
const READ: &str = "en";

/// An article that is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// What the most typical one says. Untrusted.
    pub title: String,
    /// How many different people asked.
    pub people: usize,
    /// The requests, oldest first.
    pub tickets: Vec<u32>,
    /// How many questions people shared, without a request.
    pub questions: usize,
    /// First lines of some of both. Untrusted.
    pub words: Vec<String>,
    /// The article that comes nearest, if one may only need more.
    pub nearest: Option<String>,
}

/// Why gaps cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum GapsError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The knowledge folder cannot be used.
    #[error("the knowledge folder cannot be used")]
    Knowledge(#[from] content::LoadError),
    /// What requests mean cannot be told.
    #[error("what requests mean cannot be told without the embedding model")]
    Embedding(#[from] EmbeddingError),
}

/// A request or a question without an answer.
struct Asked {
    /// Its number; absent for a question.
    ticket: Option<u32>,
    person: Option<i64>,
    /// Its first line.
    line: String,
}

/// The gaps that requests since then show, those of most people first.
///
/// # Errors
/// The database, the knowledge or the embedding model cannot be used.
pub async fn gaps(config: &Config, since: Timestamp) -> Result<Vec<Gap>, GapsError> {
    let reader = Reader::open(config).await?;
    let mut reading = reader.begin().await?;
    let mut asked = Vec::new();
    for ticket in tickets::accepted_since(&mut reading, since).await? {
        let is_gap =
            ticket.submission.no_answer && ticket.submission.kind == SubmissionKind::Request;
        if is_gap && !ticket.is_erased && ticket.parent.is_none() {
            let text = ticket.submission.text;
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let (ticket, person) = (Some(ticket.number), ticket.owner.person);
            asked.push(Asked { ticket, person, line: line.trim().to_owned() });
        }
    }
    let shared = usage::questions_since(&mut reading, since).await?;
    let shared =
        shared.into_iter().map(|it| Asked { ticket: None, person: Some(it.person), line: it.text });
    asked.extend(shared);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let embedder = Embedder::load(&config.knowledge.join(embedding::FOLDER))?;
    let (content, _) = content::load(&config.knowledge, Audience::Agent)?;
    let english = content.articles.iter().filter(|article| article.locale == READ);
    let articles = english.map(|article| {
        let vector = embedder.embed(&format!("{}. {}", article.title, article.summary))?;
        Ok((article.id.clone(), vector))
    });
    let articles = articles.collect::<Result<Vec<_>, EmbeddingError>>()?;
    let vectors = asked.iter().map(|asked| embedder.embed(&asked.line));
    let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
    let mut gaps: Vec<Gap> =
        grouped(&vectors).iter().map(|group| gap(group, &asked, &vectors, &articles)).collect();
    let most_first = |gap: &Gap| {
        let asked = gap.tickets.len() + gap.questions;
        (std::cmp::Reverse((gap.people, asked)), gap.tickets.clone(), gap.title.clone())
    };
    gaps.sort_by_cached_key(most_first);
    Ok(gaps)
}

/// A group as a gap; its first member is the most typical one.
fn gap(
    group: &[usize],
    asked: &[Asked],
    vectors: &[Vec<f32>],
    articles: &[(String, Vec<f32>)],
) -> Gap {
    let members: Vec<&Asked> = group.iter().filter_map(|at| asked.get(*at)).collect();
    let typical = group.first().and_then(|at| vectors.get(*at)).map_or(&[][..], Vec::as_slice);
    let nearest = articles.iter().map(|(id, vector)| (alike(typical, vector), id));
    let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(alike, _)| *alike >= NEAR);
    // Somebody nobody knows is somebody else each time.
    let known: BTreeSet<i64> = members.iter().filter_map(|asked| asked.person).collect();
    let unknown = members.iter().filter(|asked| asked.person.is_none()).count();
    let mut tickets: Vec<u32> = members.iter().filter_map(|asked| asked.ticket).collect();
    tickets.sort_unstable();
    let questions = members.len() - tickets.len();
    Gap {
        title: members.first().map(|asked| asked.line.clone()).unwrap_or_default(),
        people: known.len() + unknown,
        tickets,
        questions,
        words: members.iter().take(QUOTED).map(|asked| asked.line.clone()).collect(),
        nearest: nearest.map(|(_, id)| id.clone()),
    }
}

/// Puts together what is alike: whatever has most neighbours takes them, until none is left. The first of a
/// group is the one that took the others.
fn grouped(vectors: &[Vec<f32>]) -> Vec<Vec<usize>> {
    let near = |one: usize, other: usize| match (vectors.get(one), vectors.get(other)) {
        (Some(one), Some(other)) => alike(one, other) >= SAME,
        _ => false,
    };
    let neighbours: Vec<Vec<usize>> = (0..vectors.len())
        .map(|one| (0..vectors.len()).filter(|other| *other != one && near(one, *other)).collect())
        .collect();
    let mut left: BTreeSet<usize> = (0..vectors.len()).collect();
    let mut groups = Vec::new();
    loop {
        let count = |one: usize| {
            neighbours.get(one).map_or(0, |them| them.iter().filter(|it| left.contains(it)).count())
        };
        let Some(most) =
            left.iter().copied().max_by_key(|one| (count(*one), std::cmp::Reverse(*one)))
        else {
            return groups;
        };
        let mut group = vec![most];
        group.extend(neighbours.get(most).into_iter().flatten().filter(|it| left.contains(it)));
        left.retain(|one| !group.contains(one));
        groups.push(group);
    }
}

/// The cosine of two vectors of length one.
fn alike(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_with_most_neighbours_takes_them() {
        let at = |degrees: f32| vec![degrees.to_radians().cos(), degrees.to_radians().sin()];
        // Sixty degrees are too far apart, forty are not.
        let vectors = [at(0.0), at(40.0), at(80.0), at(200.0)];
        assert_eq!(grouped(&vectors), [vec![1, 0, 2], vec![3]]);
        assert_eq!(grouped(&[]), [[0; 0]; 0]);
    }

    #[test]
    fn questions_about_one_thing_come_together_and_others_do_not() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/embedding");
        let embedder = Embedder::load(std::path::Path::new(folder)).unwrap();
        let lines = [
            "How do I book a parking space for a visitor?",
            "the coffee machine on floor 3 is broken",
            "can a guest park in our garage",
            "our coffee maker does not work",
            "reserve a parking spot for tomorrow's guest",
        ];
        let vectors: Vec<_> = lines.iter().map(|line| embedder.embed(line).unwrap()).collect();
        let mut groups = grouped(&vectors);
        groups.iter_mut().for_each(|group| group.sort_unstable());
        assert_eq!(groups, [vec![0, 2, 4], vec![1, 3]]);
    }
}
