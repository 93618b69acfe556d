use content::{Act, Known, Sponsor};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket::Access;

/// What people are asked to say yes to: ids and closed words. Whoever asks gives it a digest, and a word is for
/// that digest alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Number of the ticket.
    pub ticket: u32,
    /// Which run of the ticket.
    pub run: u32,
    /// How often people were asked in this step of the run before.
    pub turn: u32,
    /// Id of the runbook.
    pub runbook: String,
    /// Names the text of the runbook.
    pub source: String,
    /// Id of the step that waits.
    pub step: String,
    /// For whom it would be done.
    pub subject: i64,
    /// What would be changed.
    pub acts: Vec<Act>,
    /// What was chosen from the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// What was read before: where it is not so any more, the word does not count.
    pub known: Known,
    /// Who is asked, and as what.
    pub asked: Vec<Asked>,
    /// When.
    pub asked_at: Timestamp,
    /// From then on nobody's word counts, and nothing is done.
    pub expires_at: Timestamp,
}

/// Somebody who is asked, perhaps with somebody in their place: whose word comes first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// As what.
    pub sponsor: Sponsor,
    /// Who.
    pub person: i64,
    /// Whom they named to answer in their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<i64>,
}

impl Asked {
    /// Everybody whose word is theirs.
    pub fn people(&self) -> impl Iterator<Item = i64> {
        [Some(self.person), self.delegate].into_iter().flatten()
    }

    /// Whether somebody's word is theirs.
    #[must_use]
    pub fn is(&self, person: i64) -> bool {
        self.people().any(|it| it == person)
    }
}

/// What somebody says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// Who.
    pub person: i64,
    /// Yes or no.
    pub is_yes: bool,
    /// The digest of what they were shown.
    pub digest: &'a str,
    /// When, by the clock of who asks.
    pub at: Timestamp,
    /// Whether the directory still says that they may.
    pub may: bool,
}

/// A word that counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Whose.
    pub person: i64,
    /// Yes or no.
    pub is_yes: bool,
}

/// Where an envelope stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Somebody's word is missing.
    Open,
    /// Everybody said yes.
    Given,
    /// Somebody said no.
    Refused,
    /// Its time is over.
    Expired,
}

/// Why a word does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// Nobody asked them.
    NotAsked,
    /// It is about themselves.
    Own,
    /// The directory does not say any more that they may: switched off, or somebody else's now.
    MayNot,
    /// They were shown something else.
    Changed,
    /// It was said before anybody was asked: a clock is wrong.
    Early,
    /// It is decided, or its time is over.
    Over,
    /// They said something before.
    Twice,
}

impl Envelope {
    /// Everybody who may answer.
    pub fn people(&self) -> impl Iterator<Item = i64> {
        self.asked.iter().flat_map(Asked::people)
    }

    /// As what somebody is asked, or in whose place.
    #[must_use]
    pub fn asked_of(&self, person: i64) -> Option<&Asked> {
        self.asked.iter().find(|it| it.is(person))
    }

