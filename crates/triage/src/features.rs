use std::ops::Range;

use crate::Concepts;
use crate::concepts::is_unspaced;

/// Places in the table of weights that features are hashed to (Weinberger et al., "Feature hashing
/// for large scale multitask learning", 2009).
pub const BUCKETS: usize = 1 << 17;
/// Numbers of a vector that says what a text means; each has a place of its own behind the buckets.
pub const DIMENSIONS: usize = 384;
/// Places in the table of weights.
pub const PLACES: usize = BUCKETS + DIMENSIONS;

/// Letters of a piece of a word, with a mark on both ends.
const PIECES: Range<usize> = 2..6;
/// The same for scripts that write without spaces.
const UNSPACED_PIECES: Range<usize> = 1..5;
/// How far apart two concepts still say something together.
const REACH: usize = 2;
/// Words that are read: who writes more has said it by then.
const WORDS: usize = 1000;

/// What a feature is made of. Every kind counts alike, however much there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A word, or two in a row.
    Word,
    /// A piece of a word.
    Piece,
    /// A concept, or two close together.
    Concept,
    /// A number of a vector that says what the whole means.
    Meaning,
}

/// A feature of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature {
    /// What it is made of.
    pub kind: Kind,
    /// Where its weights are.
    pub bucket: u32,
    /// How much of it there is, before rarity.
    pub amount: f32,
}

/// One occurrence of a feature and the bytes of the folded text that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) kind: Kind,
    pub(crate) bucket: u32,
    pub(crate) place: Range<usize>,
}

impl Sighting {
    const fn new(kind: Kind, bucket: u32, place: Range<usize>) -> Self {
        Self { kind, bucket, place }
    }
}

/// The features of a folded text, each once, ordered by kind and bucket.
#[must_use]
pub fn features(folded: &str, concepts: &Concepts) -> Vec<Feature> {
    merged(sightings(folded, concepts))
}

/// The features of a vector that says what a text means, to be put behind the others.
pub fn meaning(vector: &[f32]) -> impl Iterator<Item = Feature> {
    let places = (BUCKETS..PLACES).filter_map(|place| u32::try_from(place).ok());
    let feature = |(bucket, amount)| Feature { kind: Kind::Meaning, bucket, amount };
    places.zip(vector.iter().copied()).map(feature)
}

/// Counts what was seen; the second time says less than the first.
pub(crate) fn merged(mut seen: Vec<Sighting>) -> Vec<Feature> {
    seen.sort_unstable_by_key(|it| (it.kind, it.bucket));
    let alike = seen.chunk_by(|one, other| (one.kind, one.bucket) == (other.kind, other.bucket));
    let feature = |alike: &[Sighting]| {
        let first = alike.first()?;
        let amount = 1.0 + (alike.len() as f32).ln();
        Some(Feature { kind: first.kind, bucket: first.bucket, amount })
    };
    alike.filter_map(feature).collect()
}

/// Everything there is to see in a folded text.
pub(crate) fn sightings(folded: &str, concepts: &Concepts) -> Vec<Sighting> {
    let words = words(folded);
    let mut seen = Vec::new();
    for word in &words {
        seen.push(Sighting::new(Kind::Word, hash(WORD, &[&word.text]), word.place.clone()));
        each_piece(&word.text, |piece| {
            seen.push(Sighting::new(Kind::Piece, hash(PIECE, &[piece]), word.place.clone()));
        });
    }
    for (one, next) in words.iter().zip(words.iter().skip(1)) {
        let place = one.place.start..next.place.end;
        seen.push(Sighting::new(Kind::Word, hash(PAIR, &[&one.text, &next.text]), place));
    }
    let end = words.last().map_or(0, |word| word.place.end);
    let named = concepts.find(folded.get(..end).unwrap_or_default());
    for (at, one) in named.iter().enumerate() {
        seen.push(Sighting::new(Kind::Concept, hash(CONCEPT, &[one.concept]), one.place.clone()));
        let behind = named
            .iter()
            .skip(at + 1)
            .filter(|other| other.place.start >= one.place.end && other.concept != one.concept);
        for other in behind.take(REACH) {
            let place = one.place.start..other.place.end;
            let bucket = hash(CONCEPTS, &[one.concept, other.concept]);
            seen.push(Sighting::new(Kind::Concept, bucket, place));
        }
    }
    seen
}

/// A word of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    place: Range<usize>,
    text: String,
}

