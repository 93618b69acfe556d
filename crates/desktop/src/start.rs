//! Bringing the app up: content first, then secrets, then what waits.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use content::LoadError;
use identity::{InstallationKey, Keyring, KeyringEntry};
use jiff::{SignedDuration, Timestamp};
use outbox::{Damage, Opened, Outbox};
use sealing::{Key, SealingError, file_key};
use settings::Settings;
use ticket::{Problem, ProblemCode};
use tokio::sync::{Notify, broadcast};

use crate::backend::Backend;
use crate::knowledge::Knowledge;
use crate::known::Known;
use crate::problem::problem;
use crate::session::Person;
use crate::usage::Usage;
use crate::view::{ContactView, DepartmentView, OrganizationView, Startup};
use crate::{Change, Desktop, Options};

/// The first letters are typed without the processor being busy with what they mean.
const AFTER_START: Duration = Duration::from_secs(2);
/// A window that is not shown asks for no screen.
const NO_SCREEN: Duration = Duration::from_secs(1);
/// The first screen is drawn so long after it was asked for.
const DRAWING: Duration = Duration::from_millis(150);
/// Changes a slow window may miss before it asks for whole views again.
const CHANGES: usize = 256;

/// Why the app cannot start at all.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Content is missing: the installation is not complete.
    #[error("the knowledge cannot be loaded")]
    Content(#[from] LoadError),
    /// A folder cannot be made.
    #[error("cannot make {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The keyring answers, but not with a key that can be used.
    #[error("the key of this installation cannot be kept")]
    Installation(#[source] identity::IdentityError),
    /// No key can be made.
    #[error("no key can be made on this device")]
    Key(#[source] SealingError),
    /// The clients cannot be made.
    #[error("the network cannot be used")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StartError {
    /// What the window says in place of everything else; the log has the causes.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::Folder { .. } | Self::Installation(_) | Self::Key(_) => {
                ProblemCode::DeviceStorage
            }
            Self::Content(_) | Self::Network(_) => ProblemCode::Internal,
        };
        problem(code, Causes(self))
    }
}

/// An error with all that lies behind it, in one line.
struct Causes<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)?;
        let causes = std::iter::successors(self.0.source(), |cause| cause.source());
        causes.into_iter().try_for_each(|cause| write!(formatter, ": {cause}"))
    }
}

impl Desktop {
    /// Starts the app. Needs a tokio runtime; the loops end with it.
    ///
    /// # Errors
    /// The installation is not complete, or this device refuses a folder.
    pub async fn start(options: Options) -> Result<Arc<Self>, StartError> {
        Self::start_with(options, Keyring::open().await).await
    }

