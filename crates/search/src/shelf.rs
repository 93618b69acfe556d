//! The vectors of articles in a file. They are made once, where the articles are published; a device
//! makes only those of articles that came without.

use std::collections::HashMap;

use ring::digest::{Context, SHA256};

use crate::index::Document;
use crate::meaning::{Article, Meanings, Row, in_order, texts_of};

/// Name of the file.
pub const VECTORS: &str = "articles.vectors";
/// First line of the file: name and version of the format, numbers in a vector, name of the model.
const FORMAT: &str = "deskside-vectors 1";

/// SHA-256 over the texts of an article.
type Key = [u8; 32];

/// Vectors of articles, by what the articles say.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    /// SHA-256 of the model that made them, in hexadecimal.
    model: String,
    /// Numbers in a vector.
    dimensions: usize,
    articles: HashMap<Key, Article>,
}

impl Shelf {
    /// An empty one for the vectors of a model, which have so many numbers.
    #[must_use]
    pub fn new(model: &str, dimensions: usize) -> Self {
        Self { model: model.to_owned(), dimensions, articles: HashMap::new() }
    }

    /// Puts in what is in a file. A file of another model or format, or a damaged one, has nothing:
    /// `false`.
    pub fn read(&mut self, file: &[u8]) -> bool {
        let header = self.header();
        let Some(records) = file.strip_prefix(header.as_bytes()) else { return false };
        match parse(records, self.dimensions) {
            Some(articles) => {
                self.articles.extend(articles);
                true
            }
            None => false,
        }
    }

    /// The file of what these articles need and nothing else.
    #[must_use]
    pub fn file(&self, documents: &[Document]) -> Vec<u8> {
        let mut file = self.header().into_bytes();
        for document in documents {
            let key = key(document, documents.len());
            if let Some(article) = self.articles.get(&key) {
                let rows = article.rows();
                file.extend(key);
                file.extend(u16::try_from(rows.len()).unwrap_or(u16::MAX).to_le_bytes());
                rows.iter().take(usize::from(u16::MAX)).for_each(|row| row.write(&mut file));
            }
        }
        file
    }

    /// The articles that have no vectors here.
    #[must_use]
    pub fn missing(&self, documents: &[Document]) -> Vec<Document> {
        let is_missing =
            |document: &&Document| !self.articles.contains_key(&key(document, documents.len()));
        documents.iter().filter(is_missing).cloned().collect()
    }

    /// Makes the vectors of articles that are some of `of`; `vectors` makes one of length one for every
    /// text.
    ///
    /// # Errors
    /// Those of `vectors`.
    pub fn learn<E>(
        &mut self,
        documents: &[Document],
        of: usize,
        vectors: impl FnOnce(&[String]) -> Result<Vec<Vec<f32>>, E>,
    ) -> Result<(), E> {
        let meanings = Meanings::of(documents, of, vectors)?;
        let keys = in_order(documents).into_iter().map(|document| key(document, of));
        self.articles.extend(keys.zip(meanings.into_articles()));
        Ok(())
    }

    /// The meanings of articles, if none is missing.
    #[must_use]
    pub fn meanings(&self, documents: &[Document]) -> Option<Meanings> {
        let of = |document| self.articles.get(&key(document, documents.len())).cloned();
        let articles = in_order(documents).into_iter().map(of);
        articles.collect::<Option<Vec<_>>>().map(Meanings::from_articles)
    }

    fn header(&self) -> String {
        format!("{FORMAT} {} {}\n", self.dimensions, self.model)
    }
}

fn key(document: &Document, of: usize) -> Key {
    let mut context = Context::new(&SHA256);
    for text in texts_of(document, of) {
        context.update(&(text.len() as u64).to_le_bytes());
        context.update(text.as_bytes());
    }
    let mut key = Key::default();
    key.copy_from_slice(context.finish().as_ref());
    key
}

fn parse(mut records: &[u8], dimensions: usize) -> Option<HashMap<Key, Article>> {
    let mut articles = HashMap::new();
    while !records.is_empty() {
        let (key, rest) = records.split_first_chunk::<32>()?;
        let (count, mut rest) = rest.split_first_chunk::<2>()?;
        let mut rows = Vec::new();
        for _ in 0..u16::from_le_bytes(*count) {
            let (row, after) = Row::read(rest, dimensions)?;
            rows.push(row);
            rest = after;
        }
        articles.insert(*key, Article::from_rows(rows)?);
        records = rest;
    }
    Some(articles)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "abc";

    fn document(title: &str, text: &str) -> Document {
        Document { title: title.to_owned(), text: text.to_owned(), ..Document::default() }
    }

    /// A text means how often it has each of two letters.
    fn vectors(texts: &[String]) -> Result<Vec<Vec<f32>>, ()> {
        let count = |text: &str, letter| text.matches(letter).count() as f32 + 0.1;
        let vector = |text: &String| {
            let (a, b) = (count(text, 'a'), count(text, 'b'));
            vec![a / a.hypot(b), b / a.hypot(b)]
        };
        Ok(texts.iter().map(vector).collect())
    }

    #[test]
    fn what_was_made_once_is_not_made_again_and_a_changed_article_is() {
        let both = [document("aaa", "ab\nbbb"), document("bbb", "")];
        let mut shelf = Shelf::new(MODEL, 2);
        assert_eq!(shelf.missing(&both).len(), 2);
        assert_eq!(shelf.meanings(&both), None);
        shelf.learn(&both, 2, vectors).unwrap();
        let mut again = Shelf::new(MODEL, 2);
        assert!(again.read(&shelf.file(&both)));
        assert_eq!(again, shelf);
        assert_eq!(again.meanings(&both), Meanings::of(&both, 2, vectors).ok());
        let changed = [both[0].clone(), document("bbb", "a")];
        assert_eq!(again.missing(&changed), changed[1..]);
        again.learn(&changed[1..], 2, vectors).unwrap();
        assert_eq!(again.meanings(&changed).unwrap().len(), 2);
        let smaller = again.file(&both[1..]);
        assert!(smaller.len() < again.file(&changed).len());
    }

    #[test]
    fn a_file_of_another_model_or_a_damaged_one_has_nothing() {
        let one = [document("a", "b")];
        let mut shelf = Shelf::new(MODEL, 2);
        shelf.learn(&one, 1, vectors).unwrap();
        let file = shelf.file(&one);
        assert!(!Shelf::new("other", 2).read(&file));
        assert!(!Shelf::new(MODEL, 3).read(&file));
        for end in 0..file.len() {
            let mut damaged = Shelf::new(MODEL, 2);
            // The header alone is the file of no article.
            assert_eq!(damaged.read(&file[..end]), end == shelf.header().len(), "{end}");
            assert!(damaged.articles.is_empty());
        }
    }
}
