use std::collections::HashMap;

use rten_text::TokenizerError;
use rten_text::models::{Model, WordPiece, WordPieceOptions};
use rten_text::normalizers::{Bert, BertOptions, Normalizer};
use rten_text::pre_tokenizers::{Bert as Words, PreTokenizer};
use serde::Deserialize;

/// Pieces of words that are read; what a long text is about stands at its beginning.
const MOST: usize = 128;
/// More letters than that many pieces can have.
const MOST_LETTERS: usize = 2_000;

/// Cuts a text into pieces of words that have a number (Schuster and Nakajima, "Japanese and Korean
/// voice search", 2012).
///
/// Put together from the library's parts, because its `Tokenizer` stays on one thread and panics
/// where a word in pieces ends the text.
pub(crate) struct Pieces {
    lowercase: Bert,
    words: Words,
    known: WordPiece,
    begin: i32,
    end: i32,
    unknown: i32,
}

/// The part of a tokenizer's file that is not the same for all of its kind.
#[derive(Deserialize)]
struct File {
    model: Vocabulary,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<String, u32>,
}

impl Pieces {
    /// Reads a tokenizer's file.
    pub(crate) fn parse(file: &[u8]) -> Result<Self, serde_json::Error> {
        let vocabulary = serde_json::from_slice::<File>(file)?.model.vocab;
        let mark = |mark: &str| {
            let id = vocabulary.get(mark).map(|id| id.cast_signed());
            id.ok_or_else(|| serde::de::Error::custom(format!("{mark} is missing")))
        };
        let (begin, end, unknown) = (mark("[CLS]")?, mark("[SEP]")?, mark("[UNK]")?);
        let lowercase = Bert::new(BertOptions { lowercase: true, strip_accents: true });
        let known = WordPiece::from_vocab(vocabulary, WordPieceOptions::default());
        Ok(Self { lowercase, words: Words::new(), known, begin, end, unknown })
    }

    /// Whether a word is known as a whole.
    pub(crate) fn has(&self, word: &str) -> bool {
        match self.of(word).as_deref() {
            Ok([_, piece, _]) => *piece != self.unknown,
            _ => false,
        }
    }

    /// The numbers of the pieces of a text, between the marks of its beginning and its end.
    pub(crate) fn of(&self, text: &str) -> Result<Vec<i32>, TokenizerError> {
        let cut = text.char_indices().nth(MOST_LETTERS).map_or(text.len(), |(at, _)| at);
        let (read, _) = self.lowercase.normalize(text.get(..cut).unwrap_or(text))?;
        let mut pieces = vec![self.begin];
        for word in self.words.pre_tokenize(&read).map_err(TokenizerError::PreTokenizeError)? {
            let known = &mut |_, id: u32| pieces.push(id.cast_signed());
            self.known.encode_with_offsets(word, known)?;
        }
        pieces.truncate(MOST - 1);
        pieces.push(self.end);
        Ok(pieces)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_is_known_as_a_whole_or_in_pieces_or_not() {
        let pieces = pieces();
        for (word, expect) in [("vpn", true), ("Café", true), ("password", false), ("x", false)] {
            assert_eq!(pieces.has(word), expect, "{word}");
        }
    }

    /// Knows a few words.
    fn pieces() -> Pieces {
        let words = ["[UNK]", "[CLS]", "[SEP]", "vpn", "pass", "##word", "?", "cafe"];
        let vocab: HashMap<_, _> = words.iter().zip(0_u32..).collect();
        let file = serde_json::json!({ "model": { "vocab": vocab } });
        Pieces::parse(file.to_string().as_bytes()).unwrap()
    }

    fn check(text: &str, expect: &[i32]) {
        assert_eq!(pieces().of(text).unwrap(), expect, "{text}");
    }

    #[test]
    fn words_are_cut_into_the_longest_known_pieces() {
        check("", &[1, 2]);
        check("My VPN password", &[1, 0, 3, 4, 5, 2]);
        check("Passwordword?Caf\u{e9}", &[1, 4, 5, 5, 6, 7, 2]);
    }

    #[test]
    fn marks_in_a_text_are_letters() {
        let marks = pieces().of("[SEP][CLS]").unwrap();
        assert!(marks.iter().skip(1).rev().skip(1).all(|piece| *piece == 0), "{marks:?}");
    }

    #[test]
    fn a_file_without_marks_is_refused() {
        let error = Pieces::parse(br#"{"model":{"vocab":{"a":1}}}"#).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "[CLS] is missing");
    }

    proptest! {
        #[test]
        fn any_text_has_pieces(text in ".{0,200}") {
            let found = pieces().of(&text).unwrap();
            prop_assert!((2..=MOST).contains(&found.len()), "{}", found.len());
            prop_assert_eq!((found.first(), found.last()), (Some(&1), Some(&2)));
        }
    }
}