    /// As [`Desktop::start`], with the secrets in this keyring.
    ///
    /// # Errors
    /// As [`Desktop::start`].
    pub async fn start_with(options: Options, keyring: Keyring) -> Result<Arc<Self>, StartError> {
        let folders = options.folders.clone();
        for path in [&folders.config, &folders.data] {
            std::fs::create_dir_all(path)
                .map_err(|source| StartError::Folder { path: path.clone(), source })?;
        }
        // Files are read while the keyring answers.
        let root = options.knowledge.clone();
        let knowledge = tokio::task::spawn_blocking(move || Knowledge::load(&root));
        let settings = Settings::load(&folders.managed, &folders.config.join("settings.json"));
        let (keyring, installation) = secrets(keyring).await?;
        let backend = Backend::new(&settings, &keyring, &installation, &folders.data)
            .map_err(|error| StartError::Network(Box::new(error)))?;
        let sealing = sealing(&keyring, &folders.data).await?;
        let (outbox, unread) = open_outbox(&folders.data, &sealing);
        let knowledge =
            knowledge.await.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic()));
        let knowledge = Arc::new(knowledge?);
        let desktop = Arc::new(Self {
            outbox,
            unread,
            keys_taken: AtomicBool::new(false),
            has_rebuilt: AtomicBool::new(false),
            known: Known::open(folders.data.join("known"), sealing.key),
            usage: Usage::open(folders.data.join("usage.json")),
            learning: Mutex::default(),
            settings: Mutex::new(settings),
            keyring,
            installation,
            has_file_key: sealing.home == KeyHome::File,
            backend: RwLock::new(Arc::new(backend)),
            person: Mutex::new(Person::default()),
            guide: Mutex::new(None),
            draft: Mutex::new(None),
            inspection: Mutex::new(None),
            asked: Mutex::default(),
            incidents: Mutex::new(Vec::new()),
            changes: broadcast::channel(CHANGES).0,
            to_deliver: Notify::new(),
            to_listen: Notify::new(),
            to_tell: Notify::new(),
            first_screen: Notify::new(),
            delivered: Notify::new(),
            knowledge,
            options,
        });
        desktop.restore_session().await;
        tokio::spawn(Arc::clone(&desktop).index_after_first_screen());
        let knowledge = Arc::clone(&desktop.knowledge);
        tokio::spawn(async move { knowledge.meaning.rest().await });
        tokio::spawn(Arc::clone(&desktop).deliver());
        tokio::spawn(Arc::clone(&desktop).listen());
        tokio::spawn(Arc::clone(&desktop).watch_settings());
        Ok(desktop)
    }

    /// Everything the window needs before its first screen.
    pub async fn startup(&self) -> Startup {
        self.first_screen.notify_one();
        let language = self.language();
        let organization = &self.knowledge.content.organization;
        let contact = |contact: &content::Contact| ContactView {
            phone: contact.phone.clone(),
            hours: contact.hours.get(&language).to_owned(),
        };
        let department = |other: &content::Department| DepartmentView {
            name: other.name.get(&language).to_owned(),
            about: other.about.get(&language).to_owned(),
            phone: other.phone.clone(),
            hours: other.hours.get(&language).to_owned(),
        };
        Startup {
            appearance: self.appearance(),
            organization: OrganizationView {
                name: organization.name.clone(),
                help_desk: contact(&organization.help_desk),
                security: contact(&organization.security),
                others: organization.others.iter().map(department).collect(),
                brand_hue: self.lock(&self.settings).brand_hue(),
            },
            session: self.session(),
            waiting: self.waiting(),
            version: self.options.version.clone(),
            language,
        }
    }

    /// Builds or opens the index once the first screen is there: what a person waits for comes first.
    async fn index_after_first_screen(self: Arc<Self>) {
        // Started without a window, nobody waits.
        let _ = tokio::time::timeout(NO_SCREEN, self.first_screen.notified()).await;
        tokio::time::sleep(DRAWING).await;
        self.index().await;
    }

    pub(crate) async fn index(self: Arc<Self>) {
        let (knowledge, data) = (Arc::clone(&self.knowledge), self.options.folders.data.clone());
        let opened = tokio::task::spawn_blocking(move || {
            let opened = knowledge.open_index(&data);
            knowledge.prepare_classifier();
            opened
        });
        match opened.await {
            Ok(Ok(articles)) => self.index_is_ready(articles),
            Ok(Err(error)) => tracing::error!(%error, "articles cannot be searched"),
            Err(error) => tracing::error!(%error, "indexing ended"),
        }
    }

    /// What is typed may be answered better now; and better still once the meaning of the articles is
    /// known.
    fn index_is_ready(self: Arc<Self>, articles: u64) {
        let change = Change::Index { articles: u32::try_from(articles).unwrap_or(u32::MAX) };
        self.tell(change.clone());
        let (knowledge, data) = (Arc::clone(&self.knowledge), self.options.folders.data.clone());
        let desktop = Arc::downgrade(&self);
        drop(self);
        tokio::spawn(async move {
            tokio::time::sleep(AFTER_START).await;
            // Not waited for: it ends with the app.
            tokio::task::spawn_blocking(move || {
                knowledge.prepare_meaning(&data, || desktop.strong_count() > 0);
                if let Some(desktop) = desktop.upgrade() {
                    desktop.tell(change);
                }
            });
        });
    }
}

/// The keyring and the key of this installation. A keyring that is there and refuses, for example
/// because it is locked, is as good as none.
async fn secrets(keyring: Keyring) -> Result<(Keyring, Arc<InstallationKey>), StartError> {
    match InstallationKey::load_or_create(&keyring).await {
        Ok(key) => Ok((keyring, Arc::new(key))),
        Err(error) => {
            tracing::warn!(%error, "the keyring refuses: secrets stay in memory");
            let memory = Keyring::in_memory();
            let key = InstallationKey::load_or_create(&memory).await;
            Ok((memory, Arc::new(key.map_err(StartError::Installation)?)))
        }
    }
}

