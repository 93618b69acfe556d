//! What every engine gets: articles, what is typed, what is asked.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use content::Audience;
use evaluation::{IndexCost, Ranked, SearchArticle, SearchQuery, SearchReport};
use search::Document;
use serde::{Deserialize, Serialize};

use crate::engine::Searched;

/// Strings that are typed, letter by letter.
const STRINGS: usize = 200;
/// One of so many words of a copy is exchanged.
const EXCHANGED: usize = 20;
/// The language of the questions.
const ENGLISH: &str = "en";
/// The file of a task in its folder.
const FILE: &str = "task.json";

/// A task: the same for each engine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) articles: Vec<Given>,
    /// What stands in the field after each key press.
    pub(crate) typed: Vec<String>,
    /// Whole questions.
    pub(crate) asked: Vec<String>,
    #[serde(skip)]
    queries: Vec<SearchQuery>,
}

/// An article as every engine gets it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
}

impl Task {
    /// The shipped articles in English, and the questions that were kept apart.
    pub(crate) fn shipped() -> anyhow::Result<Self> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let knowledge = root.join("knowledge");
        let (content, _) = content::load(&knowledge, Audience::App)?;
        let english = content.articles.iter().filter(|article| article.locale == ENGLISH);
        let given = english.map(Document::from).map(|document| Given {
            id: document.id,
            title: document.title,
            body: format!(
                "{}\n{}\n{}",
                document.summary,
                document.keywords.join(", "),
                document.text
            ),
        });
        let queries = rows(&knowledge.join("search/questions-held-out.jsonl"))?;
        Ok(Self::of(given.collect(), queries))
    }

    /// A corpus of somebody's own.
    pub(crate) fn given(articles: &Path, queries: &Path) -> anyhow::Result<Self> {
        let articles = rows::<SearchArticle>(articles)?.into_iter();
        let given = articles.map(|SearchArticle { id, title, body, .. }| Given { id, title, body });
        Ok(Self::of(given.collect(), rows(queries)?))
    }

    fn of(articles: Vec<Given>, queries: Vec<SearchQuery>) -> Self {
        let mut dice = Dice(0x5eed);
        let string = |_| {
            let article = articles.get(dice.below(articles.len()))?;
            Some(some_words(&article.title, &mut dice))
        };
        let typed: Vec<String> = (0..STRINGS).filter_map(string).collect();
        let typed = typed.iter().flat_map(|string| beginnings(string)).collect();
        let asked = queries.iter().map(|query| query.query.clone()).collect();
        Self { articles, typed, asked, queries }
    }

    /// The articles copied in turn until there are so many, each copy with some words of the others; the
    /// same is typed and asked.
    pub(crate) fn grown(&self, count: usize) -> Self {
        let mut dice = Dice(0x5eed);
        let words: Vec<&str> = self
            .articles
            .iter()
            .flat_map(|article| article.body.split_whitespace())
            .filter(|word| is_word(word))
            .collect();
        let originals = self.articles.iter().cycle().take(count).enumerate();
        let copies = originals.map(|(number, original)| Given {
            id: format!("{}-{number}", original.id),
            title: exchange(&original.title, &words, &mut dice),
            body: exchange(&original.body, &words, &mut dice),
        });
        Self { articles: copies.collect(), ..self.clone() }
    }

    /// The questions without the articles.
    pub(crate) fn asked_alone(&self) -> Self {
        Self {
            articles: Vec::new(),
            typed: Vec::new(),
            asked: self.asked.clone(),
            queries: Vec::new(),
        }
    }

    /// Keeps it for the engines, in a folder of its own.
    pub(crate) fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir(folder).with_context(|| format!("making {}", folder.display()))?;
        let path = folder.join(FILE);
        std::fs::write(&path, serde_json::to_vec(self)?)
            .with_context(|| format!("writing {}", path.display()))
    }

    /// The one that is kept in a folder.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// How good what was found is.
    pub(crate) fn relevance(&self, searched: &Searched) -> SearchReport {
        let ranked =
            |ids: &Vec<String>| Ranked { ids: ids.clone(), abstained: false, took: Duration::ZERO };
        let found: Vec<Ranked> = searched.found.iter().map(ranked).collect();
        let cost = IndexCost { seconds: 0.0, bytes: 0 };
        evaluation::search("words", self.articles.len(), &self.queries, &found, cost)
    }
}

fn rows<Row: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<Row>> {
    let text = std::fs::read(path).and_then(|bytes| evaluation::unpacked(&bytes));
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    evaluation::parse(&text).map_err(|malformed| anyhow!("{}, {malformed}", path.display()))
}

/// What stands in the field while a string is typed, from the second letter on.
fn beginnings(string: &str) -> Vec<String> {
    let ends = string.char_indices().map(|(end, _)| end).skip(2).chain([string.len()]);
    ends.filter_map(|end| string.get(..end)).map(str::to_owned).collect()
}

fn exchange(text: &str, words: &[&str], dice: &mut Dice) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end();
            let other = if is_word(word) && dice.below(EXCHANGED) == 0 {
                words.get(dice.below(words.len())).copied()
            } else {
                None
            };
            piece.replacen(word, other.unwrap_or(word), 1)
        })
        .collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// Two to four words that follow each other, as far as there are so many.
fn some_words(title: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let wanted = 2 + dice.below(3);
    let first = dice.below(words.len().saturating_sub(wanted) + 1);
    let words: Vec<&str> = words.into_iter().skip(first).take(wanted).collect();
    words.join(" ").to_lowercase()
}

/// The same numbers in every run (xorshift64, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    /// A number below `limit`; 0 if there is none.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let number = usize::try_from(self.0 >> 16).unwrap_or_default();
        number.checked_rem(limit).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_typed_letter_by_letter() {
        assert_eq!(beginnings("für x"), ["fü", "für", "für ", "für x"]);
        assert_eq!(beginnings("ab"), ["ab"]);
    }

    #[test]
    fn copies_are_as_many_as_wanted_and_differ() {
        let task = Task::shipped().unwrap();
        let grown = task.grown(400);
        assert_eq!((grown.articles.len(), &grown.typed), (400, &task.typed));
        let first = &task.articles[0];
        assert_ne!(grown.articles[task.articles.len()].body, first.body);
        assert_eq!(
            first.body.split_whitespace().count() / 10 * 10,
            grown.articles[0].body.split_whitespace().count() / 10 * 10
        );
    }
}
