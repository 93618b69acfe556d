use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::access::Access;
use crate::attempt::Attempts;
use crate::config::ProviderConfig;
use crate::discovery::Metadata;
use crate::error::IdentityError;
use crate::http::Http;
use crate::keyring::Keyring;
use crate::lock::FileLock;

/// Tells the time of this device.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The session of one person on this device.
pub struct Identity {
    pub(crate) config: ProviderConfig,
    pub(crate) keyring: Keyring,
    pub(crate) http: Http,
    pub(crate) lock_path: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) attempts: Attempts,
    pub(crate) access: Mutex<Access>,
    pub(crate) metadata: Mutex<Option<Arc<Metadata>>>,
}

impl Identity {
    /// `client` must not follow redirects; `lock_path` is a file all processes of this person's
    /// app share, so that only one of them uses the refresh token at a time.
    #[must_use]
    pub fn new(
        config: ProviderConfig,
        keyring: Keyring,
        client: reqwest::Client,
        lock_path: PathBuf,
    ) -> Self {
        Self {
            config,
            keyring,
            http: Http::new(client),
            lock_path,
            clock: Arc::new(Timestamp::now),
            attempts: Attempts::default(),
            access: Mutex::default(),
            metadata: Mutex::default(),
        }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Where this session is kept.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) async fn lock_file(&self) -> Result<FileLock, IdentityError> {
        FileLock::acquire(&self.lock_path).await
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("config", &self.config).finish_non_exhaustive()
    }
}
