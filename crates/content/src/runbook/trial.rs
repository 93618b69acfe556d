use std::collections::BTreeMap;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::fact::Written;
use super::{Fact, Known};

/// What a runbook must do, told in advance; `runbooks/ID.tests.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trials {
    /// Format version; 1.
    pub version: u16,
    /// The tests.
    pub tests: Vec<Trial>,
}

/// A test: the moves of a runbook one after the other, each with what the outside answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// What it shows, a sentence of behavior.
    pub name: String,
    /// The moves that are expected, in this order.
    pub moves: Vec<Line>,
    /// How it ends, in words of `runbook`.
    pub end: String,
}

/// An expected move, in words of `runbook` (`read look`), and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The move.
    pub expected: String,
    /// The answer.
    pub answer: Answer,
}

/// What the outside answers to a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What was read.
    Read(Known),
    /// A system or a team did it, or everybody who was asked said yes.
    Done,
    /// A system, a team or somebody who was asked refuses it for good.
    Refused,
    /// Nobody said anything in time.
    Expired,
    /// What would be done is not what people said yes to any more.
    Changed,
    /// Somebody called it off, or the kill switch was thrown.
    Canceled,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnswerFile {
    Word(Word),
    Facts(BTreeMap<Fact, Written>),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Done,
    Refused,
    Expired,
    Changed,
    Canceled,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut lines = BTreeMap::<String, AnswerFile>::deserialize(deserializer)?.into_iter();
        let (Some((expected, written)), None) = (lines.next(), lines.next()) else {
            return Err(D::Error::custom("a move needs one answer: write `- read look: {…}`"));
        };
        let answer = match written {
            AnswerFile::Word(Word::Done) => Answer::Done,
            AnswerFile::Word(Word::Refused) => Answer::Refused,
            AnswerFile::Word(Word::Expired) => Answer::Expired,
            AnswerFile::Word(Word::Changed) => Answer::Changed,
            AnswerFile::Word(Word::Canceled) => Answer::Canceled,
            AnswerFile::Facts(facts) => {
                let known: Known =
                    facts.into_iter().map(|(fact, word)| (fact, word.into())).collect();
                let sound = known.iter().try_for_each(|(fact, word)| fact.check(word));
                sound.map_err(D::Error::custom)?;
                Answer::Read(known)
            }
        };
        Ok(Self { expected, answer })
    }
}
