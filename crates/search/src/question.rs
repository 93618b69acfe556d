//! A question as the index is asked for it: its words with their stems, what they may have meant, and
//! how much of it an article can answer.

use std::collections::BTreeMap;

use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use crate::index::{Fields, Index, SearchError, Stemmed};
use crate::language::{Tongue, whole_words, words};
use crate::vocabulary::LONGEST_PHRASE;

/// How much a match says, by where it is. Titles and keywords are short, for which BM25 gives them more.
const TITLE: f32 = 0.8;
const KEYWORDS: f32 = 0.8;
const BODY: f32 = 1.0;
/// A word that only asks says less than others.
const ASKING: f32 = 0.4;
/// The word being typed says less than a whole one.
const TYPED: f32 = 0.6;
/// A word that means the same, two words that may be one, and a typo say less than the word itself.
const SAME: f32 = 0.5;
const JOINED: f32 = 0.8;
const TYPO: f32 = 0.6;
/// Words this long may hold one typo, and two.
const ONE_TYPO: usize = 4;
const TWO_TYPOS: usize = 8;
/// Most words that a typo may have meant.
const MOST_MEANT: usize = 6;
/// Most that repetitions of a word can add, over its rarity (`k1 + 1` of BM25 as Tantivy has it).
const MOST_OFTEN: f32 = 2.2;

/// What the index is asked.
pub(crate) struct Question {
    pub(crate) query: BooleanQuery,
    /// The same in titles and keywords alone.
    pub(crate) in_titles: BooleanQuery,
    /// The score of an article that has every word in title and text.
    pub(crate) most: f32,
    /// Words that ask for something.
    pub(crate) words: usize,
    /// Those of them that are in no article, not even misspelled.
    pub(crate) unknown: usize,
}

impl Index {
    /// `None` if the question has no word.
    pub(crate) fn question(
        &self,
        text: &str,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Question>, SearchError> {
        Builder::new(self, is_word).build(text)
    }

    /// A question with its misspelled words as articles have them: what it means is asked of that. What is a
    /// word, though no article has it, stays.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn spelled(
        &self,
        text: &str,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Result<String, SearchError> {
        let mut builder = Builder::new(self, is_word);
        let (mut spelled, mut rest) = (String::new(), 0);
        for (word, place) in words(&mut whole_words(), text) {
            if self.vocabulary.is_asking(&word)
                || builder.add(&word, 1.0)? > 0.0
                || builder.is_stop_word(&word)
            {
                continue;
            }
            if let Some(meant) = builder.meant(&word)?.first() {
                spelled.push_str(text.get(rest..place.start).unwrap_or_default());
                spelled.push_str(meant);
                rest = place.end;
            }
        }
        spelled.push_str(text.get(rest..).unwrap_or_default());
        Ok(spelled)
    }
}

struct Builder<'a> {
    index: &'a Index,
    is_word: &'a dyn Fn(&str) -> bool,
    searcher: Searcher,
    languages: [Stemmed; Tongue::COUNT],
    /// How much each term says; the same term by two ways counts once, by the better.
    terms: BTreeMap<Term, f32>,
    most: f32,
    words: usize,
    unknown: usize,
}

impl<'a> Builder<'a> {
    fn new(index: &'a Index, is_word: &'a dyn Fn(&str) -> bool) -> Self {
        let languages = index.languages.clone();
        let searcher = index.reader.searcher();
        Self {
            index,
            is_word,
            searcher,
            languages,
            terms: BTreeMap::new(),
            most: 0.0,
            words: 0,
            unknown: 0,
        }
    }

    fn build(mut self, text: &str) -> Result<Option<Question>, SearchError> {
        let text = text.replace(['\'', '’'], "");
        let whole = words(&mut whole_words(), &text);
        let whole: Vec<&str> = whole.iter().map(|(word, _)| word.as_str()).collect();
        let vocabulary = &self.index.vocabulary;
        let mut asked: Vec<&str> =
            whole.iter().copied().filter(|word| !vocabulary.is_asking(word)).collect();
        if asked.is_empty() {
            asked.clone_from(&whole);
        }
        let is_typing = !text.ends_with(char::is_whitespace);
        let typed = whole.last().filter(|word| is_typing && word.len() > 1).copied();
        for word in &asked {
            let may_go_on = typed.is_some_and(|typed| std::ptr::eq(typed, *word));
            self.word(word, may_go_on)?;
        }
        for word in whole.iter().filter(|word| !asked.contains(word)) {
            self.add(word, ASKING)?;
        }
        for length in 1..=LONGEST_PHRASE {
            for phrase in whole.windows(length) {
                for other in vocabulary.same(phrase) {
                    let weight = SAME / other.len() as f32;
                    for word in other {
                        self.add(word, weight)?;
                    }
                }
            }
        }
        for pair in whole.windows(2) {
            self.add(&pair.concat(), JOINED)?;
        }
        Ok(self.finish(typed))
    }

