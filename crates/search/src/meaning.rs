//! What articles mean, as vectors in eight bits. All of them are compared with the question: exact, and
//! quick enough for what one company has written.

use crate::index::Document;
use crate::passages::passages;

/// The largest number of a vector becomes this.
const LARGEST: f32 = 127.0;

/// A vector, its numbers in eight bits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    numbers: Box<[i8]>,
    /// What a number is worth.
    unit: f32,
}

impl Row {
    fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, n| largest.max(n.abs()));
        let unit = largest / LARGEST;
        #[allow(clippy::cast_possible_truncation, reason = "within 127")]
        let numbers = vector.iter().map(|number| (number / unit).round() as i8).collect();
        Self { numbers, unit }
    }

    /// Writes it as bytes: what a number is worth, and the numbers.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.unit.to_le_bytes());
        bytes.extend(self.numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// The row at the beginning of bytes, and the bytes after it.
    pub(crate) fn read(bytes: &[u8], dimensions: usize) -> Option<(Self, &[u8])> {
        let (unit, rest) = bytes.split_first_chunk::<4>()?;
        let (numbers, rest) = rest.split_at_checked(dimensions)?;
        let numbers = numbers.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        Some((Self { numbers, unit: f32::from_le_bytes(*unit) }, rest))
    }

    /// The cosine of the angle to a vector of length one.
    fn alike(&self, vector: &[f32]) -> f32 {
        let products = self.numbers.iter().zip(vector);
        self.unit * products.map(|(number, other)| f32::from(*number) * other).sum::<f32>()
    }
}

/// Documents in the order in which an index numbers them.
pub(crate) fn in_order(documents: &[Document]) -> Vec<&Document> {
    let mut documents: Vec<_> = documents.iter().collect();
    documents.sort_by(|a, b| (&a.id, &a.locale).cmp(&(&b.id, &b.locale)));
    documents
}

/// The vectors of one article.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Article {
    title: Row,
    passages: Vec<Row>,
}

impl Article {
    /// Its title, then its passages.
    pub(crate) fn rows(&self) -> Vec<&Row> {
        std::iter::once(&self.title).chain(&self.passages).collect()
    }

    /// As above; nothing without a title.
    pub(crate) fn from_rows(rows: Vec<Row>) -> Option<Self> {
        let mut rows = rows.into_iter();
        Some(Self { title: rows.next()?, passages: rows.collect() })
    }
}

/// Passages of all articles together whose meaning is looked at; of many articles the first of each.
const PASSAGES: usize = 20_000;
/// Keywords whose meaning is looked at together: of many, none would be heard.
const KEYWORDS: usize = 6;
/// Of each article at least.
const FEWEST_PASSAGES: usize = 2;

/// The texts of an article whose meaning is looked at, its title first; `of` is how many articles there
/// are.
pub(crate) fn texts_of(document: &Document, of: usize) -> Vec<String> {
    let text = format!("{}\n{}", document.summary, document.text);
    let most = (PASSAGES / of.max(1)).max(FEWEST_PASSAGES);
    let mut texts = vec![document.title.clone()];
    texts.extend(passages(&document.title, &text).into_iter().take(most));
    let words = document.keywords.chunks(KEYWORDS);
    texts.extend(words.map(|words| format!("{}. {}", document.title, words.join(", "))));
    texts
}

/// How much an article means what a question means: cosines.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Alike {
    /// By its title.
    pub title: f32,
    /// By the best of its passages.
    pub passage: f32,
}

impl Alike {
    /// Both together.
    #[must_use]
    pub fn mean(self) -> f32 {
        f32::midpoint(self.title, self.passage)
    }
}

/// What the articles of an index mean, in the order of their ids and languages, as the index has them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meanings {
    articles: Vec<Article>,
}

impl Meanings {
    /// The meanings of documents, which are some of `of`; `vectors` makes one vector of length one for
    /// every text.
    ///
    /// # Errors
    /// Those of `vectors`.
    pub fn of<E>(
        documents: &[Document],
        of: usize,
        vectors: impl FnOnce(&[String]) -> Result<Vec<Vec<f32>>, E>,
    ) -> Result<Self, E> {
        let (mut texts, mut counts) = (Vec::new(), Vec::new());
        for document in in_order(documents) {
            let mut of_one = texts_of(document, of);
            counts.push(of_one.len() - 1);
            texts.append(&mut of_one);
        }
        let mut vectors = vectors(&texts)?.into_iter();
        let mut meanings = Self::default();
        for count in counts {
            let title = vectors.next().unwrap_or_default();
            meanings.push(&title, &vectors.by_ref().take(count).collect::<Vec<_>>());
        }
        Ok(meanings)
    }

    /// Adds the next article, by vectors of length one.
    pub fn push(&mut self, title: &[f32], passages: &[Vec<f32>]) {
        let title = Row::of(title);
        let passages = passages.iter().map(|passage| Row::of(passage)).collect();
        self.articles.push(Article { title, passages });
    }

    pub(crate) fn into_articles(self) -> Vec<Article> {
        self.articles
    }

    pub(crate) const fn from_articles(articles: Vec<Article>) -> Self {
        Self { articles }
    }

    /// Articles in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// How alike each article is to a question, in their order.
    #[must_use]
    pub fn alike(&self, question: &[f32]) -> Vec<Alike> {
        let alike = |article: &Article| {
            let title = article.title.alike(question);
            let best = article.passages.iter().map(|passage| passage.alike(question));
            Alike { title, passage: best.reduce(f32::max).unwrap_or(title) }
        };
        self.articles.iter().map(alike).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(vector: &[f32]) -> Vec<f32> {
        let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
        vector.iter().map(|number| number / length).collect()
    }

    #[test]
    fn eight_bits_keep_the_angle() {
        let vectors: Vec<_> = (0..50)
            .map(|turn| {
                let numbers = (0..384).map(|at| ((turn * 31 + at * 17) as f32).sin());
                unit(&numbers.collect::<Vec<_>>())
            })
            .collect();
        for one in &vectors {
            for other in &vectors {
                let exact: f32 = one.iter().zip(other).map(|(one, other)| one * other).sum();
                assert!((Row::of(one).alike(other) - exact).abs() < 0.01, "{exact}");
            }
        }
        assert!(Row::of(&[0.0; 384]).alike(&vectors[0]).abs() < 1e-6);
    }

    #[test]
    fn the_best_passage_counts_and_an_article_without_any_has_its_title() {
        let (x, y) = (unit(&[1.0, 0.0]), unit(&[0.0, 1.0]));
        let mut meanings = Meanings::default();
        meanings.push(&x, &[y.clone(), x.clone()]);
        meanings.push(&y, &[]);
        let alike = meanings.alike(&x);
        assert!((alike[0].passage - 1.0).abs() < 0.01 && (alike[0].title - 1.0).abs() < 0.01);
        assert!(alike[1].passage.abs() < 0.01 && alike[1].mean().abs() < 0.01);
    }
}
