use content::locale_language;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{TantivyDocument, Term};

use crate::index::{Index, SearchError};
use crate::language::{Tongue, whole_words, words};
use crate::mark::{Fragment, Marker};

/// How much a match says, by where it is.
const TITLE: f32 = 3.0;
const KEYWORDS: f32 = 2.5;
const BODY: f32 = 1.0;
/// The word being typed says less than a whole one, a typo less than both.
const TYPED: f32 = 0.6;
const TYPO: f32 = 0.25;
/// A word this long may hold one typo.
const SHORTEST_WITH_TYPO: usize = 5;
/// Articles in the reader's own language come first among equals.
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

impl Index {
    /// The best articles for a query that may still be being typed, in the order of their score; an
    /// article that exists in several languages appears once, in the reader's if there is one.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn search(&self, query: &str, locale: &str, limit: usize) -> Result<Vec<Hit>, SearchError> {
        let searcher = self.reader.searcher();
        let Some(parsed) = self.parse(query) else { return Ok(Vec::new()) };
        // Two languages of one article must not push another one out of the list.
        let top = TopDocs::with_limit(limit.max(1) * 2).order_by_score();
        let mut hits = Vec::new();
        let mut markers = Tongue::ALL.map(|tongue| (tongue, Marker::new(query, tongue.name())));
        for (score, address) in searcher.search(&parsed, &top)? {
            let document: TantivyDocument = searcher.doc(address)?;
            hits.push(self.hit(&document, score, locale, &mut markers));
        }
        hits.sort_by(|a, b| {
            let own_first = own(b, locale).cmp(&own(a, locale));
            a.id.cmp(&b.id).then(own_first).then_with(|| b.score.total_cmp(&a.score))
        });
        // The next line keeps the reader's language, with the better score of both.
        hits.dedup_by(|other, kept| {
            let is_same = other.id == kept.id;
            if is_same {
                kept.score = kept.score.max(other.score);
            }
            is_same
        });
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(limit);
        Ok(hits)
    }

    fn hit(
        &self,
        document: &TantivyDocument,
        score: f32,
        locale: &str,
        markers: &mut [(Tongue, Marker); 2],
    ) -> Hit {
        let text = |field| stored(document, field);
        let tongue = Tongue::of_locale(text(self.fields.locale));
        let (mut title, mut snippet) = (Vec::new(), Vec::new());
        for (_, marker) in markers.iter_mut().filter(|(of, _)| *of == tongue) {
            title = marker.mark(text(self.fields.title));
            let summary = text(self.fields.summary);
            let line =
                marker.best_line(summary).or_else(|| marker.best_line(text(self.fields.text)));
            snippet = marker.mark(line.unwrap_or(summary));
        }
        let mut hit = Hit {
            id: text(self.fields.id).to_owned(),
            locale: text(self.fields.locale).to_owned(),
            title,
            snippet,
            reviewed: text(self.fields.reviewed).to_owned(),
            review_by: text(self.fields.review_by).to_owned(),
            score,
        };
        if own(&hit, locale) {
            hit.score *= OWN_LANGUAGE;
        }
        hit
    }

    /// Any word may match; more and rarer ones count more. `None` if the query has no word.
    fn parse(&self, query: &str) -> Option<BooleanQuery> {
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add = |query: Box<dyn Query>, boost: f32| {
            parts.push((Occur::Should, Box::new(BoostQuery::new(query, boost))));
        };
        for (tongue, [title, keywords, body]) in self.fields.stemmed {
            for (stem, _) in words(&mut tongue.analyzer(), query) {
                for (field, boost) in [(title, TITLE), (keywords, KEYWORDS), (body, BODY)] {
                    add(term(field, &stem), boost);
                }
            }
        }
        let whole = words(&mut whole_words(), query);
        for (word, _) in whole.iter().filter(|(word, _)| word.chars().count() >= SHORTEST_WITH_TYPO)
        {
            let near = Term::from_field_text(self.fields.whole_title, word);
            add(Box::new(FuzzyTermQuery::new(near, 1, true)), TYPO);
        }
        if let Some((typed, _)) = whole.last().filter(|(word, _)| word.len() > 1) {
            for (field, boost) in [(self.fields.whole_title, TITLE), (self.fields.whole_body, BODY)]
            {
                let start = Term::from_field_text(field, typed);
                add(Box::new(FuzzyTermQuery::new_prefix(start, 0, true)), boost * TYPED);
            }
        }
        if parts.is_empty() { None } else { Some(BooleanQuery::new(parts)) }
    }
}

fn own(hit: &Hit, locale: &str) -> bool {
    locale_language(&hit.locale) == locale_language(locale)
}

fn term(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}

fn stored(document: &TantivyDocument, field: Field) -> &str {
    document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
}
