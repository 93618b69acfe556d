//! Marks the words of a text that a query matched.

use tantivy::tokenizer::TextAnalyzer;

use crate::language::{Tongue, whole_words, words};

/// A piece of text, marked if it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The words.
    pub text: String,
    /// Whether they matched the query.
    pub is_marked: bool,
}

/// Finds the words of a query in other texts.
pub(crate) struct Marker {
    analyzer: TextAnalyzer,
    whole: TextAnalyzer,
    stems: Vec<String>,
    typed: Option<String>,
}

impl Marker {
    pub(crate) fn new(query: &str, locale: &str) -> Self {
        let mut analyzer = Tongue::of_locale(locale).analyzer();
        let mut whole = whole_words();
        let stems = words(&mut analyzer, query).into_iter().map(|(stem, _)| stem).collect();
        let typed = words(&mut whole, query).pop().map(|(word, _)| word);
        Self { analyzer, whole, stems, typed }
    }

    /// The text cut into matching and other pieces.
    pub(crate) fn mark(&mut self, text: &str) -> Vec<Fragment> {
        let mut fragments: Vec<Fragment> = Vec::new();
        let mut at = 0;
        for range in self.matches(text) {
            push(&mut fragments, text.get(at..range.start), false);
            push(&mut fragments, text.get(range.clone()), true);
            at = range.end;
        }
        push(&mut fragments, text.get(at..), false);
        fragments
    }

    /// The line of a text with the most different words of the query; the first one wins a tie.
    pub(crate) fn best_line<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let mut best = (0, None);
        for line in text.lines() {
            let mut found: Vec<String> = self
                .matches(line)
                .into_iter()
                .filter_map(|range| line.get(range).map(str::to_lowercase))
                .collect();
            found.sort_unstable();
            found.dedup();
            if found.len() > best.0 {
                best = (found.len(), Some(line));
            }
        }
        best.1
    }

    fn matches(&mut self, text: &str) -> Vec<std::ops::Range<usize>> {
        let mut ranges: Vec<_> = words(&mut self.analyzer, text)
            .into_iter()
            .filter(|(stem, _)| self.stems.contains(stem))
            .map(|(_, range)| range)
            .collect();
        if let Some(typed) = self.typed.as_deref().filter(|typed| typed.len() > 1) {
            ranges.extend(
                words(&mut self.whole, text)
                    .into_iter()
                    .filter(|(word, _)| word.starts_with(typed))
                    .map(|(_, range)| range),
            );
        }
        ranges.sort_by_key(|range| range.start);
        ranges.dedup();
        ranges
    }
}

fn push(fragments: &mut Vec<Fragment>, text: Option<&str>, is_marked: bool) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        fragments.push(Fragment { text: text.to_owned(), is_marked });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stems_and_the_word_being_typed() {
        let marked: Vec<_> = Marker::new("connect print", "en")
            .mark("Printers that are not connecting")
            .into_iter()
            .filter(|fragment| fragment.is_marked)
            .map(|fragment| fragment.text)
            .collect();
        assert_eq!(marked, ["Printers", "connecting"]);
    }

    #[test]
    fn picks_the_line_that_says_most() {
        let text = "Open the app.\nTurn the VPN off and on.\nThe VPN connects by itself.";
        let line = Marker::new("vpn connect", "en").best_line(text).map(str::to_owned);
        assert_eq!(line.as_deref(), Some("The VPN connects by itself."));
    }
}
