use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use uuid::Uuid;

use sealing::{Key, files};

use crate::{Damaged, Entry, OutboxError, Outcome, Owner, State, folder, record};

/// The outbox of this installation, open in this process alone.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    key: Key,
    /// Held for as long as the outbox is open.
    _lock: File,
    inner: Mutex<Inner>,
}

/// The word that an entry is on the disk. Only now may the app say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Id of the entry.
    pub id: Uuid,
}

/// What became of a change of mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It never left, and is gone.
    Removed,
    /// It may have left already.
    TooLate,
    /// There is no such entry.
    Unknown,
}

/// In the order of writing, which does not depend on the clock. The id tells records apart that
/// two versions of the app wrote with the same number.
type Place = (u64, Uuid);

#[derive(Debug, Default)]
struct Inner {
    entries: BTreeMap<Place, Entry>,
    next: u64,
    /// Given out by [`Outbox::due`], so perhaps on the wire.
    handed_out: HashSet<Uuid>,
}

impl Inner {
    fn find(&self, id: Uuid) -> Option<(Place, &Entry)> {
        self.entries.iter().find(|((_, known), _)| *known == id).map(|(place, e)| (*place, e))
    }

    fn of<'a>(&'a self, owners: &'a [Owner]) -> impl Iterator<Item = &'a Entry> {
        self.entries.values().filter(|entry| owners.contains(&entry.owner))
    }
}

/// An outbox, opened.
#[derive(Debug)]
pub struct Opened {
    /// The outbox.
    pub outbox: Outbox,
    /// The files it could not read.
    pub damaged: Vec<Damaged>,
    /// Whether something is still sealed with an earlier key, because the disk did not take it anew.
    pub needs_earlier: bool,
}

impl Outbox {
    /// Opens the outbox in this folder, making it if needed. What one of the `earlier` keys sealed is
    /// sealed again with `key`.
    ///
    /// # Errors
    /// [`OutboxError::InUse`] while another process has it, [`OutboxError::Sealing`] if the folder
    /// cannot be made, locked or listed.
    pub fn open(folder: &Path, key: Key, earlier: &[Key]) -> Result<Opened, OutboxError> {
        let lock = folder::lock(folder)?;
        let folder::Found { records, damaged, needs_earlier } =
            folder::read(folder, &key, earlier)?;
        let next = records.iter().map(|record| record.sequence.saturating_add(1)).max();
        let entries = records
            .into_iter()
            .map(|record| ((record.sequence, record.entry.id()), record.entry))
            .collect();
        let inner = Inner { entries, next: next.unwrap_or(0), handed_out: HashSet::new() };
        let folder = folder.to_owned();
        let outbox = Self { folder, key, _lock: lock, inner: Mutex::new(inner) };
        Ok(Opened { outbox, damaged, needs_earlier })
    }

    /// Writes an entry to the disk. The same entry again is the same entry.
    ///
    /// # Errors
    /// [`OutboxError::Conflict`] if the id stands for something else; [`OutboxError::Sealing`] and
    /// the others if it could not be written: then nothing is saved.
    pub fn put(&self, entry: Entry) -> Result<Saved, OutboxError> {
        let mut inner = self.inner();
        let id = entry.id();
        if let Some((_, known)) = inner.find(id) {
            let same = known.owner == entry.owner && known.payload == entry.payload;
            return if same { Ok(Saved { id }) } else { Err(OutboxError::Conflict) };
        }
        let path = folder::record_path(&self.folder, id);
        if path.symlink_metadata().is_ok() {
            // A record that this key or version cannot read must not be written over.
            return Err(OutboxError::Conflict);
        }
        let place = (inner.next, id);
        if let Err(error) = self.write(place, &entry) {
            files::discard(&path);
            return Err(error);
        }
        inner.next = inner.next.saturating_add(1);
        inner.entries.insert(place, entry);
        Ok(Saved { id })
    }

    /// What is due to be sent in the name of these owners, in the order of writing. An entry is
    /// given again until [`Outbox::record`] says how it went.
    #[must_use]
    pub fn due(&self, now: Timestamp, owners: &[Owner]) -> Vec<Entry> {
        let mut inner = self.inner();
        let is_due = |entry: &&Entry| entry.state.due_at(now).is_some_and(|at| at <= now);
        let due: Vec<Entry> = inner.of(owners).filter(is_due).cloned().collect();
        inner.handed_out.extend(due.iter().map(Entry::id));
        due
    }

    /// Security reports of everybody else that are due: they do not wait for their writer to be back.
    #[must_use]
    pub fn due_reports(&self, now: Timestamp, owners: &[Owner]) -> Vec<Entry> {
        let mut inner = self.inner();
        let is_due = |entry: &&Entry| {
            !owners.contains(&entry.owner)
                && entry.is_report()
                && entry.state.due_at(now).is_some_and(|at| at <= now)
        };
        let due: Vec<Entry> = inner.entries.values().filter(is_due).cloned().collect();
        inner.handed_out.extend(due.iter().map(Entry::id));
        due
    }

    /// When the next entry of these owners, or the next security report of anybody, is due.
    #[must_use]
    pub fn next_due(&self, now: Timestamp, owners: &[Owner]) -> Option<Timestamp> {
        let inner = self.inner();
        let leaves = |entry: &&Entry| owners.contains(&entry.owner) || entry.is_report();
        inner.entries.values().filter(leaves).filter_map(|entry| entry.state.due_at(now)).min()
    }

