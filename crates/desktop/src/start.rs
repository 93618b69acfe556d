//! Bringing the app up: content first, then secrets, then what waits.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use content::LoadError;
use identity::{InstallationKey, Keyring, KeyringEntry};
use outbox::{Key, Outbox, file_key};
use settings::Settings;
use ticket::{Problem, ProblemCode};
use tokio::sync::{Notify, broadcast};

use crate::backend::Backend;
use crate::knowledge::Knowledge;
use crate::known::Known;
use crate::problem::problem;
use crate::session::Person;
use crate::usage::Usage;
use crate::view::{ContactView, OrganizationView, Startup};
use crate::{Change, Desktop, Options};

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
    Key(#[source] outbox::OutboxError),
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
        let folders = options.folders.clone();
        for path in [&folders.config, &folders.data] {
            std::fs::create_dir_all(path)
                .map_err(|source| StartError::Folder { path: path.clone(), source })?;
        }
        let knowledge = Arc::new(Knowledge::load(&options.knowledge)?);
        let settings = Settings::load(&folders.managed, &folders.config.join("settings.json"));
        let (keyring, installation) = secrets().await?;
        let backend = Backend::new(&settings, &keyring, &installation, &folders.data)
            .map_err(|error| StartError::Network(Box::new(error)))?;
        let (key, home) = sealing_key(&keyring, &folders.data).await?;
        let can_store = home != KeyHome::Nowhere;
        let desktop = Arc::new(Self {
            outbox: can_store.then(|| open_outbox(&folders.data.join("outbox"), &key)).flatten(),
            known: Known::open(folders.data.join("known"), key),
            usage: Usage::open(folders.data.join("usage.json")),
            settings: Mutex::new(settings),
            keyring,
            installation,
            has_file_key: home == KeyHome::File,
            backend: RwLock::new(Arc::new(backend)),
            person: Mutex::new(Person::default()),
            guide: Mutex::new(None),
            draft: Mutex::new(None),
            changes: broadcast::channel(CHANGES).0,
            to_deliver: Notify::new(),
            to_listen: Notify::new(),
            delivered: Notify::new(),
            knowledge,
            options,
        });
        desktop.restore_session().await;
        tokio::spawn(Arc::clone(&desktop).index());
        tokio::spawn(Arc::clone(&desktop).deliver());
        tokio::spawn(Arc::clone(&desktop).listen());
        tokio::spawn(Arc::clone(&desktop).watch_settings());
        Ok(desktop)
    }

    /// Everything the window needs before its first screen.
    pub async fn startup(&self) -> Startup {
        let language = self.language();
        let organization = &self.knowledge.content.organization;
        let contact = |contact: &content::Contact| ContactView {
            phone: contact.phone.clone(),
            hours: contact.hours.get(&language).to_owned(),
        };
        Startup {
            appearance: self.appearance(),
            organization: OrganizationView {
                name: organization.name.clone(),
                help_desk: contact(&organization.help_desk),
                security: contact(&organization.security),
                brand_hue: self.lock(&self.settings).brand_hue(),
            },
            session: self.session(),
            waiting: self.waiting(),
            version: self.options.version.clone(),
            language,
        }
    }

    async fn index(self: Arc<Self>) {
        let (knowledge, data) = (Arc::clone(&self.knowledge), self.options.folders.data.clone());
        let opened = tokio::task::spawn_blocking(move || {
            let opened = knowledge.open_index(&data);
            knowledge.compile_rules();
            opened
        });
        match opened.await {
            Ok(Ok(articles)) => {
                self.tell(Change::Index { articles: u32::try_from(articles).unwrap_or(u32::MAX) });
            }
            Ok(Err(error)) => tracing::error!(%error, "articles cannot be searched"),
            Err(error) => tracing::error!(%error, "indexing ended"),
        }
    }
}

/// The keyring and the key of this installation. A keyring that is there and refuses, for example
/// because it is locked, is as good as none.
async fn secrets() -> Result<(Keyring, Arc<InstallationKey>), StartError> {
    let keyring = Keyring::open().await;
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

async fn sealing_key(keyring: &Keyring, data: &Path) -> Result<(Key, KeyHome), StartError> {
    if keyring.is_persistent()
        && let Some(key) = key_in_keyring(keyring, &data.join(KEY_FILE)).await
    {
        return Ok((key, KeyHome::Keyring));
    }
    match file_key(&data.join(KEY_FILE)) {
        Ok(key) => Ok((key, KeyHome::File)),
        Err(error) => {
            tracing::error!(%error, "no key can be kept on this device");
            Ok((Key::generate().map_err(StartError::Key)?, KeyHome::Nowhere))
        }
    }
}

/// Used while there is no keyring.
const KEY_FILE: &str = "outbox.key";

async fn key_in_keyring(keyring: &Keyring, file: &Path) -> Option<Key> {
    let stored = keyring.get(KeyringEntry::OutboxKey).await.ok()?;
    if let Some(bytes) = stored.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
        return Some(Key::new(bytes));
    }
    // What was sealed while there was no keyring must stay readable now that there is one.
    let key = if file.exists() { file_key(file).ok()? } else { Key::generate().ok()? };
    keyring.set(KeyringEntry::OutboxKey, key.secret().to_vec()).await;
    // A keyring that took the key only into memory would lose it with the process.
    keyring.is_persistent().then_some(key)
}

fn open_outbox(folder: &Path, key: &Key) -> Option<Arc<Outbox>> {
    match Outbox::open(folder, key.clone()) {
        Ok((outbox, damaged)) => {
            for damaged in damaged {
                let name = damaged.file.file_name().unwrap_or_default();
                tracing::error!(?name, damage = ?damaged.damage, "a stored request is damaged and was put aside");
            }
            Some(Arc::new(outbox))
        }
        Err(error) => {
            tracing::error!(%error, "nothing can be stored on this device");
            None
        }
    }
}
