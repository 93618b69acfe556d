//! Which content the agent has, and had: policies, runbooks, articles, routing, rules. Where the configuration's
//! folder is a link, a version of it is put in the place of another one by one command, and back; a running agent
//! notices and goes on with it.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use content::{Audience, LoadError};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::config::Config;
use crate::knowledge::{Book, Knowledge, Manifest};
use crate::store::contents::{self, Version};
use crate::store::{Session, Store, StoreError, audit as trail};
use crate::trust::reason_of;

/// Who has an agent look where its content is.
const POLL: Duration = Duration::from_secs(2);

/// The contents of an agent, beside it.
#[derive(Debug)]
pub struct Contents {
    store: Store,
    /// What the configuration names.
    link: PathBuf,
}

/// Content that the agent had from a moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContentVersion {
    /// Its number.
    pub id: u32,
    /// Since when.
    pub at: Timestamp,
    /// SHA-256 of everything that decisions depend on; tickets name what they were decided with.
    pub digest: String,
    /// Where it was.
    pub folder: String,
    /// Who put it there; the agent itself, where it was there when it started.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The files that are others than in the version before.
    pub changed: Vec<FileChange>,
}

/// A file that is another one than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Its name in the folder.
    pub file: String,
    /// What became of it.
    pub change: Changed,
    /// SHA-256 of what it says now.
    pub digest: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It was not there.
    Added,
    /// It says something else.
    Changed,
    /// It is not there any more.
    Removed,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder cannot be used at all.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A file or link could not be read or written.
    #[error("cannot use {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// There would be nothing to go back to.
    #[error(
        "{} is a folder and not a link: keep each version in a folder of its own, and have the configuration's \
         `knowledge` be a link to one of them", .0.display()
    )]
    NoLink(PathBuf),
    /// It would be used with less than it says.
    #[error("{} has {problems} problems, such as: {first}; `deskside-agent check` tells all", .folder.display())]
    Unsound {
        /// Which folder.
        folder: PathBuf,
        /// How many.
        problems: usize,
        /// The first one.
        first: String,
    },
    /// A runbook does not do what its tests say.
    #[error("the runbook {0} does not pass its tests; `runbook test {0}` says where")]
    TestsFail(String),
    /// It is not written down why.
    #[error("say why, in at most 200 characters and one line")]
    NoReason,
    /// There is no such version.
    #[error("there is no earlier version {0}; `content log` shows them")]
    NoVersion(u32),
    /// There is only one.
    #[error("there is no earlier version: nothing to go back to")]
    Nothing,
    /// What is there now is not what was used.
    #[error("{folder} does not say what version {id} said any more: nothing is put back")]
    Other {
        /// Number of the version.
        id: u32,
        /// Where it was.
        folder: String,
    },
}