    /// Writes down how a try went. An entry removed meanwhile stays removed.
    ///
    /// # Errors
    /// As [`Outbox::put`]. The outcome still holds until the end of the process; after that the
    /// entry is sent once more, which the agent recognizes by its id.
    pub fn record(
        &self,
        id: Uuid,
        outcome: Outcome,
        now: Timestamp,
        random: u64,
    ) -> Result<(), OutboxError> {
        let mut inner = self.inner();
        let Some((place, known)) = inner.find(id) else { return Ok(()) };
        if outcome == Outcome::Taken {
            return self.take_out(&mut inner, place);
        }
        let state = known.state.after(outcome, now, random);
        self.change(&mut inner, place, state)
    }

    /// Lets a refused entry be tried again.
    ///
    /// # Errors
    /// As [`Outbox::record`].
    pub fn retry(&self, id: Uuid, now: Timestamp) -> Result<(), OutboxError> {
        let mut inner = self.inner();
        let Some((place, known)) = inner.find(id) else { return Ok(()) };
        match known.state {
            State::Refused { .. } | State::Waiting { .. } => {
                self.change(&mut inner, place, State::due(now))
            }
            State::Held { .. } | State::Accepted { .. } => Ok(()),
        }
    }

    /// Takes back an entry that is still held and was not given out to be sent.
    ///
    /// # Errors
    /// [`OutboxError::Sealing`] if it could not be removed: it will leave.
    pub fn cancel(&self, id: Uuid, now: Timestamp) -> Result<Cancelled, OutboxError> {
        let mut inner = self.inner();
        let Some((place, known)) = inner.find(id) else { return Ok(Cancelled::Unknown) };
        let is_held = matches!(known.state, State::Held { until } if now < until);
        if !is_held || inner.handed_out.contains(&id) {
            return Ok(Cancelled::TooLate);
        }
        self.take_out(&mut inner, place)?;
        Ok(Cancelled::Removed)
    }

    /// The entry with this id.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<Entry> {
        self.inner().find(id).map(|(_, entry)| entry.clone())
    }

    /// Everything of these owners, in the order of writing.
    #[must_use]
    pub fn list(&self, owners: &[Owner]) -> Vec<Entry> {
        self.inner().of(owners).cloned().collect()
    }

    /// How many unsent entries belong to somebody else. They stay until their owner is back.
    #[must_use]
    pub fn unsent_of_others(&self, owners: &[Owner]) -> usize {
        let of_others = |entry: &&Entry| entry.is_unsent() && !owners.contains(&entry.owner);
        self.inner().entries.values().filter(of_others).count()
    }

    /// Removes an entry, whatever its state; it is fine if there is none.
    ///
    /// # Errors
    /// [`OutboxError::Sealing`].
    pub fn remove(&self, id: Uuid) -> Result<(), OutboxError> {
        let mut inner = self.inner();
        let Some((place, _)) = inner.find(id) else { return Ok(()) };
        self.take_out(&mut inner, place)
    }

    /// Removes everything of this owner and tells how many entries that were.
    ///
    /// # Errors
    /// [`OutboxError::Sealing`]; some may be gone then, and the rest is still there.
    pub fn delete_all(&self, owner: Owner) -> Result<usize, OutboxError> {
        let mut inner = self.inner();
        let theirs = |(_, entry): &(&Place, &Entry)| entry.owner == owner;
        let places: Vec<Place> =
            inner.entries.iter().filter(theirs).map(|(place, _)| *place).collect();
        for place in &places {
            self.take_out(&mut inner, *place)?;
        }
        Ok(places.len())
    }

    /// Removes what the agent accepted before this moment: it has it, and tells about it itself.
    ///
    /// # Errors
    /// [`OutboxError::Sealing`]; some may be gone then, and the rest is still there.
    pub fn forget_accepted_before(&self, moment: Timestamp) -> Result<(), OutboxError> {
        let mut inner = self.inner();
        let is_old = |(_, entry): &(&Place, &Entry)| match &entry.state {
            State::Accepted { receipt } => receipt.accepted_at < moment,
            State::Waiting { .. } | State::Held { .. } | State::Refused { .. } => false,
        };
        let places: Vec<Place> =
            inner.entries.iter().filter(is_old).map(|(place, _)| *place).collect();
        places.into_iter().try_for_each(|place| self.take_out(&mut inner, place))
    }

    fn change(&self, inner: &mut Inner, place: Place, state: State) -> Result<(), OutboxError> {
        let Some(entry) = inner.entries.get_mut(&place) else { return Ok(()) };
        if entry.state == state {
            return Ok(());
        }
        // Also when the disk refuses: a full disk must not become a storm of tries.
        entry.state = state;
        self.write(place, entry)
    }

    fn take_out(&self, inner: &mut Inner, place: Place) -> Result<(), OutboxError> {
        let (_, id) = place;
        files::remove(&folder::record_path(&self.folder, id))?;
        inner.entries.remove(&place);
        inner.handed_out.remove(&id);
        Ok(files::sync_folder(&self.folder)?)
    }

    fn write(&self, (sequence, id): Place, entry: &Entry) -> Result<(), OutboxError> {
        let bytes = record::encode(sequence, entry, &self.key)?;
        Ok(files::write_durably(&folder::record_path(&self.folder, id), &bytes)?)
    }

    /// Nothing can panic half way through a change, so a poisoned lock is fine.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
