use std::collections::BTreeMap;
use std::ops::Range;

use ticket::{Domain, Scenario};

use crate::features::{Feature, Kind, PLACES, Sighting, merged};

/// What a model answers for one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Head {
    /// The label, in the order of [`Scenario::ALL`].
    Scenario,
    /// Whom it seems to need, in the order of [`Course`].
    Course,
    /// The domain, in the order of [`DOMAINS`].
    Domain,
    /// The language, in the order of [`LANGUAGES`].
    Language,
    /// Whether several people are affected: no, yes.
    Several,
    /// Whether the writer is upset: no, yes.
    Emotional,
    /// Whether it tries to misuse the help desk: no, yes.
    Attack,
}

impl Head {
    /// Every head, in the order of the file.
    pub const ALL: [Self; 7] = [
        Self::Scenario,
        Self::Course,
        Self::Domain,
        Self::Language,
        Self::Several,
        Self::Emotional,
        Self::Attack,
    ];

    /// How many answers it chooses from.
    #[must_use]
    pub const fn answers(self) -> usize {
        match self {
            Self::Scenario => Scenario::ALL.len(),
            Self::Course => 4,
            Self::Domain => DOMAINS.len(),
            Self::Language => LANGUAGES.len(),
            Self::Several | Self::Emotional | Self::Attack => 2,
        }
    }

    /// The columns of its answers.
    #[must_use]
    pub fn columns(self) -> Range<usize> {
        let before = Self::ALL.iter().take_while(|head| **head != self);
        let start = before.map(|head| head.answers()).sum();
        start..start + self.answers()
    }
}

const HEADS: usize = Head::ALL.len();
/// All answers of all heads.
pub const COLUMNS: usize = Scenario::ALL.len() + 4 + DOMAINS.len() + LANGUAGES.len() + 2 + 2 + 2;

/// The domains a model tells apart.
pub const DOMAINS: [Domain; 5] = [
    Domain::Access,
    Domain::Endpoint,
    Domain::Application,
    Domain::Infrastructure,
    Domain::Identity,
];

/// The languages a model tells apart, as ISO codes.
pub const LANGUAGES: [&str; 8] = ["en", "de", "es", "fr", "ja", "pl", "pt", "uk"];

/// Whom a text seems to need, whatever it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Course {
    /// Nobody: it is everyday and complete.
    Act,
    /// Its writer: something is missing, or it is sensitive.
    Ask,
    /// A person: steps failed, or it is ordinary work.
    Person,
    /// A person at once: it looks dangerous.
    High,
}

/// The statistical model: linear over hashed words and pieces, and over the vector of what the whole
/// means where there is one; one softmax per head.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    version: u32,
    /// Per column.
    bias: Vec<f32>,
    /// Per column: what one step of a weight is worth, over the temperature of its head.
    step: Vec<f32>,
    /// Per head: by how much all it says is damped where there is a vector, which makes it surer.
    damping: Vec<f32>,
    /// Per place, in steps of [`RARITY_STEP`].
    rarity: Vec<u8>,
    /// Per place, per column.
    weights: Vec<i8>,
}

/// A place says something if it moves an answer by this much, in logits.
const EVIDENCE: f32 = 0.2;
const MOST_PLACES: usize = 3;
/// One step of a rarity.
pub const RARITY_STEP: f32 = 0.05;
const MAGIC: &[u8; 8] = b"DSKLBL02";

/// A model file that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is another file, or another version of the format.
    #[error("this is not a model of this version; `cargo xtask train` makes one")]
    Format,
    /// Bytes are missing or too many.
    #[error("the model has {found} bytes and should have {expected}; install it again")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be.
        expected: usize,
    },
}

/// Probabilities of every head, in columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction(Vec<f32>);

impl Prediction {
    /// The probabilities of one head.
    #[must_use]
    pub fn of(&self, head: Head) -> &[f32] {
        self.0.get(head.columns()).unwrap_or_default()
    }

    /// The likeliest answer of a head, and how likely it is.
    #[must_use]
    pub fn likeliest(&self, head: Head) -> (usize, f32) {
        let answers = self.of(head).iter().copied().enumerate();
        answers.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or_default()
    }

    /// The probability of one answer.
    #[must_use]
    pub fn probability(&self, head: Head, answer: usize) -> f32 {
        self.of(head).get(answer).copied().unwrap_or_default()
    }
}

impl Model {
    /// Puts a model together.
    #[must_use]
    pub fn new(
        version: u32,
        bias: Vec<f32>,
        step: Vec<f32>,
        damping: Vec<f32>,
        rarity: Vec<u8>,
        weights: Vec<i8>,
    ) -> Self {
        Self { version, bias, step, damping, rarity, weights }
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// It is no model of this version, or not complete.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::Format)?;
        let expected = MAGIC.len() + 4 + 4 * (2 * COLUMNS + HEADS) + PLACES * (1 + COLUMNS);
        let wrong = ModelError::Length { found: bytes.len(), expected };
        let (version, rest) = rest.split_first_chunk::<4>().ok_or(wrong)?;
        let (bias, rest) = rest.split_at_checked(4 * COLUMNS).ok_or(wrong)?;
        let (step, rest) = rest.split_at_checked(4 * COLUMNS).ok_or(wrong)?;
        let (damping, rest) = rest.split_at_checked(4 * HEADS).ok_or(wrong)?;
        let (rarity, weights) = rest.split_at_checked(PLACES).ok_or(wrong)?;
        if weights.len() != PLACES * COLUMNS {
            return Err(wrong);
        }
        Ok(Self {
            version: u32::from_le_bytes(*version),
            bias: floats(bias),
            step: floats(step),
            damping: floats(damping),
            rarity: rarity.to_vec(),
            weights: weights.iter().map(|byte| byte.cast_signed()).collect(),
        })
    }

