//! Which document of the index is which article: numbered in the order of their ids and languages, so
//! that an article keeps its place whenever and wherever it was indexed.

use content::locale_language;
use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, Searcher};

use crate::index::{DIGEST, ID, LOCALE};

/// The documents of an opened index.
pub(crate) struct Documents {
    ids: Vec<StrColumn>,
    /// By number.
    addresses: Vec<DocAddress>,
    /// By number, a place in `languages`.
    language_of: Vec<usize>,
    languages: Vec<String>,
    /// By number, the same for all languages of an article.
    article_of: Vec<usize>,
    /// By segment and document, the number.
    numbers: Vec<Vec<usize>>,
}

impl Documents {
    pub(crate) fn of(searcher: &Searcher) -> tantivy::Result<Self> {
        let (mut all, mut ids, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for (segment, at) in searcher.segment_readers().iter().zip(0..) {
            let (of_ids, of_locales) = (column(segment, ID)?, column(segment, LOCALE)?);
            let (names, locales) = (words(&of_ids)?, words(&of_locales)?);
            for document in segment.doc_ids_alive() {
                let id = word(&of_ids, &names, document).to_owned();
                let locale = word(&of_locales, &locales, document).to_owned();
                all.push((id, locale, DocAddress::new(at, document)));
            }
            ids.push(of_ids);
            numbers.push(vec![usize::MAX; segment.max_doc() as usize]);
        }
        all.sort_unstable();
        let mut documents = Self {
            ids,
            addresses: Vec::with_capacity(all.len()),
            language_of: Vec::with_capacity(all.len()),
            languages: Vec::new(),
            article_of: Vec::with_capacity(all.len()),
            numbers,
        };
        let mut article = 0;
        let mut last = None;
        for (number, (id, locale, address)) in all.into_iter().enumerate() {
            if last.as_ref().is_some_and(|last| *last != id) {
                article += 1;
            }
            last = Some(id);
            documents.article_of.push(article);
            let language = documents.language_place(locale_language(&locale));
            documents.language_of.push(language);
            documents.addresses.push(address);
            let place = documents.numbers.get_mut(address.segment_ord as usize);
            if let Some(place) = place.and_then(|them| them.get_mut(address.doc_id as usize)) {
                *place = number;
            }
        }
        Ok(documents)
    }

    fn language_place(&mut self, language: &str) -> usize {
        let known = self.languages.iter().position(|known| known == language);
        known.unwrap_or_else(|| {
            self.languages.push(language.to_owned());
            self.languages.len() - 1
        })
    }

    pub(crate) fn number(&self, address: DocAddress) -> Option<usize> {
        let of_segment = self.numbers.get(address.segment_ord as usize)?;
        of_segment.get(address.doc_id as usize).copied().filter(|number| *number != usize::MAX)
    }

    pub(crate) fn address(&self, number: usize) -> Option<DocAddress> {
        self.addresses.get(number).copied()
    }

    pub(crate) fn id(&self, number: usize) -> Option<String> {
        let address = self.address(number)?;
        let ids = self.ids.get(address.segment_ord as usize)?;
        let mut id = String::new();
        ids.ord_to_str(ids.term_ords(address.doc_id).next()?, &mut id).ok()?;
        Some(id)
    }

    /// Which article it is, in whatever language.
    pub(crate) fn article(&self, number: usize) -> Option<usize> {
        self.article_of.get(number).copied()
    }

    /// The languages of all documents.
    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(String::as_str)
    }

    pub(crate) fn language(&self, number: usize) -> &str {
        let language = self.language_of.get(number).and_then(|at| self.languages.get(*at));
        language.map_or("", String::as_str)
    }
}

/// What is told apart by [`crate::build`]: the digest of each document.
pub(crate) fn digests(searcher: &Searcher) -> tantivy::Result<Vec<u64>> {
    let mut digests = Vec::new();
    for segment in searcher.segment_readers() {
        let column = segment.fast_fields().u64(DIGEST)?;
        digests.extend(segment.doc_ids_alive().filter_map(|document| column.first(document)));
    }
    Ok(digests)
}

fn column(segment: &tantivy::SegmentReader, name: &str) -> tantivy::Result<StrColumn> {
    let missing = || tantivy::TantivyError::FieldNotFound(name.to_owned());
    segment.fast_fields().str(name)?.ok_or_else(missing)
}

/// All words of a column, in their order.
fn words(column: &StrColumn) -> tantivy::Result<Vec<String>> {
    let mut words = Vec::with_capacity(column.num_terms());
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        words.push(String::from_utf8_lossy(stream.key()).into_owned());
    }
    Ok(words)
}

fn word<'a>(column: &StrColumn, words: &'a [String], document: u32) -> &'a str {
    let ordinal = column.term_ords(document).next().and_then(|at| usize::try_from(at).ok());
    ordinal.and_then(|at| words.get(at)).map_or("", String::as_str)
}
