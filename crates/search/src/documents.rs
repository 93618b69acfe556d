//! Which document of the index is which article: by number in the order in which they were indexed.

use content::locale_language;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, Searcher};

use crate::index::{ID, LOCALE, NUMBER};

/// The documents of an opened index.
pub(crate) struct Documents {
    segments: Vec<Segment>,
    addresses: Vec<Option<DocAddress>>,
    /// By number, a place in `languages`.
    language_of: Vec<usize>,
    languages: Vec<String>,
}

struct Segment {
    numbers: Column<u64>,
    ids: StrColumn,
}

impl Documents {
    pub(crate) fn of(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut documents = Self {
            segments: Vec::new(),
            addresses: Vec::new(),
            language_of: Vec::new(),
            languages: Vec::new(),
        };
        for (segment, at) in searcher.segment_readers().iter().zip(0..) {
            let columns = segment.fast_fields();
            let missing = || tantivy::TantivyError::FieldNotFound(ID.to_owned());
            let ids = columns.str(ID)?.ok_or_else(missing)?;
            let locales = columns.str(LOCALE)?.ok_or_else(missing)?;
            let numbers = columns.u64(NUMBER)?;
            let mut languages = Vec::new();
            for ordinal in 0..locales.num_terms() as u64 {
                let mut locale = String::new();
                locales.ord_to_str(ordinal, &mut locale)?;
                languages.push(documents.language_place(locale_language(&locale)));
            }
            for document in segment.doc_ids_alive() {
                let number =
                    numbers.first(document).and_then(|number| usize::try_from(number).ok());
                let ordinal = locales.term_ords(document).next().unwrap_or_default();
                let language = usize::try_from(ordinal).ok().and_then(|at| languages.get(at));
                if let (Some(number), Some(language)) = (number, language) {
                    documents.place(number, DocAddress::new(at, document), *language);
                }
            }
            documents.segments.push(Segment { numbers, ids });
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

    fn place(&mut self, number: usize, address: DocAddress, language: usize) {
        if self.addresses.len() <= number {
            self.addresses.resize(number + 1, None);
            self.language_of.resize(number + 1, 0);
        }
        if let (Some(at), Some(of)) =
            (self.addresses.get_mut(number), self.language_of.get_mut(number))
        {
            *at = Some(address);
            *of = language;
        }
    }

    pub(crate) fn number(&self, address: DocAddress) -> Option<usize> {
        let segment = self.segments.get(address.segment_ord as usize)?;
        usize::try_from(segment.numbers.first(address.doc_id)?).ok()
    }

    pub(crate) fn address(&self, number: usize) -> Option<DocAddress> {
        *self.addresses.get(number)?
    }

    pub(crate) fn id(&self, number: usize) -> Option<String> {
        let address = self.address(number)?;
        let ids = &self.segments.get(address.segment_ord as usize)?.ids;
        let mut id = String::new();
        ids.ord_to_str(ids.term_ords(address.doc_id).next()?, &mut id).ok()?;
        Some(id)
    }

    pub(crate) fn language(&self, number: usize) -> &str {
        let language = self.language_of.get(number).and_then(|at| self.languages.get(*at));
        language.map_or("", String::as_str)
    }
}
