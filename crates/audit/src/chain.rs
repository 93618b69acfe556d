use jiff::Timestamp;
use serde_json::json;

use crate::{Digest, Draft, Entry, canonical};

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakKind {
    /// Its number is not the next one: something is missing, doubled or moved.
    Sequence,
    /// It does not follow the entry before it.
    Previous,
    /// Its content is not what was recorded.
    Content,
    /// It belongs to another ticket.
    OtherTicket,
    /// The chain does not end at the head that is known.
    Head,
}

/// The first place where a chain is not what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the audit chain is broken at entry {sequence}: {what:?}")]
pub struct Break {
    /// Number the entry should have; one past the last if the end is missing.
    pub sequence: u64,
    /// What is wrong there.
    pub what: BreakKind,
}

/// Puts a draft behind the last entry of its chain (`None` for a new chain).
#[must_use]
pub fn append(previous: Option<&Entry>, draft: Draft) -> Entry {
    let mut entry = Entry {
        sequence: previous.map_or(1, |entry| entry.sequence.saturating_add(1)),
        at: Timestamp::from_millisecond(draft.at.as_millisecond()).unwrap_or(draft.at),
        ticket: draft.ticket,
        actor: draft.actor,
        kind: draft.kind,
        facts: canonical::without_fractions(draft.facts),
        previous: previous.map_or(Digest::START, |entry| entry.digest),
        digest: Digest::START,
    };
    entry.digest = content_digest(&entry);
    entry
}

/// Checks a whole chain from its first entry.
///
/// A missing end cannot be seen from inside: see [`verify_to`].
///
/// # Errors
/// The first place that is not as recorded.
pub fn verify(entries: &[Entry]) -> Result<(), Break> {
    let ticket = entries.first().and_then(|entry| entry.ticket);
    let mut previous = Digest::START;
    for (sequence, entry) in (1..).zip(entries) {
        let what = if entry.sequence != sequence {
            Some(BreakKind::Sequence)
        } else if entry.ticket != ticket {
            Some(BreakKind::OtherTicket)
        } else if entry.previous != previous {
            Some(BreakKind::Previous)
        } else if entry.digest != content_digest(entry) {
            Some(BreakKind::Content)
        } else {
            None
        };
        if let Some(what) = what {
            return Err(Break { sequence, what });
        }
        previous = entry.digest;
    }
    Ok(())
}

/// Checks a whole chain and that it ends at `head`, which was kept elsewhere.
///
/// # Errors
/// The first place that is not as recorded; a missing end is a break at the next number.
pub fn verify_to(entries: &[Entry], head: &Digest) -> Result<(), Break> {
    verify(entries)?;
    let last = entries.last().map_or(Digest::START, |entry| entry.digest);
    if last == *head {
        return Ok(());
    }
    let sequence = entries.last().map_or(1, |entry| entry.sequence.saturating_add(1));
    Err(Break { sequence, what: BreakKind::Head })
}

fn content_digest(entry: &Entry) -> Digest {
    let content = json!({
        "sequence": entry.sequence,
        "at": entry.at.to_string(),
        "ticket": entry.ticket,
        "actor": entry.actor,
        "kind": entry.kind,
        "facts": entry.facts,
        "previous": entry.previous,
    });
    let mut text = String::new();
    canonical::write(&content, &mut text);
    Digest::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Actor, EntryKind};

    fn draft(kind: EntryKind, count: u32) -> Draft {
        Draft {
            at: Timestamp::UNIX_EPOCH,
            ticket: Some(7),
            actor: Actor::Agent,
            kind,
            facts: json!({ "count": count, "scenario": "how_to" }),
        }
    }

    fn chain(length: u32) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for count in 0..length {
            entries.push(append(entries.last(), draft(EntryKind::Decided, count)));
        }
        entries
    }

    fn check(change: impl FnOnce(&mut Vec<Entry>), sequence: u64, what: BreakKind) {
        let mut entries = chain(5);
        change(&mut entries);
        assert_eq!(verify(&entries), Err(Break { sequence, what }));
    }

    #[test]
    fn accepts_what_was_appended() {
        let entries = chain(5);
        assert_eq!(verify(&entries), Ok(()));
        assert_eq!(verify_to(&entries, &entries[4].digest), Ok(()));
        assert_eq!(verify(&[]), Ok(()));
    }

    #[test]
    fn finds_every_changed_field() {
        check(|e| e[2].facts = json!({"count": 9}), 3, BreakKind::Content);
        check(|e| e[2].kind = EntryKind::Received, 3, BreakKind::Content);
        check(|e| e[2].actor = Actor::Employee, 3, BreakKind::Content);
        check(|e| e[2].at = Timestamp::MAX, 3, BreakKind::Content);
        check(|e| e[2].ticket = None, 3, BreakKind::OtherTicket);
        check(|e| e[0].previous = Digest::of(b"x"), 1, BreakKind::Previous);
        check(|e| e[4].digest = Digest::START, 5, BreakKind::Content);
    }

    #[test]
    fn finds_an_entry_rewritten_with_a_fitting_digest() {
        let forge = |entries: &mut Vec<Entry>| {
            let before = entries[0].clone();
            entries[1] = append(Some(&before), draft(EntryKind::Refused, 1));
        };
        check(forge, 3, BreakKind::Previous);
    }

    #[test]
    fn finds_deleted_doubled_and_moved_entries() {
        check(|e| drop(e.remove(0)), 1, BreakKind::Sequence);
        check(|e| drop(e.remove(2)), 3, BreakKind::Sequence);
        check(|e| e.insert(2, e[1].clone()), 3, BreakKind::Sequence);
        check(|e| e.swap(1, 3), 2, BreakKind::Sequence);
    }

    #[test]
    fn finds_a_missing_end_against_the_known_head() {
        let entries = chain(5);
        let head = entries[4].digest;
        assert_eq!(verify(&entries[..3]), Ok(()));
        let missing = Err(Break { sequence: 4, what: BreakKind::Head });
        assert_eq!(verify_to(&entries[..3], &head), missing);
        let nothing_left = Err(Break { sequence: 1, what: BreakKind::Head });
        assert_eq!(verify_to(&[], &head), nothing_left);
    }

    #[test]
    fn the_digest_of_an_entry_never_changes_between_versions() {
        let entry = append(None, draft(EntryKind::Received, 1));
        assert_eq!(
            entry.digest.to_string(),
            "36de6d14ba2ae05b83f96a5461052b04b40e72fb8dc5a5f405c8d709759c007c"
        );
    }

    proptest! {
        #[test]
        fn survives_being_stored_as_json(confidence in 0.0_f64..1.0, nanos in 0_i64..2_000_000_000) {
            let mut draft = draft(EntryKind::Labelled, 1);
            draft.at = Timestamp::from_nanosecond(i128::from(nanos)).unwrap();
            draft.facts = json!({ "confidence": confidence });
            let stored = serde_json::to_string(&append(None, draft)).unwrap();
            let read: Entry = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(verify(&[read]), Ok(()));
        }
    }
}
