//! The requests the agent has told us about, kept sealed on this device so that they can be read
//! offline.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use outbox::Owner;
use sealing::files::write_durably;
use sealing::{Key, open, seal};
use serde::{Deserialize, Serialize};
use ticket::{StatusEvent, TicketView};
use uuid::Uuid;

/// Binds the sealed file to its purpose.
const PURPOSE: &[u8] = b"deskside known requests 1";

/// Requests of one person.
pub(crate) struct Known {
    path: PathBuf,
    key: Key,
    state: Mutex<State>,
}

#[derive(Default, Serialize, Deserialize)]
struct State {
    /// Whose they are; somebody else's are forgotten, not shown.
    owner: Option<[u8; 32]>,
    tickets: Vec<TicketView>,
    /// The last event seen; the resume point.
    sequence: u32,
}

impl Known {
    /// Opens the file; one that cannot be read is only a cache lost.
    pub(crate) fn open(path: PathBuf, key: Key) -> Self {
        let state = std::fs::read(&path)
            .ok()
            .and_then(|sealed| open(&key, PURPOSE, &sealed).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { path, key, state: Mutex::new(state) }
    }

    /// Makes room for this person; what belongs to another one is forgotten.
    pub(crate) fn belongs_to(&self, owner: Owner) {
        self.change(|state| {
            if state.owner != id_of(owner) {
                *state = State { owner: id_of(owner), ..State::default() };
            }
        });
    }

    pub(crate) fn tickets(&self) -> Vec<TicketView> {
        self.state().tickets.clone()
    }

    pub(crate) fn ticket(&self, submission: Uuid) -> Option<TicketView> {
        self.state().tickets.iter().find(|ticket| ticket.submission == submission).cloned()
    }

    pub(crate) fn sequence(&self) -> u32 {
        self.state().sequence
    }

    /// Replaces everything: what the agent lists is the truth. What is listed at first is not news.
    pub(crate) fn replace(&self, owner: Owner, tickets: Vec<TicketView>) {
        self.change_of(owner, |state| {
            if state.sequence == 0 {
                let events = tickets.iter().flat_map(|ticket| &ticket.events);
                state.sequence = events.map(|event| event.sequence).max().unwrap_or_default();
            }
            state.tickets = tickets;
        });
    }

    /// Keeps the newest view of one ticket.
    pub(crate) fn put(&self, owner: Owner, ticket: TicketView) {
        self.change_of(owner, |state| {
            state.tickets.retain(|known| known.number != ticket.number);
            state.tickets.push(ticket);
        });
    }

    pub(crate) fn saw(&self, owner: Owner, event: &StatusEvent) {
        self.change_of(owner, |state| state.sequence = state.sequence.max(event.sequence));
    }

    /// Changes only what belongs to `owner`: an answer may arrive after somebody else signed in.
    fn change_of(&self, owner: Owner, change: impl FnOnce(&mut State)) {
        self.change(|state| {
            if state.owner == id_of(owner) {
                change(state);
            }
        });
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let saved = serde_json::to_vec(&*state)
            .map_err(|error| error.to_string())
            .and_then(|bytes| seal(&self.key, PURPOSE, &bytes).map_err(|error| error.to_string()))
            .and_then(|sealed| {
                write_durably(&self.path, &sealed).map_err(|error| error.to_string())
            });
        if let Err(error) = saved {
            tracing::warn!(error, "known requests were not saved");
        }
    }
}

const fn id_of(owner: Owner) -> Option<[u8; 32]> {
    match owner {
        Owner::Person(id) => Some(id),
        Owner::Installation => None,
    }
}
