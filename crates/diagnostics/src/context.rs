use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use ticket::CheckId;

use crate::checks::asks_outside;
use crate::{Catalog, CatalogError, Targets, Trust};

/// Why checks cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The process has not chosen its cryptography.
    #[error("no TLS provider is installed in this process")]
    NoTlsProvider,
    /// The system's trust store cannot be used.
    #[error("the system's trust store cannot be used")]
    TrustStore(#[source] rustls::Error),
    /// What was built in cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Where the system keeps what readers look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    /// `/proc`
    pub proc: PathBuf,
    /// `/run`
    pub run: PathBuf,
    /// `/sys`
    pub sys: PathBuf,
    /// `/etc`
    pub etc: PathBuf,
    /// `/usr`
    pub usr: PathBuf,
    /// `/var`
    pub var: PathBuf,
}

impl Roots {
    /// The folders of a whole tree under one root.
    #[must_use]
    pub fn under(root: &Path) -> Self {
        Self {
            proc: root.join("proc"),
            run: root.join("run"),
            sys: root.join("sys"),
            etc: root.join("etc"),
            usr: root.join("usr"),
            var: root.join("var"),
        }
    }
}

impl Default for Roots {
    fn default() -> Self {
        Self::under(Path::new("/"))
    }
}

/// How long a check may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For checks that ask something over the network.
    pub network: Duration,
    /// For checks that read this device.
    pub device: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { network: Duration::from_millis(4400), device: Duration::from_secs(1) }
    }
}

impl Deadlines {
    /// The deadline of this check.
    #[must_use]
    pub const fn of(&self, check: CheckId) -> Duration {
        if asks_outside(check) { self.network } else { self.device }
    }
}

/// Everything checks need to know.
#[derive(Debug, Clone)]
pub struct Context {
    /// What to ask.
    pub targets: Targets,
    /// What to read.
    pub roots: Roots,
    /// How long to wait.
    pub deadlines: Deadlines,
    /// Which certificates to believe.
    pub trust: Trust,
    /// What is recognized by name.
    pub catalog: Arc<Catalog>,
}

impl Context {
    /// This device as it is, with the usual deadlines and the system's trust store.
    ///
    /// # Errors
    /// No TLS provider is installed in this process, or the trust store cannot be used.
    pub fn new(targets: Targets) -> Result<Self, Error> {
        let provider = CryptoProvider::get_default().ok_or(Error::NoTlsProvider)?;
        Ok(Self {
            targets,
            roots: Roots::default(),
            deadlines: Deadlines::default(),
            trust: Trust::of_the_system(Arc::clone(provider)).map_err(Error::TrustStore)?,
            catalog: Arc::new(Catalog::built_in()?),
        })
    }
}