/// Where the key of the outbox is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyHome {
    Keyring,
    /// A file only this person can read.
    File,
    /// Nowhere: nothing that is sealed with it outlives this process, so nothing is promised.
    Nowhere,
}

/// The key that seals what is stored from now on, and those that may have sealed what is there.
struct Sealing {
    key: Key,
    earlier: Vec<Key>,
    home: KeyHome,
}

/// Used while there is no keyring.
const KEY_FILE: &str = "outbox.key";
/// What the agent accepted is kept this long, so that what was sent can be looked up.
const KEPT_DAYS: i64 = 30;

async fn sealing(keyring: &Keyring, data: &Path) -> Result<Sealing, StartError> {
    let file = data.join(KEY_FILE);
    if keyring.is_persistent()
        && let Some(key) = key_in_keyring(keyring).await
    {
        // What was sealed while there was no keyring must stay readable now that there is one.
        let earlier =
            if file.exists() { file_key(&file).into_iter().collect() } else { Vec::new() };
        return Ok(Sealing { key, earlier, home: KeyHome::Keyring });
    }
    match file_key(&file) {
        Ok(key) => Ok(Sealing { key, earlier: Vec::new(), home: KeyHome::File }),
        Err(error) => {
            tracing::error!(%error, "no key can be kept on this device");
            let key = Key::generate().map_err(StartError::Key)?;
            Ok(Sealing { key, earlier: Vec::new(), home: KeyHome::Nowhere })
        }
    }
}

async fn key_in_keyring(keyring: &Keyring) -> Option<Key> {
    let stored = keyring.get(KeyringEntry::OutboxKey).await.ok()?;
    if let Some(bytes) = stored.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
        return Some(Key::new(bytes));
    }
    let key = Key::generate().ok()?;
    keyring.set(KeyringEntry::OutboxKey, key.secret().to_vec()).await;
    // A keyring that took the key only into memory would lose it with the process.
    keyring.is_persistent().then_some(key)
}

/// What is stored and cannot be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unread {
    /// Sealed with a key that is not here now.
    pub(crate) sealed: u32,
    /// Damaged, and put aside.
    pub(crate) damaged: u32,
}

impl Unread {
    fn count(&mut self, damage: Damage) {
        let count = match damage {
            Damage::OtherKey => &mut self.sealed,
            Damage::NewerVersion | Damage::Unreadable | Damage::NotARecord | Damage::Changed => {
                &mut self.damaged
            }
        };
        *count = count.saturating_add(1);
    }
}

fn open_outbox(data: &Path, sealing: &Sealing) -> (Option<Arc<Outbox>>, Unread) {
    let mut unread = Unread::default();
    if sealing.home == KeyHome::Nowhere {
        return (None, unread);
    }
    let opened = Outbox::open(&data.join("outbox"), sealing.key.clone(), &sealing.earlier);
    let Opened { outbox, damaged, needs_earlier } = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(%error, "nothing can be stored on this device");
            return (None, unread);
        }
    };
    for damaged in damaged {
        let name = damaged.file.file_name().unwrap_or_default();
        tracing::error!(?name, damage = ?damaged.damage, "a stored request cannot be read");
        unread.count(damaged.damage);
    }
    if !sealing.earlier.is_empty() && !needs_earlier {
        remove_key_file(&data.join(KEY_FILE));
    }
    let long_ago = Timestamp::now() - SignedDuration::from_hours(24 * KEPT_DAYS);
    if let Err(error) = outbox.forget_accepted_before(long_ago) {
        tracing::warn!(%error, "old requests stay on this device");
    }
    (Some(Arc::new(outbox)), unread)
}

/// The keyring holds the key now, and nothing is sealed with the file's any more.
fn remove_key_file(file: &Path) {
    if let Err(error) = std::fs::remove_file(file) {
        tracing::warn!(%error, "the key of a time without a keyring stays in its file");
    }
}