    fn finish(self, typed: Option<&str>) -> Option<Question> {
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add = |query: Box<dyn Query>, boost: f32| {
            parts.push((Occur::Should, Box::new(BoostQuery::new(query, boost))));
        };
        let names = self.index.fields.stemmed.map(|(_, [title, keywords, _])| [title, keywords]);
        let mut in_titles: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (term, weight) in self.terms {
            let is_name = names.as_flattened().contains(&term.field());
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            if is_name {
                let again = BoostQuery::new(Box::new(query.clone()), weight);
                in_titles.push((Occur::Should, Box::new(again)));
            }
            add(Box::new(query), weight);
        }
        let Fields { whole_title, whole_body, .. } = self.index.fields;
        if let Some(typed) = typed {
            for (field, boost) in [(whole_title, TITLE), (whole_body, BODY)] {
                let start = Term::from_field_text(field, typed);
                add(Box::new(FuzzyTermQuery::new_prefix(start, 0, true)), boost * TYPED);
            }
        }
        let (most, words, unknown) = (self.most, self.words, self.unknown);
        let query = BooleanQuery::new(parts);
        let in_titles = BooleanQuery::new(in_titles);
        (!query.clauses().is_empty()).then_some(Question { query, in_titles, most, words, unknown })
    }

    /// A word of the question, or what it may have meant. One that is still being typed is not misspelled
    /// while words begin with it.
    fn word(&mut self, word: &str, may_go_on: bool) -> Result<(), SearchError> {
        let known = self.add(word, 1.0)?;
        if known > 0.0 {
            self.most += known;
            self.words += 1;
            return Ok(());
        }
        if self.is_stop_word(word) {
            return Ok(());
        }
        self.words += 1;
        if may_go_on && self.goes_on(word)? {
            self.most += TITLE * MOST_OFTEN * self.rarity(1);
            return Ok(());
        }
        let mut most = 0.0_f32;
        for meant in self.meant(word)? {
            most = most.max(self.add(&meant, TYPO)?);
        }
        if most == 0.0 {
            // As much as a word that only one article has.
            most = (TITLE + BODY) * MOST_OFTEN * self.rarity(1);
            self.unknown += 1;
        }
        self.most += most;
        Ok(())
    }

    /// Whether a language has it in every sentence.
    fn is_stop_word(&mut self, word: &str) -> bool {
        self.languages.iter_mut().any(|stemmed| words(&mut stemmed.analyzer, word).is_empty())
    }

    /// Adds the stems of a word wherever articles have it; the most that it can score.
    fn add(&mut self, word: &str, weight: f32) -> Result<f32, SearchError> {
        let mut most = 0.0_f32;
        for Stemmed { fields, analyzer, .. } in self.languages.iter_mut().filter(|it| it.is_used) {
            for (stem, _) in words(analyzer, word) {
                let (mut in_text, mut in_keywords) = (0.0, 0.0);
                let [_, keywords, _] = *fields;
                for (field, boost) in fields.iter().zip([TITLE, KEYWORDS, BODY]) {
                    let term = Term::from_field_text(*field, &stem);
                    let articles = self.searcher.doc_freq(&term)?;
                    if articles == 0 {
                        continue;
                    }
                    let kept = self.terms.entry(term).or_default();
                    *kept = kept.max(boost * weight);
                    let most =
                        boost * weight * MOST_OFTEN * rarity(self.searcher.num_docs(), articles);
                    if *field == keywords { in_keywords = most } else { in_text += most }
                }
                most = most.max(if in_text > 0.0 { in_text } else { in_keywords });
            }
        }
        Ok(most)
    }

    /// Whether a word of the articles begins with this.
    fn goes_on(&self, start: &str) -> Result<bool, SearchError> {
        let Fields { whole_title, whole_body, .. } = self.index.fields;
        for field in [whole_title, whole_body] {
            for segment in self.searcher.segment_readers() {
                let index = segment.inverted_index(field)?;
                let terms = index.terms().range().ge(start).into_stream();
                let mut terms = terms.map_err(tantivy::TantivyError::from)?;
                if terms.advance() && terms.key().starts_with(start.as_bytes()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Words of the articles that differ from this one by a typo, those that more articles have first.
    /// A word with a digit is a name or a number: another one is something else.
    fn meant(&self, word: &str) -> Result<Vec<String>, SearchError> {
        let length = word.chars().count();
        let is_name = word.contains(|c: char| c.is_ascii_digit());
        if length < ONE_TYPO || is_name || (self.is_word)(word) {
            return Ok(Vec::new());
        }
        let near = self.near(word, 1)?;
        if near.is_empty() && length >= TWO_TYPOS { self.near(word, 2) } else { Ok(near) }
    }

    fn near(&self, word: &str, typos: u8) -> Result<Vec<String>, SearchError> {
        let Fields { whole_title, whole_body, .. } = self.index.fields;
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for field in [whole_title, whole_body] {
            let near = FuzzyTermQuery::new(Term::from_field_text(field, word), typos, true);
            for segment in self.searcher.segment_readers() {
                let index = segment.inverted_index(field)?;
                let terms = index.terms().search(near.automaton()?);
                let mut terms = terms.into_stream().map_err(tantivy::TantivyError::from)?;
                while let Some((term, info)) = terms.next() {
                    if let Ok(term) = std::str::from_utf8(term) {
                        *found.entry(term.to_owned()).or_default() += u64::from(info.doc_freq);
                    }
                }
            }
        }
        // People get the first letter right (Pollock and Zamora, 1984).
        let first = word.chars().next();
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|(term, articles)| {
            (term.chars().next() != first, std::cmp::Reverse(*articles))
        });
        found.truncate(MOST_MEANT);
        Ok(found.into_iter().map(|(term, _)| term).collect())
    }

    fn rarity(&self, articles: u64) -> f32 {
        rarity(self.searcher.num_docs(), articles)
    }
}

/// How much a word says that so many of the articles have (BM25; Robertson and Zaragoza, 2009).
fn rarity(all: u64, articles: u64) -> f32 {
    let (all, articles) = (all as f32, articles as f32);
    (1.0 + (all - articles + 0.5) / (articles + 0.5)).ln()
}
