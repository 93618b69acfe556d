use std::{collections::BTreeSet, fs, path::Path};

use outbox::{Cancelled, Entry, Outbox, Outcome, Owner};
use proptest::prelude::*;
use tempfile::tempdir;
use ticket::ProblemCode;
use uuid::Uuid;

use crate::support::{at, maria, noor, open, receipt, reply, report, request};

#[derive(Debug, Clone)]
enum Step {
    Put(u8),
    Record {
        pick: prop::sample::Index,
        outcome: u8,
        random: u64,
    },
    Cancel(prop::sample::Index),
    Remove(prop::sample::Index),
    DeleteAll(bool),
    /// A record was being written when the power went.
    Crash {
        pick: prop::sample::Index,
        written: prop::sample::Index,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4_u8).prop_map(Step::Put),
        4 => (any::<prop::sample::Index>(), 0..4_u8, any::<u64>())
            .prop_map(|(pick, outcome, random)| Step::Record { pick, outcome, random }),
        1 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => any::<prop::sample::Index>().prop_map(Step::Remove),
        1 => any::<bool>().prop_map(Step::DeleteAll),
        4 => any::<(prop::sample::Index, prop::sample::Index)>()
            .prop_map(|(pick, written)| Step::Crash { pick, written }),
    ]
}

const OWNERS: fn() -> [Owner; 3] = || [noor(), maria(), Owner::Installation];

fn entry(kind: u8) -> Entry {
    match kind {
        0 => request(noor(), "one"),
        1 => reply(noor()),
        2 => request(maria(), "two"),
        _ => report(10),
    }
}

fn outcome(kind: u8, id: Uuid) -> Outcome {
    match kind {
        0 => Outcome::Accepted(receipt(id)),
        1 => Outcome::Taken,
        2 => Outcome::Refused { code: ProblemCode::Malformed, reference: String::new() },
        _ => Outcome::Retry { after: None, reason: None },
    }
}

/// Leaves the temporary file of a write that got this far, beside or in place of a record.
fn leave_half_written(folder: &Path, known: Option<Uuid>, written: prop::sample::Index) {
    let id = known.unwrap_or_else(Uuid::now_v7);
    let whole = fs::read(folder.join(format!("{id}.entry"))).unwrap_or(vec![b'D'; 300]);
    let part = &whole[..written.index(whole.len() + 1)];
    fs::write(folder.join(format!("{id}.entry.0123.tmp")), part).unwrap();
}

fn apply(outbox: &Outbox, known: &mut BTreeSet<Uuid>, step: &Step, time: i64) {
    let picked = |pick: &prop::sample::Index| {
        (!known.is_empty()).then(|| *pick.get(&known.iter().collect::<Vec<_>>()).to_owned())
    };
    match step {
        Step::Put(kind) => {
            known.insert(outbox.put(entry(*kind)).unwrap().id);
        }
        Step::Record { pick, outcome: kind, random } => {
            let Some(id) = picked(pick) else { return };
            outbox.record(id, outcome(*kind, id), at(time), *random).unwrap();
            if outcome(*kind, id) == Outcome::Taken {
                known.remove(&id);
            }
        }
        Step::Cancel(pick) => {
            let Some(id) = picked(pick) else { return };
            if outbox.cancel(id, at(time)).unwrap() == Cancelled::Removed {
                known.remove(&id);
            }
        }
        Step::Remove(pick) => {
            let Some(id) = picked(pick) else { return };
            outbox.remove(id).unwrap();
            known.remove(&id);
        }
        Step::DeleteAll(is_noor) => {
            let owner = if *is_noor { noor() } else { maria() };
            for entry in outbox.list(&[owner]) {
                known.remove(&entry.id());
            }
            outbox.delete_all(owner).unwrap();
        }
        Step::Crash { .. } => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn loses_nothing_acknowledged_wherever_it_crashes(steps in prop::collection::vec(step(), 1..40)) {
        let folder = tempdir().unwrap();
        let mut outbox = open(folder.path());
        let mut known = BTreeSet::new();
        for (time, step) in (0..).zip(&steps) {
            apply(&outbox, &mut known, step, time);
            let entries = outbox.list(&OWNERS());
            prop_assert_eq!(entries.iter().map(Entry::id).collect::<BTreeSet<_>>(), known.clone());
            if let Step::Crash { pick, written } = step {
                let ids: Vec<Uuid> = known.iter().copied().collect();
                let picked = (!ids.is_empty()).then(|| *pick.get(&ids));
                drop(outbox);
                leave_half_written(folder.path(), picked, *written);
                outbox = open(folder.path());
                prop_assert_eq!(outbox.list(&OWNERS()), entries);
            }
        }
    }
}
