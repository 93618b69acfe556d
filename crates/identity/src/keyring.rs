use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::IdentityError;

/// The name all entries of this product share in the OS keyring.
const SERVICE: &str = "deskside";

/// What is kept in the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyringEntry {
    /// The refresh token with the person it belongs to.
    RefreshToken,
    /// The private key of this installation.
    InstallationKey,
    /// The key that seals the outbox.
    OutboxKey,
}

impl KeyringEntry {
    /// The name of the entry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefreshToken => "refresh-token",
            Self::InstallationKey => "installation-key",
            Self::OutboxKey => "outbox-key",
        }
    }
}

/// Secrets of this person on this device: in the OS keyring, or, where there is none that works,
/// in memory until the app is closed.
#[derive(Debug, Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None`: memory only.
    service: Option<String>,
    memory: Mutex<BTreeMap<KeyringEntry, Vec<u8>>>,
    persistent: AtomicBool,
}

/// A locked keyring asks the person; the app does not start later than this because of it.
const OPENING: Duration = Duration::from_secs(10);

impl Keyring {
    /// The OS keyring if it answers, memory otherwise.
    pub async fn open() -> Self {
        Self::open_as(SERVICE).await
    }

    /// As [`Keyring::open`], with entries under another name; two names share nothing.
    pub async fn open_as(service: &str) -> Self {
        let candidate = Self::new(Some(service.to_owned()));
        let probe = candidate.read(service.to_owned(), KeyringEntry::RefreshToken);
        match tokio::time::timeout(OPENING, probe).await {
            Ok(Ok(_)) => candidate,
            Ok(Err(error)) => {
                tracing::warn!(%error, "no keyring: secrets stay in memory");
                Self::in_memory()
            }
            Err(_) => {
                tracing::warn!("the keyring does not answer: secrets stay in memory");
                Self::in_memory()
            }
        }
    }

    /// Memory only.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(None)
    }

    fn new(service: Option<String>) -> Self {
        let persistent = AtomicBool::new(service.is_some());
        let memory = Mutex::default();
        Self { shared: Arc::new(Shared { service, memory, persistent }) }
    }

    /// Whether what is stored is still there after a restart.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.shared.persistent.load(Ordering::Relaxed)
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`IdentityError::Keyring`] when the keyring is there and refuses, for example locked.
    pub async fn get(&self, entry: KeyringEntry) -> Result<Option<Vec<u8>>, IdentityError> {
        let remembered = self.memory().get(&entry).cloned();
        match (&self.shared.service, remembered) {
            (_, Some(secret)) => Ok(Some(secret)),
            (None, None) => Ok(None),
            (Some(service), None) => self.read(service.clone(), entry).await,
        }
    }

    /// Writes an entry. A keyring that refuses to store makes the entry memory-only, which
    /// [`Keyring::is_persistent`] then tells: a sign-in is not lost because of it.
    pub async fn set(&self, entry: KeyringEntry, secret: Vec<u8>) {
        let Some(service) = self.shared.service.clone() else {
            self.memory().insert(entry, secret);
            return;
        };
        let copy = secret.clone();
        let written = on_keyring("write", move || open_entry(&service, entry)?.set_secret(&copy));
        match written.await {
            Ok(()) => {
                self.memory().remove(&entry);
            }
            Err(error) => {
                tracing::warn!(%error, entry = entry.as_str(), "kept in memory only");
                self.shared.persistent.store(false, Ordering::Relaxed);
                self.memory().insert(entry, secret);
            }
        }
    }

    /// Removes an entry; one that is not there is fine.
    ///
    /// # Errors
    /// [`IdentityError::Keyring`] when the keyring is there and refuses.
    pub async fn delete(&self, entry: KeyringEntry) -> Result<(), IdentityError> {
        self.memory().remove(&entry);
        let Some(service) = self.shared.service.clone() else { return Ok(()) };
        on_keyring("delete", move || {
            absent_is_fine(open_entry(&service, entry)?.delete_credential())
        })
        .await
        .map(|_| ())
    }

    async fn read(
        &self,
        service: String,
        entry: KeyringEntry,
    ) -> Result<Option<Vec<u8>>, IdentityError> {
        on_keyring("read", move || absent_is_fine(open_entry(&service, entry)?.get_secret())).await
    }

    fn memory(&self) -> MutexGuard<'_, BTreeMap<KeyringEntry, Vec<u8>>> {
        self.shared.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shared").field("service", &self.service).finish_non_exhaustive()
    }
}

fn open_entry(service: &str, entry: KeyringEntry) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(service, entry.as_str())
}

fn absent_is_fine<T>(result: keyring::Result<T>) -> keyring::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The keyring blocks, and waits for the person when it is locked.
async fn on_keyring<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, IdentityError> {
    let refused = |source| IdentityError::Keyring { action, source };
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| refused(Arc::new(error))),
        Err(error) => Err(refused(Arc::new(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_forgets_what_is_deleted_and_says_that_it_is_memory() {
        let keyring = Keyring::in_memory();
        keyring.set(KeyringEntry::OutboxKey, b"secret".to_vec()).await;
        assert_eq!(keyring.get(KeyringEntry::OutboxKey).await.unwrap(), Some(b"secret".to_vec()));
        assert_eq!(keyring.get(KeyringEntry::RefreshToken).await.unwrap(), None);
        keyring.delete(KeyringEntry::OutboxKey).await.unwrap();
        assert_eq!(keyring.get(KeyringEntry::OutboxKey).await.unwrap(), None);
        assert!(!keyring.is_persistent());
    }

    #[test]
    fn shows_no_secret_in_debug_output() {
        let keyring = Keyring::in_memory();
        keyring.memory().insert(KeyringEntry::OutboxKey, b"secret".to_vec());
        assert!(!format!("{keyring:?}").contains("115"), "{keyring:?}");
    }
}
