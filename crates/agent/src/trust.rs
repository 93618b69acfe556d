//! The change log as people of IT use it: how far runbooks are trusted, who said so and why.

use std::path::Path;

use audit::{Actor, Draft, EntryKind};
use content::{Audience, LoadError};
use jiff::Timestamp;
use policy::Mode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::{Config, ConfigError};
use crate::knowledge::Book;
use crate::modes::{DEFAULT_SHARE, Modes, SignError, Signers, Stand};
use crate::store::changes::{self, Change};
use crate::store::{Session, Store, StoreError, audit as trail};

/// A longest reason, in characters.
const MOST_REASON: usize = 200;

/// The change log of an agent, beside it.
#[derive(Debug)]
pub struct Trust {
    store: Store,
    books: Vec<Book>,
    signers: Signers,
}

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Id of the runbook; none: all of them.
    pub runbook: Option<String>,
    /// How far it is to be trusted.
    pub mode: Mode,
    /// Of a hundred requests, for how many it acts on trial.
    pub share: Option<u32>,
    /// Why.
    pub reason: String,
    /// Who says so, as this system calls them.
    pub by: String,
}

/// A runbook and how far it is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trusted {
    /// Id of the runbook.
    pub runbook: String,
    /// Its revision.
    pub revision: u32,
    /// How far.
    #[serde(flatten)]
    pub stand: Stand,
}

/// An entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number.
    pub id: u32,
    /// When.
    pub at: Timestamp,
    /// Id of the runbook; none: all of them.
    pub runbook: Option<String>,
    /// SHA-256 of the runbook's text that was looked at.
    pub digest: Option<String>,
    /// How far it is trusted.
    pub mode: Mode,
    /// Of a hundred requests, for how many it acts on trial.
    pub share: Option<u32>,
    /// Why.
    pub reason: String,
    /// Who wrote the entry.
    pub by: String,
    /// Whose signatures are good.
    pub signed_by: Vec<String>,
    /// Whether it counts: those are enough.
    pub counts: bool,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The knowledge folder cannot be used.
    #[error(transparent)]
    Knowledge(#[from] LoadError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The key cannot sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// There is no such runbook.
    #[error("there is no runbook {0}; `runbook list` shows them")]
    NoRunbook(String),
    /// There is no such change.
    #[error("the change log has no entry {0}")]
    NoChange(u32),
    /// It is not written down why.
    #[error("say why, in at most {MOST_REASON} characters and one line")]
    NoReason,
    /// More trust is signed.
    #[error("`{}` needs a key: two people sign that a runbook is trusted with more than shadow", .0.word())]
    NoKey(Mode),
    /// A share is for a runbook on trial.
    #[error("a share is from 1 to 100, and only for `canary`")]
    NoShare,
    /// The runbook is not fit to be trusted.
    #[error("{0} does not pass its tests; `runbook test {0}` says where")]
    TestsFail(String),
    /// What was looked at is not there any more.
    #[error(
        "the text of the runbook is not the one of entry {0} any more: begin anew with `mode set`"
    )]
    Changed(u32),
}

