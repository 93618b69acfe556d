use std::cmp::Ordering;

use content::locale_language;
use tantivy::TantivyDocument;
use tantivy::collector::TopDocs;
use tantivy::query::Query;
use tantivy::schema::{Field, Value};

use crate::index::{Index, SearchError};
use crate::language::Tongue;
use crate::mark::{Fragment, Marker};
use crate::meaning::{Alike, Meanings};
use crate::ranking::{self, ByWords, Evidence};

/// Articles that a search by words looks at.
const DEPTH: usize = 200;
/// Articles in another language than the reader's come later by this.
const OWN_LANGUAGE: f32 = 1.5;

/// One article found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its language.
    pub locale: String,
    /// Its title, matching words marked.
    pub title: Vec<Fragment>,
    /// The line that matches best, or the summary, matching words marked.
    pub snippet: Vec<Fragment>,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: String,
    /// When it must be reviewed again, `YYYY-MM-DD`.
    pub review_by: String,
    /// Higher is better; comparable within one query only.
    pub score: f32,
}

/// What a question means, and what the articles of the index mean.
#[derive(Clone, Copy)]
pub struct Meaning<'a> {
    /// The vector of the question.
    pub question: &'a [f32],
    /// The vectors of the articles.
    pub articles: &'a Meanings,
    /// Whether something is a word, though no article may have it: then it is no misspelled other one.
    pub is_word: &'a dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for Meaning<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Meaning").field("articles", self.articles).finish_non_exhaustive()
    }
}

impl Meaning<'_> {
    /// How near each article is; every number has an entry.
    fn alike(self) -> Vec<Alike> {
        self.articles.alike(self.question)
    }
}

/// Articles in an order, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// Their numbers and scores, comparable within one order only.
    found: Vec<(usize, f32)>,
    /// Whether one of them seems to answer.
    answers: bool,
}

impl Order {
    /// Whether one of the articles seems to answer the question. They are shown in any case.
    #[must_use]
    pub const fn answers(&self) -> bool {
        self.answers
    }

    /// The same articles, best first again.
    fn sorted(mut self) -> Self {
        self.found.sort_by(best_first);
        self
    }
}

