//! How words are cut and folded: one analyzer per language for meaning, one without stemming for the
//! word that is still being typed.

use content::locale_language;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    StopWordFilter, TextAnalyzer, TokenizerManager,
};

/// Longest word that is indexed, in bytes.
const LONGEST_WORD: usize = 40;

/// Languages with a stemmer of their own; everything else is treated as English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    English,
    German,
    French,
    Spanish,
    Portuguese,
}

impl Tongue {
    pub(crate) const COUNT: usize = 5;
    pub(crate) const ALL: [Self; Self::COUNT] =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Portuguese];

    pub(crate) fn of_locale(locale: &str) -> Self {
        let language = locale_language(locale);
        Self::ALL.into_iter().find(|tongue| tongue.name() == language).unwrap_or(Self::English)
    }

    /// Name of its analyzer and suffix of its fields.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
        }
    }

    pub(crate) fn analyzer(self) -> TextAnalyzer {
        let language = match self {
            Self::English => Language::English,
            Self::German => Language::German,
            Self::French => Language::French,
            Self::Spanish => Language::Spanish,
            Self::Portuguese => Language::Portuguese,
        };
        let builder = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(LONGEST_WORD))
            .filter(LowerCaser)
            .dynamic();
        let builder = match StopWordFilter::new(language) {
            Some(filter) => builder.filter_dynamic(filter),
            None => builder,
        };
        builder.filter_dynamic(Stemmer::new(language)).filter_dynamic(AsciiFoldingFilter).build()
    }
}

/// Name of the analyzer that keeps words whole.
pub(crate) const WHOLE: &str = "whole";

/// Words whole, lower case, without accents.
pub(crate) fn whole_words() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

pub(crate) fn register(manager: &TokenizerManager) {
    for tongue in Tongue::ALL {
        manager.register(tongue.name(), tongue.analyzer());
    }
    manager.register(WHOLE, whole_words());
}

/// The words of a text as an analyzer sees them, with their byte ranges.
pub(crate) fn words(
    analyzer: &mut TextAnalyzer,
    text: &str,
) -> Vec<(String, std::ops::Range<usize>)> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| {
        words.push((token.text.clone(), token.offset_from..token.offset_to));
    });
    words
}
