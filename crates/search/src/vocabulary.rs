//! Words that say nothing of what is asked, and words that mean the same at a help desk: data that IT
//! reads too.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::language::{whole_words, words};

/// `knowledge/search/words.yaml`, built in.
const BUILT_IN: &str = include_str!("../../../knowledge/search/words.yaml");
/// Words in the longest phrase of a group.
pub(crate) const LONGEST_PHRASE: usize = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u16,
    asking: HashMap<String, Vec<String>>,
    same: Vec<Vec<String>>,
}

/// What is known of words before any article was read.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    asking: HashSet<String>,
    /// The others of its groups, for each word or phrase.
    same: HashMap<String, Vec<Vec<String>>>,
}

impl Vocabulary {
    /// The one that is built in.
    pub(crate) fn built_in() -> Result<Self, serde_saphyr::Error> {
        Self::parse(BUILT_IN)
    }

    fn parse(text: &str) -> Result<Self, serde_saphyr::Error> {
        let file: File = serde_saphyr::from_str(text)?;
        let mut analyzer = whole_words();
        let mut cut = |phrase: &str| -> Vec<String> {
            words(&mut analyzer, phrase).into_iter().map(|(word, _)| word).collect()
        };
        let asking = file.asking.into_values().flatten().flat_map(|word| cut(&word)).collect();
        let mut same: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for group in &file.same {
            let group: Vec<_> = group.iter().map(|phrase| cut(phrase)).collect();
            for phrase in &group {
                let others = group.iter().filter(|other| *other != phrase).cloned();
                same.entry(phrase.join(" ")).or_default().extend(others);
            }
        }
        Ok(Self { asking, same })
    }

    /// Whether a word only asks.
    pub(crate) fn is_asking(&self, word: &str) -> bool {
        self.asking.contains(word)
    }

    /// Phrases that mean the same as these words.
    pub(crate) fn same(&self, phrase: &[&str]) -> &[Vec<String>] {
        self.same.get(&phrase.join(" ")).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_words_are_sound() {
        let vocabulary = Vocabulary::built_in().unwrap();
        assert!(vocabulary.is_asking("how") && vocabulary.is_asking("wie"));
        assert!(!vocabulary.is_asking("printer"));
        let same = vocabulary.same(&["two", "factor"]);
        assert!(same.iter().any(|phrase| *phrase == ["mfa"]));
        let longest = vocabulary.same.keys().map(|phrase| phrase.split(' ').count()).max();
        assert!(longest <= Some(LONGEST_PHRASE));
    }
}