/// Runs of letters and digits, and of marks that carry a tone. Digits are all alike.
fn words(folded: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut last = Character::Space;
    for (at, c) in folded.char_indices() {
        let character = Character::of(c);
        let end = at + c.len_utf8();
        if character != Character::Space {
            let is_full = words.len() == WORDS;
            match words.last_mut().filter(|word| word.place.end == at && character == last) {
                Some(word) => word.place.end = end,
                None if is_full => break,
                None => words.push(Word { place: at..end, text: String::new() }),
            }
            if let Some(word) = words.last_mut() {
                word.text.push(if c.is_ascii_digit() { '0' } else { c });
            }
        }
        last = character;
    }
    words
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Character {
    Letter,
    Tone,
    Space,
}

impl Character {
    fn of(c: char) -> Self {
        match c {
            '!' | '?' => Self::Tone,
            '\'' => Self::Letter,
            c if c.is_alphanumeric() => Self::Letter,
            _ => Self::Space,
        }
    }
}

/// Longer words are not written by people; their head is enough.
const LONGEST_WORD: usize = 200;

fn each_piece(word: &str, mut found: impl FnMut(&str)) {
    let (marked, lengths) = if word.chars().any(is_unspaced) {
        (word.to_owned(), UNSPACED_PIECES)
    } else {
        (format!("^{word}$"), PIECES)
    };
    let starts: Vec<usize> =
        marked.char_indices().map(|(at, _)| at).chain([marked.len()]).collect();
    let starts = starts.get(..LONGEST_WORD).unwrap_or(&starts);
    for length in lengths {
        for ends in starts.windows(length + 1) {
            if let Some(piece) =
                ends.first().zip(ends.last()).and_then(|(from, to)| marked.get(*from..*to))
            {
                found(piece);
            }
        }
    }
}

const WORD: u8 = 1;
const PAIR: u8 = 2;
const PIECE: u8 = 3;
const CONCEPT: u8 = 4;
const CONCEPTS: u8 = 5;

/// FNV-1a, 64 bits, folded to a bucket.
fn hash(kind: u8, parts: &[&str]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(kind);
    for part in parts {
        part.bytes().for_each(&mut mix);
        mix(0);
    }
    let folded = (hash ^ (hash >> 29) ^ (hash >> 47)) & (BUCKETS as u64 - 1);
    u32::try_from(folded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use content::Concept;
    use proptest::prelude::*;

    use super::*;

    fn texts(folded: &str) -> Vec<String> {
        words(folded).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_letters_and_digits_and_tones() {
        assert_eq!(texts("can't reach o365, why??"), ["can't", "reach", "o000", "why", "??"]);
        assert_eq!(texts("  - / "), [""; 0]);
        assert_eq!(texts("動かない"), ["動かない"]);
    }

    fn pieces(word: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        each_piece(word, |piece| pieces.push(piece.to_owned()));
        pieces
    }

    #[test]
    fn pieces_know_where_a_word_begins_and_ends() {
        assert_eq!(pieces("ab"), ["^a", "ab", "b$", "^ab", "ab$", "^ab$"]);
        assert_eq!(pieces("動く"), ["動", "く", "動く"]);
        assert!(pieces(&"x".repeat(10_000)).len() < 1_000);
    }

    #[test]
    fn a_word_of_the_same_meaning_has_the_same_feature() {
        let words = ["password".to_owned(), "passwort".to_owned()];
        let words = BTreeMap::from([("en".to_owned(), words.to_vec())]);
        let concepts =
            Concepts::compile(&[Concept { concept: "password".to_owned(), words }]).unwrap();
        let named = |text: &str| {
            let mut features = features(text, &concepts);
            features.retain(|it| it.kind == Kind::Concept);
            features
        };
        assert_eq!(named("password"), named("das passwort"));
        assert_eq!(named("password").len(), 1);
        assert_eq!(named("word"), []);
    }

    proptest! {
        #[test]
        fn any_text_has_features_in_order_and_places_inside_it(text in ".{0,80}") {
            let seen = sightings(&text, &Concepts::default());
            prop_assert!(seen.iter().all(|it| text.get(it.place.clone()).is_some()));
            let features = merged(seen);
            let order = |it: &Feature| (it.kind, it.bucket);
            prop_assert!(features.windows(2).all(|two| order(&two[0]) < order(&two[1])));
            prop_assert!(features.iter().all(|it| (it.bucket as usize) < BUCKETS && it.amount >= 1.0));
        }
    }
}
