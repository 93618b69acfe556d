use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use ticket::Span;

use crate::pattern::compiled;
use crate::{Folded, courtesy, target};

mod english;
mod everywhere;
mod german;
mod orders;

/// Something in a text that changes how the request is treated, whatever it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Orders to the agent: "ignore your rules".
    Instructs,
    /// A second factor shall be switched off or passed by.
    MfaBypass,
    /// A secret of a system is asked for.
    Secret,
    /// Administrator rights are asked for.
    Elevation,
    /// Data of many is to be exported or changed.
    BulkData,
    /// The account or data of somebody else.
    OtherPerson,
    /// A device or server many use.
    SharedSystem,
    /// Several people are affected.
    SeveralPeople,
    /// Something hard to undo: deleting, production, payments.
    Risky,
    /// A person is asked for.
    WantsPerson,
    /// Steps were tried already.
    TriedAlready,
    /// The whole text is thanks, or "solved".
    Thanks,
    /// The whole text asks where an earlier request stands.
    AsksStatus,
    /// The person is upset.
    Emotional,
    /// It is to be quick.
    Urgent,
    /// There is a time by which it is needed.
    Deadline,
    /// The program or system wanted is named.
    NamesTarget,
    /// How much is wanted is named: read, edit, a license.
    NamesLevel,
}

/// The signals of a text, each with the place where it was first seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signals(BTreeMap<Signal, Span>);

impl Signals {
    /// Whether this signal was seen.
    #[must_use]
    pub fn has(&self, signal: Signal) -> bool {
        self.0.contains_key(&signal)
    }

    /// Adds what was heard otherwise; what was seen earlier keeps its place.
    pub(crate) fn add(&mut self, signal: Signal, span: Span) {
        self.0.entry(signal).or_insert(span);
    }

    pub(crate) fn remove(&mut self, signal: Signal) {
        self.0.remove(&signal);
    }

    /// The signals with the bytes of the original text that show them.
    pub fn iter(&self) -> impl Iterator<Item = (Signal, Span)> {
        self.0.iter().map(|(signal, span)| (*signal, *span))
    }
}

impl FromIterator<(Signal, Span)> for Signals {
    fn from_iter<I: IntoIterator<Item = (Signal, Span)>>(found: I) -> Self {
        Self(found.into_iter().collect())
    }
}

/// The signals of a text: in English and German, the commonest in eight languages.
#[must_use]
pub fn signals(folded: &Folded) -> Signals {
    let mut found = BTreeMap::new();
    for (signal, pattern) in PATTERNS.iter() {
        let denied = denied(*signal, folded.text());
        let is_meant = |place: &Range<usize>| {
            !denied.iter().any(|it| it.start < place.end && place.start < it.end)
        };
        let mut places = pattern.find_iter(folded.text()).map(|it| it.range());
        let Some(place) = places.find(is_meant) else { continue };
        let span = folded.original(place);
        found.entry(*signal).and_modify(|seen| *seen = earlier(*seen, span)).or_insert(span);
    }
    let places = [
        (Signal::NamesTarget, target::named(folded.text())),
        (Signal::Thanks, courtesy::thanks(folded.text())),
    ];
    for (signal, place) in places {
        let Some(place) = place else { continue };
        found.insert(signal, folded.original(place));
    }
    Signals(found)
}

/// Where the text says that a signal is not meant.
fn denied(signal: Signal, folded: &str) -> Vec<Range<usize>> {
    let denials = DENIALS.iter().filter(|(denied, _)| *denied == signal);
    denials.flat_map(|(_, pattern)| pattern.find_iter(folded)).map(|it| it.range()).collect()
}

fn earlier(one: Span, other: Span) -> Span {
    if other.start < one.start { other } else { one }
}

type Table = Vec<(Signal, Regex)>;

static PATTERNS: LazyLock<Table> = LazyLock::new(|| {
    let tables = [english::PATTERNS, german::PATTERNS, everywhere::PATTERNS, orders::PATTERNS];
    all(tables.into_iter().flatten())
});

static DENIALS: LazyLock<Table> = LazyLock::new(|| all(everywhere::DENIALS));

fn all<'a>(table: impl IntoIterator<Item = &'a (Signal, &'a str)>) -> Table {
    let pattern = |(signal, pattern): &(Signal, &str)| Some((*signal, compiled(pattern)?));
    table.into_iter().filter_map(pattern).collect()
}

#[cfg(test)]
mod tests;