impl Trust {
    /// Opens the database and the runbooks of an agent.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub async fn open(config: &Config) -> Result<Self, TrustError> {
        let signers = Signers::parse(&config.signers).map_err(ConfigError::Signer)?;
        let (content, _) = content::load(&config.knowledge, Audience::Agent)?;
        let books = content.runbooks.into_iter().map(Book::new).collect();
        let store = Store::open(config).await?;
        Ok(Self { store, books, signers })
    }

    /// How far every runbook is trusted now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn now(&self, now: Timestamp) -> Result<Vec<Trusted>, TrustError> {
        let mut reading = self.store.read().await?;
        let modes = Modes::now(&mut reading, &self.books, &self.signers, now).await?;
        let trusted = |book: &Book| {
            let (runbook, revision) = (book.runbook.id.clone(), book.runbook.revision);
            modes.of(&runbook).cloned().map(|stand| Trusted { runbook, revision, stand })
        };
        Ok(self.books.iter().filter_map(trusted).collect())
    }

    /// The change log, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn log(&self) -> Result<Vec<Entry>, TrustError> {
        let mut reading = self.store.read().await?;
        Ok(changes::all(&mut reading).await?.into_iter().map(|it| self.entry(it)).collect())
    }

    /// Writes into the log, signed with the key in a file if there is one. Less trust counts at once; more
    /// waits for a second signature.
    ///
    /// # Errors
    /// It makes no sense, or the database refuses: nothing is changed.
    pub async fn set(
        &self,
        wish: Wish,
        key: Option<&Path>,
        now: Timestamp,
    ) -> Result<Entry, TrustError> {
        let book = wish.runbook.as_deref().map(|id| self.book(id)).transpose()?;
        let reason = reason_of(&wish.reason).ok_or(TrustError::NoReason)?;
        let share = share(&wish)?;
        if wish.mode > Mode::Shadow && key.is_none() {
            return Err(TrustError::NoKey(wish.mode));
        }
        if let Some(book) = book.filter(|book| wish.mode > Mode::Shadow && book.fails_tests) {
            return Err(TrustError::TestsFail(book.runbook.id.clone()));
        }
        let made_by = match key {
            Some(file) => self.signers.whose(file)?.0,
            None => wish.by,
        };
        let mut change = Change {
            id: 0,
            // As it is kept, so that it can be signed.
            at: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            runbook: wish.runbook,
            digest: book.map(|book| book.digest.clone()),
            mode: wish.mode,
            share,
            reason: reason.to_owned(),
            made_by,
            signatures: Vec::new(),
        };
        let mut writing = self.store.write().await?;
        change.id = changes::add(&mut writing, &change).await?;
        let facts = json!({ "change": change.id, "runbook": change.runbook, "mode": change.mode,
            "digest": change.digest, "share": change.share, "by": change.made_by });
        note(&mut writing, EntryKind::ModeChanged, facts, now).await?;
        if let Some(file) = key {
            self.add_signature(&mut writing, &mut change, file, now).await?;
        }
        writing.commit("mode_written").await?;
        Ok(self.entry(change))
    }

    /// Adds the signature of a second person.
    ///
    /// # Errors
    /// There is nothing to sign or the key cannot: nothing is changed.
    pub async fn sign(&self, id: u32, key: &Path, now: Timestamp) -> Result<Entry, TrustError> {
        let mut writing = self.store.write().await?;
        let all = changes::all(&mut writing).await?;
        let change = all.into_iter().find(|change| change.id == id);
        let mut change = change.ok_or(TrustError::NoChange(id))?;
        if let Some(runbook) = &change.runbook
            && Some(&self.book(runbook)?.digest) != change.digest.as_ref()
        {
            return Err(TrustError::Changed(id));
        }
        self.add_signature(&mut writing, &mut change, key, now).await?;
        writing.commit("mode_signed").await?;
        Ok(self.entry(change))
    }

    async fn add_signature(
        &self,
        writing: &mut Session,
        change: &mut Change,
        key: &Path,
        now: Timestamp,
    ) -> Result<(), TrustError> {
        let signature = self.signers.sign(change, key)?;
        changes::sign(writing, change.id, &signature, now).await?;
        let facts = json!({ "change": change.id, "by": signature.signer });
        change.signatures.push(signature);
        Ok(note(writing, EntryKind::ModeSigned, facts, now).await?)
    }

    fn book(&self, id: &str) -> Result<&Book, TrustError> {
        let book = self.books.iter().find(|book| book.runbook.id == id);
        book.ok_or_else(|| TrustError::NoRunbook(id.to_owned()))
    }

    fn entry(&self, change: Change) -> Entry {
        let signed_by = self.signers.who(&change).into_iter().map(str::to_owned).collect();
        let counts = self.signers.counts(&change);
        Entry {
            id: change.id,
            at: change.at,
            runbook: change.runbook,
            digest: change.digest,
            mode: change.mode,
            share: change.share,
            reason: change.reason,
            by: change.made_by,
            signed_by,
            counts,
        }
    }
}

/// Why something was changed, if it is said in one line that is not too long.
pub(crate) fn reason_of(text: &str) -> Option<&str> {
    let reason = text.trim();
    let is_line = !reason.is_empty() && !reason.contains(char::is_control);
    (is_line && reason.chars().count() <= MOST_REASON).then_some(reason)
}

fn share(wish: &Wish) -> Result<Option<u32>, TrustError> {
    match (wish.mode, wish.share) {
        (Mode::Canary, None) => Ok(Some(DEFAULT_SHARE)),
        (Mode::Canary, Some(share)) if (1..=100).contains(&share) => Ok(Some(share)),
        (_, Some(_)) => Err(TrustError::NoShare),
        (_, None) => Ok(None),
    }
}

async fn note(
    writing: &mut Session,
    kind: EntryKind,
    facts: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let draft = Draft { at: now, ticket: None, actor: Actor::HelpDesk, kind, facts };
    trail::record(writing, draft).await
}