    /// The bytes of its file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let floats = self.bias.iter().chain(&self.step).chain(&self.damping);
        let floats = floats.flat_map(|float| float.to_le_bytes());
        MAGIC
            .iter()
            .copied()
            .chain(self.version.to_le_bytes())
            .chain(floats)
            .chain(self.rarity.iter().copied())
            .chain(self.weights.iter().map(|weight| weight.cast_unsigned()))
            .collect()
    }

    /// Which training it came from.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The probabilities for the features of a text.
    #[must_use]
    pub fn predict(&self, features: &[Feature]) -> Prediction {
        let mut columns = self.bias.clone();
        let sums = self.sums(&self.weigh(features));
        for ((column, sum), step) in columns.iter_mut().zip(sums).zip(&self.step) {
            *column += sum * step;
        }
        let has_meaning = features.iter().any(|it| it.kind == Kind::Meaning);
        for (head, damping) in Head::ALL.into_iter().zip(&self.damping) {
            let own = columns.get_mut(head.columns()).unwrap_or_default();
            if has_meaning {
                own.iter_mut().for_each(|logit| *logit *= damping);
            }
            softmax(own);
        }
        Prediction(columns)
    }

    /// The places of a folded text that say most for an answer against the others, the strongest
    /// first; none overlaps another.
    pub(crate) fn evidence(
        &self,
        seen: &[Sighting],
        head: Head,
        answer: usize,
    ) -> Vec<Range<usize>> {
        let features = merged(seen.to_vec());
        let weighed = self.weigh(&features);
        let mut places: BTreeMap<(usize, usize), f32> = BTreeMap::new();
        for sighting in seen {
            let order = |it: &Feature| (it.kind, it.bucket).cmp(&(sighting.kind, sighting.bucket));
            let found = features.binary_search_by(order).ok().and_then(|at| weighed.get(at));
            let says =
                found.map_or(0.0, |(bucket, amount)| amount * self.says(*bucket, head, answer));
            *places.entry((sighting.place.start, sighting.place.end)).or_default() += says;
        }
        let mut strong: Vec<_> = places.into_iter().filter(|(_, says)| *says >= EVIDENCE).collect();
        strong.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut chosen: Vec<Range<usize>> = Vec::new();
        for ((start, end), _) in strong {
            if chosen.len() < MOST_PLACES
                && chosen.iter().all(|it| it.end <= start || end <= it.start)
            {
                chosen.push(start..end);
            }
        }
        chosen
    }

    /// How rare a feature is: the rarer, the more it says.
    pub(crate) fn rarity(&self, bucket: u32) -> f32 {
        f32::from(self.rarity.get(bucket as usize).copied().unwrap_or_default()) * RARITY_STEP
    }

    /// How much each feature counts: by rarity, each kind of length one.
    fn weigh(&self, features: &[Feature]) -> Vec<(u32, f32)> {
        weigh(features, |bucket| self.rarity(bucket))
    }

    /// What a bucket says for one answer of a head against the others, in logits.
    fn says(&self, bucket: u32, head: Head, answer: usize) -> f32 {
        let columns = head.columns();
        let sums = self.sums(&[(bucket, 1.0)]);
        let scaled = columns.filter_map(|at| Some(sums.get(at)? * self.step.get(at)?));
        let scaled: Vec<f32> = scaled.collect();
        let mean = scaled.iter().sum::<f32>() / scaled.len().max(1) as f32;
        scaled.get(answer).map_or(0.0, |own| own - mean)
    }

    fn sums(&self, weighed: &[(u32, f32)]) -> Vec<f32> {
        let mut sums = vec![0.0; COLUMNS];
        for (bucket, amount) in weighed {
            let start = *bucket as usize * COLUMNS;
            let row = self.weights.get(start..start + COLUMNS).unwrap_or_default();
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += amount * f32::from(*weight);
            }
        }
        sums
    }
}

/// Weighs features by rarity and makes each kind a vector of length one.
pub fn weigh(features: &[Feature], rarity: impl Fn(u32) -> f32) -> Vec<(u32, f32)> {
    let mut weighed = Vec::with_capacity(features.len());
    for alike in features.chunk_by(|one, other| one.kind == other.kind) {
        let amount = |it: &Feature| it.amount * rarity(it.bucket);
        let length = alike.iter().map(|it| amount(it).powi(2)).sum::<f32>().sqrt();
        let length = length.max(f32::MIN_POSITIVE);
        weighed.extend(alike.iter().map(|it| (it.bucket, amount(it) / length)));
    }
    weighed
}

/// Turns logits into probabilities.
pub fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - most).exp();
        sum += *logit;
    }
    for logit in logits {
        *logit /= sum;
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

#[cfg(test)]
mod tests;
