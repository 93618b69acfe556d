//! How far each runbook is trusted, in the one place where that is decided: by the newest entry of the
//! change log that counts. To be trusted with more than shadow takes the signatures of two people, over the
//! text as it is; less trust needs none, and the kill switch is less trust in all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{Timestamp, tz::TimeZone};
use policy::Mode;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::Serialize;

use crate::knowledge::Book;
use crate::store::changes::{self, Change, Signature};
use crate::store::{Session, StoreError};

/// So many people sign that a runbook is trusted.
const SIGNERS: usize = 2;
/// Of a hundred requests, for how many a runbook acts on trial where nobody said.
pub(crate) const DEFAULT_SHARE: u32 = 10;

/// People of IT who may sign, by the name they are called in the log, with the public half of their key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signers(Vec<(String, Vec<u8>)>);

/// How far a runbook is trusted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// Its mode.
    pub mode: Mode,
    /// Of a hundred requests, for how many it acts while it is on trial.
    pub share: Option<u32>,
    /// The entry of the change log that says so; absent: nobody said anything, so it is in shadow.
    pub change: Option<u32>,
    /// Why it is trusted with less than that entry says.
    pub held: Option<Held>,
}

/// Why a runbook is trusted with less than was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Everything is switched off.
    KillSwitch,
    /// Its text is not the one that was signed.
    Changed,
    /// It must be read again first.
    Overdue,
    /// It does not do what its tests say.
    TestsFail,
}

/// How far every runbook is trusted now.
#[derive(Debug, Clone)]
pub(crate) struct Modes(BTreeMap<String, Stand>);

impl Modes {
    pub(crate) async fn now(
        reading: &mut Session,
        books: &[Book],
        signers: &Signers,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let log = changes::all(reading).await?;
        let stand = |book: &Book| (book.runbook.id.clone(), stand(book, &log, signers, now));
        Ok(Self(books.iter().map(stand).collect()))
    }

    pub(crate) fn of(&self, runbook: &str) -> Option<&Stand> {
        self.0.get(runbook)
    }

    /// The mode of every runbook for a ticket: who is on trial acts for some of them.
    pub(crate) fn for_ticket(&self, ticket: u32) -> BTreeMap<String, Mode> {
        self.0.iter().map(|(id, stand)| (id.clone(), stand.for_ticket(ticket))).collect()
    }
}

impl Stand {
    pub(crate) fn for_ticket(&self, ticket: u32) -> Mode {
        let share = self.share.unwrap_or(DEFAULT_SHARE);
        match self.mode {
            // Numbers that follow one another fall far apart (Knuth, TAOCP 3, 6.4: multiplicative hashing).
            Mode::Canary if ticket.wrapping_mul(2_654_435_769) / 42_949_673 >= share => {
                Mode::Shadow
            }
            mode => mode,
        }
    }
}

/// How far a runbook is trusted after these changes.
fn stand(book: &Book, log: &[Change], signers: &Signers, now: Timestamp) -> Stand {
    let counting = |change: &&Change| signers.counts(change);
    let last_of = |runbook: Option<&str>| {
        log.iter().rev().filter(counting).find(|it| it.runbook.as_deref() == runbook)
    };
    let own = last_of(Some(&book.runbook.id));
    let said = own.map_or(Mode::Shadow, |change| change.mode);
    let is_killed = last_of(None).is_some_and(|change| change.mode <= Mode::Shadow);
    let today = TimeZone::UTC.to_datetime(now).date();
    let (held, least) = if is_killed {
        (Some(Held::KillSwitch), Mode::Off)
    } else if said <= Mode::Shadow {
        (None, said)
    } else if own.is_some_and(|change| change.digest.as_ref() != Some(&book.digest)) {
        (Some(Held::Changed), Mode::Shadow)
    } else if book.fails_tests {
        (Some(Held::TestsFail), Mode::Shadow)
    } else if book.runbook.review_by < today {
        (Some(Held::Overdue), Mode::Shadow)
    } else {
        (None, said)
    };
    let share = own.and_then(|change| change.share).filter(|_| said == Mode::Canary);
    Stand { mode: least.min(said), share, change: own.map(|change| change.id), held }
}

/// What is signed of a change.
fn signed_bytes(change: &Change) -> Vec<u8> {
    let Change { id, at, runbook, digest, mode, share, reason, made_by, .. } = change;
    let at = at.as_millisecond();
    let said = ("deskside change 1", id, at, runbook, digest, mode, share, reason, made_by);
    // Strings, numbers and words: there is nothing in it that has no JSON.
    serde_json::to_vec(&said).unwrap_or_default()
}

/// Why a key cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The file cannot be read.
    #[error("cannot read {0}")]
    File(std::path::PathBuf, #[source] std::io::Error),
    /// It is no key.
    #[error("{0} is not a key that `audit key` made")]
    Key(std::path::PathBuf),
    /// Nobody in the configuration has it.
    #[error("{0} is the key of nobody under `signers` in the configuration")]
    Nobody(std::path::PathBuf),
}

impl Signers {
    /// Reads the configuration's: names and public halves of keys, base64.
    ///
    /// # Errors
    /// The name of whose key is none, or is another's too.
    pub(crate) fn parse(signers: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut all: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, key) in signers {
            let key = BASE64_STANDARD.decode(key.trim()).ok().filter(|key| key.len() == 32);
            let key = key.filter(|key| all.iter().all(|(_, other)| other != key));
            all.push((name.clone(), key.ok_or_else(|| name.clone())?));
        }
        Ok(Self(all))
    }

    /// Whether a change counts: less trust does at once, more once enough of them signed it as it stands.
    pub(crate) fn counts(&self, change: &Change) -> bool {
        change.mode <= Mode::Shadow || self.who(change).len() >= SIGNERS
    }

    /// Who signed a change as it stands.
    pub(crate) fn who(&self, change: &Change) -> BTreeSet<&str> {
        let bytes = signed_bytes(change);
        let holds = |it: &Signature| {
            let (name, key) = self.0.iter().find(|(name, _)| *name == it.signer)?;
            UnparsedPublicKey::new(&ED25519, key).verify(&bytes, &it.bytes).ok()?;
            Some(name.as_str())
        };
        change.signatures.iter().filter_map(holds).collect()
    }

    /// Signs a change with the key in a file.
    pub(crate) fn sign(&self, change: &Change, file: &Path) -> Result<Signature, SignError> {
        let (signer, key) = self.whose(file)?;
        Ok(Signature { signer, bytes: key.sign(&signed_bytes(change)).as_ref().to_owned() })
    }

    /// Whose key is in a file.
    pub(crate) fn whose(&self, file: &Path) -> Result<(String, Ed25519KeyPair), SignError> {
        let bytes = std::fs::read(file).map_err(|error| SignError::File(file.to_owned(), error))?;
        let key =
            Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| SignError::Key(file.to_owned()))?;
        let public = key.public_key().as_ref().to_owned();
        let name = self.0.iter().find(|(_, known)| *known == public).map(|(name, _)| name.clone());
        Ok((name.ok_or_else(|| SignError::Nobody(file.to_owned()))?, key))
    }
}

#[cfg(test)]
mod tests;
