use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::mem;
use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use sealing::{Key, open, seal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Any, Transaction};

use super::keys::{self, KeyId};
use super::vault::Vault;
use super::{Connection, StoreError, tickets};
use crate::fault;

/// A transaction that can seal and open what people wrote.
#[derive(Debug)]
pub(crate) struct Session {
    transaction: Transaction<'static, Any>,
    vault: Vault,
    /// The keys that were needed so far; none where somebody was erased.
    keys: HashMap<KeyId, Option<Key>>,
    /// Which key is that of a ticket.
    tickets: HashMap<u32, KeyId>,
    /// Tickets that were made here.
    made: HashSet<u32>,
    /// Where the audit chains end that were written on: nobody else writes meanwhile.
    ends: HashMap<u32, audit::Entry>,
    /// Entries that are written with the others of their transaction.
    entries: Vec<(u32, audit::Entry)>,
}

impl Session {
    pub(super) fn new(transaction: Transaction<'static, Any>, vault: Vault) -> Self {
        Self {
            transaction,
            vault,
            keys: HashMap::new(),
            tickets: HashMap::new(),
            made: HashSet::new(),
            ends: HashMap::new(),
            entries: Vec::new(),
        }
    }

    /// Keeps what was written. Without it nothing is. `point` names it for tests that end the process there.
    pub(crate) async fn commit(mut self, point: &'static str) -> Result<(), StoreError> {
        super::audit::write(&mut self).await?;
        Ok(fault::around(point, self.transaction.commit()).await?)
    }

    /// A word that nobody can guess, always the same for the same purpose.
    pub(crate) fn mark(&self, purpose: &str) -> String {
        self.vault.mark(purpose)
    }

    /// Whether somebody has the mark of a purpose.
    pub(crate) fn has_mark(&self, purpose: &str, said: &str) -> bool {
        self.vault.has_mark(purpose, said)
    }

    /// A new key, for a person or for a ticket of nobody.
    pub(super) async fn new_key(&mut self) -> Result<KeyId, StoreError> {
        let key = Key::generate()?;
        let wrapped = self.vault.wrap(&key)?;
        let id = keys::insert(self, &wrapped).await?;
        self.keys.insert(id, Some(key));
        Ok(id)
    }

    /// Takes a key that was read together with what it seals; none, if it was destroyed.
    pub(super) fn knows(&mut self, id: KeyId, wrapped: Option<&[u8]>) -> Result<(), StoreError> {
        if let Entry::Vacant(place) = self.keys.entry(id) {
            place.insert(wrapped.map(|wrapped| self.vault.unwrap(wrapped)).transpose()?);
        }
        Ok(())
    }

    /// Takes it down which key is that of a ticket.
    pub(super) fn knows_ticket(&mut self, ticket: u32, key: KeyId) {
        self.tickets.insert(ticket, key);
    }

    /// Where a chain ends, if it was written on here.
    pub(super) fn end_of(&self, chain: u32) -> Option<&audit::Entry> {
        self.ends.get(&chain)
    }

    /// Takes it down that a ticket was made here: nothing was recorded about it before.
    pub(super) fn makes(&mut self, ticket: u32) {
        self.made.insert(ticket);
    }

    /// Whether a ticket was made here.
    pub(super) fn is_new(&self, ticket: u32) -> bool {
        self.made.contains(&ticket)
    }

    /// Takes an entry that is written later: its chain ends with it.
    pub(super) fn ends_with(&mut self, chain: u32, entry: audit::Entry) {
        self.ends.insert(chain, entry.clone());
        self.entries.push((chain, entry));
    }

    /// The entries that are not written yet.
    pub(super) fn unwritten(&mut self) -> Vec<(u32, audit::Entry)> {
        mem::take(&mut self.entries)
    }

    /// Seals a value. `place` is where it will stand: it can be opened there alone.
    pub(super) async fn seal<T: Serialize + ?Sized + Sync>(
        &mut self,
        key: KeyId,
        place: &str,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(value)?;
        let key = self.key(key).await?.ok_or(StoreError::Erased)?;
        Ok(seal(key, place.as_bytes(), &plain)?)
    }

    /// The same for what belongs to a ticket.
    pub(super) async fn seal_of<T: Serialize + ?Sized + Sync>(
        &mut self,
        ticket: u32,
        place: &str,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        let key = match self.tickets.get(&ticket) {
            Some(key) => *key,
            None => tickets::key_of(self, ticket).await?,
        };
        self.knows_ticket(ticket, key);
        self.seal(key, place, value).await
    }

    /// Opens what was sealed for a place; `None`: its person was erased.
    pub(super) async fn open<T: DeserializeOwned>(
        &mut self,
        key: KeyId,
        place: &str,
        sealed: &[u8],
    ) -> Result<Option<T>, StoreError> {
        let Some(key) = self.key(key).await? else { return Ok(None) };
        Ok(Some(serde_json::from_slice(&open(key, place.as_bytes(), sealed)?)?))
    }

    /// The same, and the outline that is left where the person was erased.
    pub(super) async fn open_or<T: DeserializeOwned>(
        &mut self,
        key: KeyId,
        place: &str,
        sealed: &[u8],
        outline: &str,
    ) -> Result<T, StoreError> {
        match self.open(key, place, sealed).await? {
            Some(value) => Ok(value),
            None => Ok(serde_json::from_str(outline)?),
        }
    }

    /// Destroys a key, and so everything that was sealed with it.
    pub(super) async fn destroy(&mut self, key: KeyId, now: Timestamp) -> Result<(), StoreError> {
        keys::destroy(self, key, now).await?;
        self.keys.insert(key, None);
        Ok(())
    }

    async fn key(&mut self, id: KeyId) -> Result<Option<&Key>, StoreError> {
        let key = match self.keys.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let wrapped = keys::wrapped(&mut self.transaction, id).await?;
                let unwrapped = wrapped.map(|wrapped| self.vault.unwrap(&wrapped)).transpose()?;
                place.insert(unwrapped)
            }
        };
        Ok(key.as_ref())
    }
}

impl Deref for Session {
    type Target = Connection;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}
