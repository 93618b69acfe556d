use content::locale_language;
use ticket::{Question, QuickAnswer, Scenario};

use crate::Similar;

mod table;

/// What the one question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Nothing matched: what is it about at all.
    Anything,
    /// What happens at sign-in.
    SignIn,
    /// Which program or system is wanted.
    AccessSystem,
    /// How much of it.
    AccessLevel,
    /// What shall be done, and where.
    HowTo,
    /// Which connection fails.
    Connection,
    /// Which device is broken.
    Device,
}

/// What a quick answer tells the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It is about this.
    About(Scenario),
    /// The guess was right.
    Confirms,
    /// Still not clear.
    Unsure,
}

/// A question as written in [`table`].
struct Entry {
    en: &'static str,
    de: &'static str,
    answers: &'static [Answer],
}

struct Answer {
    id: &'static str,
    meaning: Meaning,
    en: &'static str,
    de: &'static str,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 7] = [
        Self::Anything,
        Self::SignIn,
        Self::AccessSystem,
        Self::AccessLevel,
        Self::HowTo,
        Self::Connection,
        Self::Device,
    ];

    /// The id of its question.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::SignIn => "sign_in",
            Self::AccessSystem => "access_system",
            Self::AccessLevel => "access_level",
            Self::HowTo => "how_to",
            Self::Connection => "connection",
            Self::Device => "device",
        }
    }

    /// The topic to ask about for a scenario.
    #[must_use]
    pub const fn of(scenario: Scenario) -> Self {
        match scenario {
            Scenario::PasswordResetLockout => Self::SignIn,
            Scenario::SoftwareAccess => Self::AccessSystem,
            Scenario::HowTo => Self::HowTo,
            Scenario::VpnConnectivity => Self::Connection,
            Scenario::HardwareFault => Self::Device,
            Scenario::SecurityIncident | Scenario::Outage | Scenario::Other => Self::Anything,
        }
    }

    pub(crate) fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == id)
    }

    pub(crate) fn meaning(self, answer: &str) -> Meaning {
        self.find(answer).map_or(Meaning::Unsure, |answer| answer.meaning)
    }

    /// The English words of a quick answer, for the help desk.
    pub(crate) fn words(self, answer: &str) -> Option<&'static str> {
        self.find(answer).map(|answer| answer.en)
    }

    fn find(self, id: &str) -> Option<&'static Answer> {
        table::entry(self).answers.iter().find(|answer| answer.id == id)
    }
}

/// The one question about a topic, in the language of `locale` or in English.
#[must_use]
pub fn question(topic: Topic, locale: &str) -> Question {
    let is_german = locale_language(locale) == "de";
    let pick = |en: &str, de: &str| if is_german { de.to_owned() } else { en.to_owned() };
    let entry = table::entry(topic);
    let answers = entry
        .answers
        .iter()
        .map(|answer| QuickAnswer { id: answer.id.to_owned(), text: pick(answer.en, answer.de) });
    Question {
        id: topic.as_str().to_owned(),
        text: pick(entry.en, entry.de),
        answers: answers.collect(),
    }
}

/// The quick answer that makes a request part of an earlier one.
pub(crate) const SAME: &str = "same";
const TITLE_CHARS: usize = 80;

/// Asks whether a request is the matter of an earlier one, in the language of `locale` or in
/// English.
pub(crate) fn same_matter(earlier: &Similar, locale: &str) -> Question {
    let is_german = locale_language(locale) == "de";
    let pick = |en: &str, de: &str| if is_german { de.to_owned() } else { en.to_owned() };
    let mut title: String = earlier.title.chars().take(TITLE_CHARS).collect();
    if title.len() < earlier.title.len() {
        title.push('…');
    }
    let number = earlier.number;
    Question {
        id: "same_matter".to_owned(),
        text: pick(
            &format!("Is this about your open request {number}, “{title}”?"),
            &format!("Geht es um Ihre offene Anfrage {number}, „{title}“?"),
        ),
        answers: vec![
            QuickAnswer {
                id: SAME.to_owned(),
                text: pick("Yes, add it there", "Ja, dort ergänzen"),
            },
            QuickAnswer {
                id: "different".to_owned(),
                text: pick("No, it is something else", "Nein, es ist etwas anderes"),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_question_is_complete_in_both_languages() {
        for topic in Topic::ALL {
            let (en, de) = (question(topic, "en-GB"), question(topic, "de-AT"));
            assert_eq!(Topic::named(&en.id), Some(topic));
            assert_ne!(en.text, de.text);
            assert!(en.text.ends_with('?') && de.text.ends_with('?'), "{en:?}");
            assert_eq!(en.text.matches('?').count(), 1, "one question at a time: {en:?}");
            let ids: BTreeSet<_> = en.answers.iter().map(|answer| &answer.id).collect();
            assert_eq!(ids.len(), en.answers.len());
            assert!((2..=7).contains(&ids.len()), "{en:?}");
        }
    }

    #[test]
    fn an_unknown_answer_settles_nothing() {
        assert_eq!(Topic::SignIn.meaning("<script>"), Meaning::Unsure);
        assert_eq!(Topic::named("nothing"), None);
        assert_eq!(question(Topic::SignIn, "fr").text, question(Topic::SignIn, "en").text);
    }
}
