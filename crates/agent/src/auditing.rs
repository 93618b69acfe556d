//! The audit trail as a whole: read beside a running agent, checked, and compared with the
//! checkpoints that are kept outside the database.

use std::collections::{BTreeMap, BTreeSet};

use audit::{Break, Checkpoint, Entry, EntryKind, Head};
use jiff::Timestamp;
use sqlx::AnyPool;

use crate::config::Config;
use crate::store::{Store, StoreError, audit as trail};

/// The audit trail of a database.
#[derive(Debug, Clone)]
pub struct AuditTrail(AnyPool);

/// Which entries are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Of this ticket; 0 for what belongs to none.
    pub ticket: Option<u32>,
    /// Of this kind.
    pub kind: Option<EntryKind>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
}

/// A chain that is not as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The ticket; 0 for what belongs to none.
    pub chain: u32,
    /// Where.
    pub at: Break,
}

/// What a check of the whole trail found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many chains there are.
    pub chains: usize,
    /// How many entries they hold.
    pub entries: usize,
    /// Those that are not as recorded.
    pub broken: Vec<Broken>,
}

impl AuditTrail {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// When there is none or it cannot be read.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        Ok(Self(Store::look(config).await?))
    }

    /// The entries that are asked for, chain by chain, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn entries(&self, wanted: Wanted) -> Result<Vec<Entry>, StoreError> {
        let mut reading = self.0.begin().await?;
        let chains = match wanted.ticket {
            Some(ticket) => vec![ticket],
            None => trail::chains(&mut reading).await?,
        };
        let mut found = Vec::new();
        for chain in chains {
            let entries = trail::entries(&mut reading, Some(chain)).await?.into_iter();
            found.extend(entries.filter(|entry| {
                wanted.kind.is_none_or(|kind| entry.kind == kind)
                    && wanted.since.is_none_or(|since| entry.at >= since)
            }));
        }
        Ok(found)
    }

    /// Checks every chain, and that it still holds what the checkpoints know of it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn check(&self, known: &BTreeMap<u32, Head>) -> Result<Checked, StoreError> {
        let mut reading = self.0.begin().await?;
        let mut chains: BTreeSet<u32> = trail::chains(&mut reading).await?.into_iter().collect();
        chains.extend(known.keys());
        let mut checked = Checked { chains: chains.len(), ..Checked::default() };
        for chain in chains {
            let entries = trail::entries(&mut reading, Some(chain)).await?;
            checked.entries += entries.len();
            let found = match known.get(&chain) {
                Some(head) => audit::verify_past(&entries, head),
                None => audit::verify(&entries),
            };
            checked.broken.extend(found.err().map(|at| Broken { chain, at }));
        }
        Ok(checked)
    }

    /// The checkpoint to put behind those there are, if a chain grew since.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn checkpoint(
        &self,
        previous: Option<&Checkpoint>,
        known: &BTreeMap<u32, Head>,
        now: Timestamp,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let mut reading = self.0.begin().await?;
        let heads = trail::heads(&mut reading).await?;
        Ok(Checkpoint::next(previous, known, &heads, now))
    }
}
