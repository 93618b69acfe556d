use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Break, BreakKind, Digest, Entry, canonical, verify};

/// Where a chain ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of its last entry.
    pub sequence: u64,
    /// Digest of its last entry.
    pub digest: Digest,
}

/// Where the chains ended that grew since the checkpoint before. Kept outside the database, signed with
/// a key its writers do not have: then nobody who may write entries can also rewrite them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// 1 for the first, then one more each.
    pub sequence: u64,
    /// When it was made.
    pub at: Timestamp,
    /// By ticket; 0 is the chain of everything else.
    pub heads: BTreeMap<u32, Head>,
    /// Digest of the checkpoint before; [`Digest::START`] for the first.
    pub previous: Digest,
}

impl Checkpoint {
    /// The next one, if a chain grew. `known` is what all before it say.
    #[must_use]
    pub fn next(
        previous: Option<&Self>,
        known: &BTreeMap<u32, Head>,
        heads: &BTreeMap<u32, Head>,
        at: Timestamp,
    ) -> Option<Self> {
        let grown = heads.iter().filter(|(chain, head)| known.get(chain) != Some(head));
        let heads: BTreeMap<u32, Head> = grown.map(|(chain, head)| (*chain, *head)).collect();
        if heads.is_empty() {
            return None;
        }
        Some(Self {
            sequence: previous.map_or(1, |it| it.sequence.saturating_add(1)),
            at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
            heads,
            previous: previous.map_or(Digest::START, Self::digest),
        })
    }

    /// SHA-256 over its canonical JSON; what is signed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let heads: BTreeMap<String, _> =
            self.heads.iter().map(|(chain, head)| (format!("{chain:010}"), json!(head))).collect();
        let content = json!({ "sequence": self.sequence, "at": self.at.to_string(), "heads": heads,
            "previous": self.previous });
        let mut text = String::new();
        canonical::write(&content, &mut text);
        Digest::of(text.as_bytes())
    }
}

/// The first checkpoint that does not follow the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("checkpoint {sequence} is missing or changed")]
pub struct CheckpointBreak {
    /// The number it should have.
    pub sequence: u64,
}

/// The newest head of every chain, from all checkpoints there ever were.
///
/// # Errors
/// The first one that is missing, moved or changed. Missing newest ones cannot be seen from inside.
pub fn known_heads(checkpoints: &[Checkpoint]) -> Result<BTreeMap<u32, Head>, CheckpointBreak> {
    let mut known = BTreeMap::new();
    let mut previous = Digest::START;
    for (sequence, checkpoint) in (1..).zip(checkpoints) {
        if checkpoint.sequence != sequence || checkpoint.previous != previous {
            return Err(CheckpointBreak { sequence });
        }
        known.extend(checkpoint.heads.iter().map(|(chain, head)| (*chain, *head)));
        previous = checkpoint.digest();
    }
    Ok(known)
}

/// Checks a whole chain, and that it still holds the head that was kept elsewhere. It may have grown.
///
/// # Errors
/// The first place that is not as recorded.
pub fn verify_past(entries: &[Entry], head: &Head) -> Result<(), Break> {
    verify(entries)?;
    let kept = entries.iter().find(|entry| entry.sequence == head.sequence);
    if kept.is_some_and(|entry| entry.digest == head.digest) {
        return Ok(());
    }
    let sequence = kept.map_or(entries.len() as u64 + 1, |entry| entry.sequence);
    Err(Break { sequence, what: BreakKind::Head })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Draft, EntryKind, append};

    fn chain(length: u32, salt: u32) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for count in 0..length {
            let draft = Draft {
                at: Timestamp::UNIX_EPOCH,
                ticket: Some(7),
                actor: Actor::Agent,
                kind: EntryKind::Decided,
                facts: json!({ "count": count, "salt": salt }),
            };
            entries.push(append(entries.last(), draft));
        }
        entries
    }

    fn head(entries: &[Entry]) -> Head {
        let last = entries.last().unwrap();
        Head { sequence: last.sequence, digest: last.digest }
    }

    fn checkpoints(lengths: &[u32]) -> Vec<Checkpoint> {
        let mut made: Vec<Checkpoint> = Vec::new();
        for length in lengths {
            let heads = BTreeMap::from([(7, head(&chain(*length, 0)))]);
            let known = known_heads(&made).unwrap();
            made.extend(Checkpoint::next(made.last(), &known, &heads, Timestamp::UNIX_EPOCH));
        }
        made
    }

    #[test]
    fn a_chain_may_grow_after_its_checkpoint() {
        let made = checkpoints(&[2, 2, 4]);
        assert_eq!(made.len(), 2, "nothing grew in between");
        let known = known_heads(&made).unwrap();
        assert_eq!(known, BTreeMap::from([(7, head(&chain(4, 0)))]));
        assert_eq!(verify_past(&chain(6, 0), &known[&7]), Ok(()));
    }

    #[test]
    fn a_chain_cut_or_built_anew_is_found() {
        let kept = head(&chain(4, 0));
        let broken = |sequence| Err(Break { sequence, what: BreakKind::Head });
        assert_eq!(verify_past(&chain(3, 0), &kept), broken(4));
        assert_eq!(verify_past(&[], &kept), broken(1));
        assert_eq!(verify_past(&chain(6, 1), &kept), broken(4));
    }

    #[test]
    fn a_missing_moved_or_changed_checkpoint_is_found() {
        let made = checkpoints(&[1, 2, 3]);
        assert_eq!(known_heads(&made[1..]), Err(CheckpointBreak { sequence: 1 }));
        let moved = [made[0].clone(), made[2].clone(), made[1].clone()];
        assert_eq!(known_heads(&moved), Err(CheckpointBreak { sequence: 2 }));
        let mut changed = made;
        changed[1].heads.insert(9, head(&chain(1, 0)));
        assert_eq!(known_heads(&changed), Err(CheckpointBreak { sequence: 3 }));
    }
}
