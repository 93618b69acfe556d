use std::collections::BTreeMap;

use serde::Deserialize;

/// A short text in several languages. `en` is always there; it stands in for a missing one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct LocalizedText(BTreeMap<String, String>);

impl LocalizedText {
    /// The text in the language of `locale` (BCP 47), or in English.
    #[must_use]
    pub fn get(&self, locale: &str) -> &str {
        self.0.get(locale_language(locale)).or_else(|| self.0.get("en")).map_or("", String::as_str)
    }

    /// The languages it is written in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl TryFrom<BTreeMap<String, String>> for LocalizedText {
    type Error = String;

    fn try_from(texts: BTreeMap<String, String>) -> Result<Self, String> {
        if texts.get("en").is_none_or(|text| text.trim().is_empty()) {
            return Err("a text needs at least an English version: add `en: \"…\"`".to_owned());
        }
        Ok(Self(texts))
    }
}

/// The language part of a locale: `de` of `de-AT`.
#[must_use]
pub fn locale_language(locale: &str) -> &str {
    locale.split(['-', '_', '.']).next().unwrap_or(locale)
}