impl Contents {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// It or its key cannot be used.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        Ok(Self { store: Store::open(config).await?, link: config.knowledge.clone() })
    }

    /// Every version, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn log(&self) -> Result<Vec<ContentVersion>, StoreError> {
        let mut reading = self.store.read().await?;
        let all = contents::all(&mut reading).await?;
        drop(reading);
        let nothing = BTreeMap::new();
        let before = std::iter::once(&nothing).chain(all.iter().map(|it| &it.files));
        Ok(all.iter().zip(before).map(|(version, before)| shown(version, before)).collect())
    }

    /// Puts a folder in the place of what is used now. A running agent goes on with it within seconds.
    ///
    /// # Errors
    /// It is not sound, or cannot be put there: nothing is changed.
    pub async fn put(
        &self,
        folder: &Path,
        reason: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<ContentVersion, ContentsError> {
        let reason = reason_of(reason).ok_or(ContentsError::NoReason)?;
        let folder = canonical(folder)?;
        self.check_link()?;
        check(&folder)?;
        self.lead_to(&folder, reason, by, now).await
    }

    /// Puts an earlier version back, the one before this one where none is named.
    ///
    /// # Errors
    /// There is none, or it is not there any more: nothing is changed.
    pub async fn back(
        &self,
        id: Option<u32>,
        reason: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<ContentVersion, ContentsError> {
        let reason = reason_of(reason).ok_or(ContentsError::NoReason)?;
        self.check_link()?;
        let mut reading = self.store.read().await?;
        let all = contents::all(&mut reading).await?;
        drop(reading);
        let current = all.last().ok_or(ContentsError::Nothing)?;
        let mut earlier = all.iter().rev().filter(|it| it.digest != current.digest);
        let version = match id {
            Some(id) => earlier.find(|it| it.id == id).ok_or(ContentsError::NoVersion(id))?,
            None => earlier.next().ok_or(ContentsError::Nothing)?,
        };
        let folder = Path::new(&version.folder);
        // It was used before, so that it is used again even where a check of today says more.
        if manifest(folder)?.digest != version.digest {
            let (id, folder) = (version.id, version.folder.clone());
            return Err(ContentsError::Other { id, folder });
        }
        self.lead_to(folder, reason, by, now).await
    }

    /// Only a link is put in the place of another one at once.
    fn check_link(&self) -> Result<(), ContentsError> {
        let found = self.link.symlink_metadata();
        let found = found.map_err(|error| ContentsError::File(self.link.clone(), error))?;
        if found.is_symlink() { Ok(()) } else { Err(ContentsError::NoLink(self.link.clone())) }
    }

    /// Writes it down and has the link lead there, both or nothing: should only the second be done, the agent writes
    /// down what it finds.
    async fn lead_to(
        &self,
        folder: &Path,
        reason: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<ContentVersion, ContentsError> {
        let manifest = manifest(folder)?;
        let mut writing = self.store.write().await?;
        let before = contents::all(&mut writing).await?.pop().map(|it| it.files);
        let version = add(&mut writing, folder, manifest, reason, by, now).await?;
        let next = self.link.with_extension("next");
        let failed = |error| ContentsError::File(self.link.clone(), error);
        // Left over, perhaps, by a command that was killed.
        drop(std::fs::remove_file(&next));
        symlink(folder, &next).map_err(failed)?;
        std::fs::rename(&next, &self.link).map_err(failed)?;
        writing.commit("content_put").await?;
        Ok(shown(&version, &before.unwrap_or_default()))
    }
}

/// Writes down the content that an agent starts with, unless it had that before.
pub(crate) async fn found(
    writing: &mut Session,
    folder: &Path,
    manifest: &Manifest,
    now: Timestamp,
) -> Result<(), StoreError> {
    if contents::newest(writing).await?.as_ref() == Some(&manifest.digest) {
        return Ok(());
    }
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    add(writing, &folder, manifest.clone(), "it was there at the start", "agent", now).await?;
    Ok(())
}

/// Waits until the configuration's folder is another one than this, and could be used.
pub async fn other_content(config: &Config, than: &Path) {
    let mut useless = None;
    loop {
        tokio::time::sleep(POLL).await;
        let Ok(now) = std::fs::canonicalize(&config.knowledge) else { continue };
        if now == than || useless.as_ref() == Some(&now) {
            continue;
        }
        match Knowledge::load(&now) {
            Ok(_) => return,
            Err(error) => {
                tracing::error!(error = ?error, "the agent goes on with the content it has");
                useless = Some(now);
            }
        }
    }
}

async fn add(
    writing: &mut Session,
    folder: &Path,
    manifest: Manifest,
    reason: &str,
    by: &str,
    now: Timestamp,
) -> Result<Version, StoreError> {
    let mut version = Version {
        id: 0,
        at: now,
        digest: manifest.digest,
        folder: folder.display().to_string(),
        files: manifest.files,
        reason: reason.to_owned(),
        made_by: by.to_owned(),
    };
    version.id = contents::add(writing, &version).await?;
    let facts = json!({ "version": version.id, "digest": version.digest, "by": by });
    let (actor, kind) = (Actor::HelpDesk, EntryKind::ContentChanged);
    trail::record(writing, Draft { at: now, ticket: None, actor, kind, facts }).await?;
    Ok(version)
}

fn shown(version: &Version, before: &BTreeMap<String, String>) -> ContentVersion {
    let mut changed = Vec::new();
    for (file, digest) in &version.files {
        let change = match before.get(file) {
            Some(same) if same == digest => continue,
            Some(_) => Changed::Changed,
            None => Changed::Added,
        };
        changed.push(FileChange { file: file.clone(), change, digest: Some(digest.clone()) });
    }
    for file in before.keys().filter(|file| !version.files.contains_key(*file)) {
        changed.push(FileChange { file: file.clone(), change: Changed::Removed, digest: None });
    }
    let Version { id, at, digest, folder, reason, made_by: by, .. } = version.clone();
    ContentVersion { id, at, digest, folder, by, reason, changed }
}

/// Whether everything in a folder can be used as it is.
fn check(folder: &Path) -> Result<(), ContentsError> {
    let (content, report) = content::load(folder, Audience::Agent)?;
    if let Some(first) = report.problems.first() {
        let (problems, first) = (report.problems.len(), first.to_string());
        return Err(ContentsError::Unsound { folder: folder.to_owned(), problems, first });
    }
    let mut books = content.runbooks.into_iter().map(Book::new);
    match books.find(|book| book.fails_tests) {
        Some(book) => Err(ContentsError::TestsFail(book.runbook.id)),
        None => Ok(()),
    }
}

fn manifest(folder: &Path) -> Result<Manifest, ContentsError> {
    Manifest::of(folder).map_err(|error| ContentsError::File(folder.to_owned(), error))
}

fn canonical(folder: &Path) -> Result<PathBuf, ContentsError> {
    std::fs::canonicalize(folder).map_err(|error| ContentsError::File(folder.to_owned(), error))
}