    /// Whether different people are asked, none of them the one it is about: nobody speaks for two.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_first =
            |(at, person): (usize, i64)| self.people().take(at).all(|other| other != person);
        !self.asked.is_empty()
            && self.people().all(|person| person != self.subject)
            && self.people().enumerate().all(is_first)
            && self.asked_at < self.expires_at
    }

    /// Where it stands after these words.
    #[must_use]
    pub fn standing(&self, said: &[Said], now: Timestamp) -> Standing {
        let of = |it: &Asked| said.iter().find(|word| it.is(word.person));
        if self.asked.iter().filter_map(of).any(|word| !word.is_yes) {
            Standing::Refused
        } else if self.is_sound() && self.asked.iter().all(|it| of(it).is_some()) {
            Standing::Given
        } else if now >= self.expires_at {
            Standing::Expired
        } else {
            Standing::Open
        }
    }

    /// Whether a word counts after those that did.
    ///
    /// # Errors
    /// It does not, and why.
    pub fn hear(&self, digest: &str, said: &[Said], word: Word<'_>) -> Result<(), Objection> {
        if word.person == self.subject {
            return Err(Objection::Own);
        }
        let Some(asked) = self.asked_of(word.person) else { return Err(Objection::NotAsked) };
        if said.iter().any(|it| it.person == word.person) {
            return Err(Objection::Twice);
        }
        let is_said = said.iter().any(|it| asked.is(it.person));
        if is_said || self.standing(said, word.at) != Standing::Open {
            return Err(Objection::Over);
        }
        if word.at < self.asked_at {
            return Err(Objection::Early);
        }
        if !word.may {
            return Err(Objection::MayNot);
        }
        if word.digest != digest {
            return Err(Objection::Changed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOOR: i64 = 1;
    const MARIA: i64 = 2;
    const ALBA: i64 = 3;
    const JON: i64 = 4;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn envelope(asked: &[i64]) -> Envelope {
        Envelope {
            ticket: 7,
            run: 0,
            turn: 0,
            runbook: "extend-account".to_owned(),
            source: "aa".to_owned(),
            step: "agree".to_owned(),
            subject: NOOR,
            acts: vec![Act::ExtendAccount],
            access: None,
            known: Known::new(),
            asked: asked
                .iter()
                .map(|person| Asked { sponsor: Sponsor::Manager, person: *person, delegate: None })
                .collect(),
            asked_at: at(100),
            expires_at: at(200),
        }
    }

    const YES: Word<'_> =
        Word { person: MARIA, is_yes: true, digest: "d", at: Timestamp::UNIX_EPOCH, may: true };

    fn check(said: &[Said], word: Word<'_>, expect: Result<(), Objection>) {
        assert_eq!(envelope(&[MARIA, ALBA]).hear("d", said, word), expect, "{word:?}");
    }

    #[test]
    fn whose_word_counts_and_when() {
        let yes = Word { at: at(150), ..YES };
        let maria = Said { person: MARIA, is_yes: true };
        let no = Said { person: ALBA, is_yes: false };
        check(&[], yes, Ok(()));
        check(&[], Word { is_yes: false, ..yes }, Ok(()));
        check(&[], Word { at: at(100), ..yes }, Ok(()));
        check(&[], Word { at: at(99), ..yes }, Err(Objection::Early));
        check(&[], Word { at: at(200), ..yes }, Err(Objection::Over));
        check(&[maria], yes, Err(Objection::Twice));
        check(&[maria], Word { is_yes: false, ..yes }, Err(Objection::Twice));
        check(&[no], yes, Err(Objection::Over));
        check(&[], Word { person: NOOR, ..yes }, Err(Objection::Own));
        check(&[], Word { person: 9, ..yes }, Err(Objection::NotAsked));
        check(&[], Word { may: false, ..yes }, Err(Objection::MayNot));
        check(&[], Word { digest: "other", ..yes }, Err(Objection::Changed));
    }

    /// Maria named somebody.
    fn delegated(asked: &[i64], delegate: i64) -> Envelope {
        let mut envelope = envelope(asked);
        envelope.asked[0].delegate = Some(delegate);
        envelope
    }

    #[test]
    fn whose_word_comes_first_counts_and_nobody_speaks_for_two() {
        let envelope = delegated(&[MARIA, ALBA], JON);
        let yes = Word { at: at(150), ..YES };
        let (maria, jon) =
            (Said { person: MARIA, is_yes: true }, Said { person: JON, is_yes: true });
        assert_eq!(envelope.hear("d", &[], Word { person: JON, ..yes }), Ok(()));
        assert_eq!(envelope.hear("d", &[jon], yes), Err(Objection::Over));
        assert_eq!(envelope.hear("d", &[maria], Word { person: JON, ..yes }), Err(Objection::Over));
        let alba = Said { person: ALBA, is_yes: true };
        for (said, expect) in [
            (&[jon][..], Standing::Open),
            (&[maria, jon], Standing::Open),
            (&[jon, alba], Standing::Given),
            (&[Said { is_yes: false, ..jon }], Standing::Refused),
        ] {
            assert_eq!(envelope.standing(said, at(150)), expect, "{said:?}");
        }
        for delegate in [NOOR, MARIA, ALBA] {
            assert!(!delegated(&[MARIA, ALBA], delegate).is_sound(), "{delegate}");
        }
    }

    #[test]
    fn an_envelope_asks_different_people_about_somebody_else() {
        assert!(envelope(&[MARIA]).is_sound() && envelope(&[MARIA, ALBA]).is_sound());
        for unsound in [&[][..], &[NOOR], &[MARIA, MARIA], &[MARIA, NOOR]] {
            let unsound = envelope(unsound);
            assert!(!unsound.is_sound());
            let all = unsound.asked.iter().map(|it| Said { person: it.person, is_yes: true });
            let all: Vec<Said> = all.collect();
            assert_ne!(unsound.standing(&all, at(150)), Standing::Given);
        }
    }

    /// Anybody, at any time, about anything.
    fn words() -> impl Strategy<Value = Vec<(i64, bool, bool, i64, bool)>> {
        let word = (0_i64..5, any::<bool>(), any::<bool>(), 90_i64..210, any::<bool>());
        prop::collection::vec(word, 0..12)
    }

    proptest! {
        /// However words come: what is given was said by everybody who was asked, once, in time, for what they
        /// were shown, by people who may; and nobody can say it about themselves.
        #[test]
        fn nothing_is_given_but_by_everybody_who_was_asked(
            words in words(),
            both in any::<bool>(),
            named in any::<bool>(),
        ) {
            let asked: &[i64] = if both { &[MARIA, ALBA] } else { &[MARIA] };
            let envelope = if named { delegated(asked, JON) } else { envelope(asked) };
            let mut said: Vec<Said> = Vec::new();
            let mut clock = 90;
            let mut counted = Vec::new();
            for (person, is_yes, is_same, second, may) in words {
                clock = clock.max(second);
                let digest = if is_same { "d" } else { "other" };
                let word = Word { person, is_yes, digest, at: at(clock), may };
                let before = envelope.standing(&said, at(clock));
                if envelope.hear("d", &said, word).is_ok() {
                    prop_assert_eq!(before, Standing::Open);
                    prop_assert!(is_same && may && (100..200).contains(&clock));
                    said.push(Said { person, is_yes });
                    counted.push(person);
                } else {
                    prop_assert_eq!(envelope.standing(&said, at(clock)), before);
                }
            }
            let asked: Vec<i64> = envelope.people().collect();
            prop_assert!(counted.iter().all(|it| asked.contains(it) && *it != NOOR));
            // Of two who may answer for one, one did.
            prop_assert!(envelope.asked.iter().all(|it| counted.iter().filter(|p| it.is(**p)).count() < 2));
            let mut once = counted.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), counted.len());
            let is_given = envelope.standing(&said, at(clock)) == Standing::Given;
            let all_yes =
                envelope.asked.iter().all(|it| said.iter().any(|w| it.is(w.person) && w.is_yes));
            prop_assert_eq!(is_given, all_yes);
            // What is decided stays so for ever; what is not ends by itself.
            let later = envelope.standing(&said, at(1_000));
            prop_assert_ne!(later, Standing::Open);
            let now = envelope.standing(&said, at(clock));
            prop_assert!(now == Standing::Open || now == later);
        }
    }
}