impl Index {
    /// The best articles for a query that may still be being typed, by its words, in the order of their
    /// score; an article that exists in several languages appears once, in the reader's if there is one.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn search(&self, query: &str, locale: &str, limit: usize) -> Result<Vec<Hit>, SearchError> {
        self.show(&self.by_words(query, locale)?, query, locale, limit)
    }

    /// By words.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn by_words(&self, query: &str, locale: &str) -> Result<Order, SearchError> {
        let words = self.words(query, locale, &|_| false)?;
        let answers = !words.found.is_empty()
            && ranking::weigh(&self.ranking.answers_by_words, &words.signs()) > 0.0;
        let found = words
            .found
            .into_iter()
            .map(|(number, score)| (number, score.max(f32::MIN_POSITIVE).ln()))
            .collect();
        self.with_phrases(Order { found, answers }, query)
    }

    /// The order with a little more or less weight for some articles: `prior` gives by how much one is more
    /// likely than others, 1 if nothing is known of it.
    #[must_use]
    pub fn with_prior(&self, order: Order, prior: impl Fn(&str) -> f32) -> Order {
        let weighed = order.found.into_iter().map(|(number, score)| {
            let prior = self.documents.id(number).map_or(1.0, |id| prior(&id));
            (number, score + prior.ln())
        });
        Order { found: weighed.collect(), ..order }.sorted()
    }

    /// Of an order, the articles in which what stands in quotation marks stands; all if none has it.
    fn with_phrases(&self, order: Order, query: &str) -> Result<Order, SearchError> {
        let phrases = quoted(query);
        if phrases.is_empty() {
            return Ok(order);
        }
        let searcher = self.reader.searcher();
        let mut kept = Vec::new();
        for (number, score) in &order.found {
            let Some(address) = self.documents.address(*number) else { continue };
            let document: TantivyDocument = searcher.doc(address)?;
            let texts = [self.fields.title, self.fields.summary, self.fields.text];
            let texts = texts.map(|field| one_line(stored(&document, field)));
            if phrases.iter().all(|phrase| texts.iter().any(|text| text.contains(phrase))) {
                kept.push((*number, *score));
            }
        }
        Ok(if kept.is_empty() { order } else { Order { found: kept, ..order } })
    }

    /// By meaning alone.
    #[must_use]
    pub fn by_meaning(&self, meaning: Meaning<'_>) -> Order {
        let alike = meaning.alike();
        let mut found: Vec<_> = alike.iter().map(|alike| alike.mean()).enumerate().collect();
        found.sort_by(best_first);
        found.truncate(DEPTH);
        let evidence = ranking::evidence(&ByWords::default(), meaning, &alike);
        Order { answers: self.seems_to_answer(&evidence), found }
    }

    /// By words and by meaning together.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn by_both(
        &self,
        query: &str,
        locale: &str,
        meaning: Meaning<'_>,
    ) -> Result<Order, SearchError> {
        let evidence = self.evidence(query, locale, meaning)?;
        let score = |candidate: &ranking::Candidate| {
            (candidate.number, self.ranking.score(&candidate.facts))
        };
        let found = evidence.candidates.iter().map(score).collect();
        let order = Order { answers: self.seems_to_answer(&evidence), found }.sorted();
        self.with_phrases(order, query)
    }

    /// What an order by both is made from.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn evidence(
        &self,
        query: &str,
        locale: &str,
        meaning: Meaning<'_>,
    ) -> Result<Evidence, SearchError> {
        Ok(ranking::evidence(
            &self.words(query, locale, meaning.is_word)?,
            meaning,
            &meaning.alike(),
        ))
    }

    fn seems_to_answer(&self, evidence: &Evidence) -> bool {
        !evidence.candidates.is_empty()
            && ranking::weigh(&self.ranking.answers, &self.ranking.signs(evidence)) > 0.0
    }

    fn words(
        &self,
        query: &str,
        locale: &str,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Result<ByWords, SearchError> {
        let language = locale_language(locale);
        let Some(question) = self.question(query, is_word)? else { return Ok(ByWords::default()) };
        let searcher = self.reader.searcher();
        let best = |query: &dyn Query| {
            let top = TopDocs::with_limit(DEPTH).order_by_score();
            let found = searcher.search(query, &top)?.into_iter();
            let numbered = found.filter_map(|(score, address)| {
                let number = self.documents.number(address)?;
                let is_own = self.documents.language(number) == language;
                Some((number, if is_own { score } else { score / OWN_LANGUAGE }))
            });
            let mut found: Vec<_> = numbered.collect();
            found.sort_by(best_first);
            tantivy::Result::Ok(found)
        };
        Ok(ByWords {
            found: best(&question.query)?,
            in_titles: best(&question.in_titles)?,
            most: question.most,
            words: question.words,
            unknown: question.unknown,
        })
    }

    /// The ids of an order, best first, each once.
    #[must_use]
    pub fn ids(&self, order: &Order, limit: usize) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for (number, _) in &order.found {
            if ids.len() == limit {
                break;
            }
            if let Some(id) = self.documents.id(*number).filter(|id| !ids.contains(id)) {
                ids.push(id);
            }
        }
        ids
    }

    /// The first articles of an order as they are shown: each once, in the reader's language if there is
    /// one, with the words of the query marked.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn show(
        &self,
        order: &Order,
        query: &str,
        locale: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, SearchError> {
        let searcher = self.reader.searcher();
        let mut markers = Vec::new();
        let mut hits = Vec::new();
        for (number, score) in self.each_once(order, locale, limit) {
            let Some(address) = self.documents.address(number) else { continue };
            let document: TantivyDocument = searcher.doc(address)?;
            hits.push(self.hit(&document, score, query, &mut markers));
        }
        Ok(hits)
    }

    /// The first articles of an order: where several languages of one are in it, the reader's stands in
    /// the place of the best.
    fn each_once(&self, order: &Order, locale: &str, limit: usize) -> Vec<(usize, f32)> {
        let language = locale_language(locale);
        let is_own = |number| self.documents.language(number) == language;
        let mut first: Vec<(usize, f32)> = Vec::new();
        let mut articles: Vec<usize> = Vec::new();
        // Two languages of one article must not push another one out of the list.
        for (number, score) in order.found.iter().take(limit.max(1) * 2) {
            let Some(article) = self.documents.article(*number) else { continue };
            let known = articles.iter().position(|known| *known == article);
            match known.and_then(|place| first.get_mut(place)) {
                Some((kept, _)) if is_own(*number) && !is_own(*kept) => *kept = *number,
                Some(_) => {}
                None => {
                    first.push((*number, *score));
                    articles.push(article);
                }
            }
        }
        first.truncate(limit);
        first
    }

    fn hit(
        &self,
        document: &TantivyDocument,
        score: f32,
        query: &str,
        markers: &mut Vec<(Tongue, Marker)>,
    ) -> Hit {
        let text = |field| stored(document, field);
        let tongue = Tongue::of_locale(text(self.fields.locale));
        if !markers.iter().any(|(of, _)| *of == tongue) {
            markers.push((tongue, Marker::new(query, self.analyzer(tongue))));
        }
        let (mut title, mut snippet) = (Vec::new(), Vec::new());
        for (_, marker) in markers.iter_mut().filter(|(of, _)| *of == tongue) {
            title = marker.mark(text(self.fields.title));
            let summary = text(self.fields.summary);
            let line =
                marker.best_line(summary).or_else(|| marker.best_line(text(self.fields.text)));
            snippet = marker.mark(line.unwrap_or(summary));
        }
        Hit {
            id: text(self.fields.id).to_owned(),
            locale: text(self.fields.locale).to_owned(),
            title,
            snippet,
            reviewed: text(self.fields.reviewed).to_owned(),
            review_by: text(self.fields.review_by).to_owned(),
            score,
        }
    }
}

/// What stands in quotation marks: several words, as [`one_line`] has them.
fn quoted(query: &str) -> Vec<String> {
    let parts = query.split(['"', '\u{201c}', '\u{201d}', '\u{201e}']).map(one_line);
    parts.skip(1).step_by(2).filter(|part| part.contains(' ')).collect()
}

/// In lower case and one line.
fn one_line(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Equal scores stand in the order of the ids.
fn best_first((a, score): &(usize, f32), (b, other): &(usize, f32)) -> Ordering {
    other.total_cmp(score).then(a.cmp(b))
}

fn stored(document: &TantivyDocument, field: Field) -> &str {
    document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
}
