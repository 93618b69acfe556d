//! Marks the words of a text that a query matched.

use std::collections::HashMap;
use std::ops::Range;

use tantivy::tokenizer::TextAnalyzer;

use crate::language::{whole_words, words};

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
    /// Words seen already, and whether they match.
    known: HashMap<String, bool>,
    /// The letters of ASCII that a matching word can begin with.
    firsts: [bool; 128],
}

impl Marker {
    /// The analyzer is that of the texts.
    pub(crate) fn new(query: &str, mut analyzer: TextAnalyzer) -> Self {
        let mut whole = whole_words();
        let stems = words(&mut analyzer, query).into_iter().map(|(stem, _)| stem).collect();
        let typed = words(&mut whole, query).pop().map(|(word, _)| word);
        let typed = typed.filter(|typed| typed.len() > 1);
        let mut marker =
            Self { analyzer, whole, stems, typed, known: HashMap::new(), firsts: [false; 128] };
        for word in marker.stems.iter().chain(&marker.typed) {
            let first = word.bytes().next().unwrap_or_default();
            for letter in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
                if let Some(place) = marker.firsts.get_mut(usize::from(letter)) {
                    *place = true;
                }
            }
        }
        marker
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

    /// The line of a text with the most different words of the query, or the first with as many as it has.
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
            if best.0 >= self.stems.len().max(1) {
                break;
            }
        }
        best.1
    }

    fn matches(&mut self, text: &str) -> Vec<Range<usize>> {
        let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        word_ranges(text).filter(|range| self.is_match(word(range))).collect()
    }

    fn is_match(&mut self, word: &str) -> bool {
        if !self.may_match(word) {
            return false;
        }
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let starts =
            |whole: &str| self.typed.as_deref().is_some_and(|typed| whole.starts_with(typed));
        let is_match = words(&mut self.whole, word).iter().any(|(whole, _)| starts(whole))
            || words(&mut self.analyzer, word).iter().any(|(stem, _)| self.stems.contains(stem));
        self.known.insert(word.to_owned(), is_match);
        is_match
    }

    /// A stem begins as its word does, accents aside: most words need no second look.
    fn may_match(&self, word: &str) -> bool {
        let first = word.bytes().next().unwrap_or_default();
        self.firsts.get(usize::from(first)).copied().unwrap_or(true)
    }
}

/// Where the words of a text are, as the analyzers cut them.
fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, mut end) = loop {
            let start = at;
            let is_letter = step(text, &mut at)?;
            if is_letter {
                break (start, at);
            }
        };
        while step(text, &mut at) == Some(true) {
            end = at;
        }
        Some(start..end)
    })
}

/// Goes one character on; whether it is a letter or a digit.
fn step(text: &str, at: &mut usize) -> Option<bool> {
    let first = *text.as_bytes().get(*at)?;
    if first.is_ascii() {
        *at += 1;
        return Some(first.is_ascii_alphanumeric());
    }
    let letter = text.get(*at..)?.chars().next()?;
    *at += letter.len_utf8();
    Some(letter.is_alphanumeric())
}

fn push(fragments: &mut Vec<Fragment>, text: Option<&str>, is_marked: bool) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        fragments.push(Fragment { text: text.to_owned(), is_marked });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Tongue;

    #[test]
    fn marks_stems_and_the_word_being_typed() {
        let marked: Vec<_> = Marker::new("connect print", Tongue::English.analyzer())
            .mark("Printers that are not connecting")
            .into_iter()
            .filter(|fragment| fragment.is_marked)
            .map(|fragment| fragment.text)
            .collect();
        assert_eq!(marked, ["Printers", "connecting"]);
    }

    #[test]
    fn words_in_any_writing_are_marked_whole_to_the_end_of_the_text() {
        let mut marker = Marker::new("Öffnen über", Tongue::German.analyzer());
        for (text, expect) in [
            ("(öffnet) das Fenster, Über-Tür", vec!["öffnet", "Über"]),
            ("Zum OFFNEN", vec!["OFFNEN"]),
            ("日本 — „öffnen“", vec!["öffnen"]),
            ("", vec![]),
        ] {
            let marked = marker.mark(text).into_iter().filter(|fragment| fragment.is_marked);
            assert_eq!(marked.map(|fragment| fragment.text).collect::<Vec<_>>(), expect, "{text}");
        }
    }

    #[test]
    fn picks_the_line_that_says_most() {
        let text = "Open the app.\nTurn the VPN off and on.\nThe VPN connects by itself.";
        let mut marker = Marker::new("vpn connect", Tongue::English.analyzer());
        let line = marker.best_line(text).map(str::to_owned);
        assert_eq!(line.as_deref(), Some("The VPN connects by itself."));
    }
}
