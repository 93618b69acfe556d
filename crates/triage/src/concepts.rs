use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use content::Concept;

use crate::fold;

/// Words that mean the same, in all languages at once: what is learned from one of them holds for
/// the others.
#[derive(Debug, Clone, Default)]
pub struct Concepts {
    names: Vec<String>,
    /// By their first word: the phrases that begin where a word begins.
    words: HashMap<String, Vec<Phrase>>,
    /// Bytes of the longest of those words.
    longest: usize,
    /// Finds the first words that may stand anywhere, as one automaton.
    finder: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

/// A phrase, without its first word.
#[derive(Debug, Clone)]
struct Phrase {
    concept: usize,
    first: Ends,
    rest: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    ends: Ends,
}

/// Where a word may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    before: bool,
    behind: bool,
}

/// A concept and the bytes of the folded text that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    pub(crate) concept: &'a str,
    pub(crate) place: Range<usize>,
}

/// More phrases than can be looked for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("triage/concepts.jsonl has more phrases than can be looked for at once; take some out")]
pub struct TooManyConcepts;

impl Concepts {
    /// Makes the phrases of all concepts ready to be found.
    ///
    /// # Errors
    /// There are more phrases than an automaton holds.
    pub fn compile(concepts: &[Concept]) -> Result<Self, TooManyConcepts> {
        let (mut names, mut firsts, mut phrases) = (Vec::new(), Vec::new(), Vec::new());
        let mut words: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (concept, row) in concepts.iter().enumerate() {
            names.push(row.concept.clone());
            for phrase in row.words.values().flatten() {
                let mut parts =
                    phrase.split_whitespace().map(word).filter(|it| !it.text.is_empty());
                let Some(Word { text, ends }) = parts.next() else { continue };
                let phrase = Phrase { concept, first: ends, rest: parts.collect() };
                if ends.before {
                    phrases.push(phrase);
                    firsts.push(text);
                } else {
                    words.entry(text).or_default().push(phrase);
                }
            }
        }
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let finder =
            AhoCorasick::builder().kind(kind).build(firsts).map_err(|_| TooManyConcepts)?;
        let longest = words.keys().map(String::len).max().unwrap_or_default();
        Ok(Self { names, words, longest, finder: Some(finder), phrases })
    }

    /// The concepts a folded text names, in the order of their places; the longest phrase of each.
    pub(crate) fn find(&self, folded: &str) -> Vec<Named<'_>> {
        let mut found: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (place, phrase) in self.beginning(folded).chain(self.anywhere(folded)) {
            if !phrase.first.fit(folded, place.clone()) {
                continue;
            }
            let Some(end) = phrase.end(folded, place.end) else { continue };
            let known = found.entry((place.start, phrase.concept)).or_insert(end);
            *known = end.max(*known);
        }
        let named = found.into_iter().filter_map(|((start, concept), end)| {
            Some(Named { concept: self.names.get(concept)?, place: start..end })
        });
        named.collect()
    }

    /// The phrases whose first word stands where a word begins, and where it stands.
    fn beginning<'a>(
        &'a self,
        folded: &'a str,
    ) -> impl Iterator<Item = (Range<usize>, &'a Phrase)> {
        let mut before = ' ';
        let starts = folded.char_indices().filter_map(move |(at, c)| {
            let is_start = !before.is_alphanumeric();
            before = c;
            is_start.then_some(at)
        });
        starts.flat_map(move |start| {
            let rest = folded.get(start..).unwrap_or_default();
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let ends = ends.take_while(|end| *end <= self.longest);
            ends.filter_map(move |end| Some((end, self.words.get(rest.get(..end)?)?))).flat_map(
                move |(end, phrases)| {
                    phrases.iter().map(move |phrase| (start..start + end, phrase))
                },
            )
        })
    }

    /// The phrases whose first word may stand inside of another, and where it stands.
    fn anywhere<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = (Range<usize>, &'a Phrase)> {
        let found = self.finder.iter().flat_map(move |it| it.find_overlapping_iter(folded));
        found.filter_map(|it| Some((it.range(), self.phrases.get(it.pattern().as_usize())?)))
    }
}

/// A word of a phrase. Scripts without spaces have no ends of words.
fn word(written: &str) -> Word {
    let bare = written.trim_matches('*');
    // Most are plain, and there are tens of thousands.
    let is_plain = bare.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    let text = if is_plain { bare.to_owned() } else { fold(bare).text().to_owned() };
    let anywhere = !is_plain && text.chars().any(is_unspaced);
    let ends = Ends {
        before: anywhere || written.starts_with('*'),
        behind: anywhere || written.ends_with('*'),
    };
    Word { text, ends }
}

/// Kana and the common ideographs.
pub(crate) const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

impl Ends {
    fn fit(self, text: &str, place: Range<usize>) -> bool {
        let before = text.get(..place.start).and_then(|it| it.chars().next_back());
        let behind = text.get(place.end..).and_then(|it| it.chars().next());
        let is_end = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        (self.before || is_end(before)) && (self.behind || is_end(behind))
    }
}

impl Phrase {
    /// Where the phrase ends whose first word ends at `at`: its other words follow one by one.
    fn end(&self, text: &str, mut at: usize) -> Option<usize> {
        for word in &self.rest {
            at += text.get(at..)?.find(|c: char| !c.is_alphanumeric())?;
            at += text.get(at..)?.find(char::is_alphanumeric)?;
            let place = at..at + word.text.len();
            if text.get(place.clone())? != word.text || !word.ends.fit(text, place.clone()) {
                return None;
            }
            at = place.end;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(name: &str, words: &[&str]) -> Concept {
        let words = words.iter().map(ToString::to_string).collect();
        Concept { concept: name.to_owned(), words: BTreeMap::from([("en".to_owned(), words)]) }
    }

    fn check(text: &str, expect: &[(&str, &str)]) {
        let concepts = Concepts::compile(&[
            concept("password", &["pass*", "*kennwort*", "パスワード"]),
            concept("sign_in", &["log in", "log* on", "login"]),
            concept("locked", &["locked", "lock* out", "ausgesperrt"]),
        ])
        .unwrap();
        let folded = fold(text);
        let found = concepts.find(folded.text());
        let found: Vec<_> =
            found.iter().map(|it| (it.concept, &folded.text()[it.place.clone()])).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn words_and_phrases_are_found_where_they_may_end() {
        check("Passwords", &[("password", "pass")]);
        check("a compass", &[]);
        check("Das Netzkennwortfeld", &[("password", "kennwort")]);
        check("わたしのパスワードは", &[("password", "パスワード")]);
        check("can't LOG  in", &[("sign_in", "log in")]);
        check("logged on, then off", &[("sign_in", "logged on")]);
        check("log it in", &[]);
        check("log inside", &[]);
        check("locked out of login", &[("locked", "locked out"), ("sign_in", "login")]);
        check("unlocked", &[]);
        check("", &[]);
    }

    #[test]
    fn nothing_is_found_without_concepts() {
        assert_eq!(Concepts::default().find("password"), []);
        let empty = Concepts::compile(&[concept("empty", &["*", " "])]).unwrap();
        assert_eq!(empty.find("a * b"), []);
    }
}
