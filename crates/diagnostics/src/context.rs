use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use rustls::crypto::CryptoProvider;
use ticket::CheckId;

/// Why checks cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The process has not chosen its cryptography.
    #[error("no TLS provider is installed in this process")]
    NoTlsProvider,
    /// The HTTP client cannot be made.
    #[error("the HTTP client for checks cannot be made")]
    Client(#[source] reqwest::Error),
}

/// What the company runs, as far as checks ask it.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// Issuer of the company's sign-in.
    pub identity_provider: Option<Url>,
    /// Base address of the agent.
    pub agent: Option<Url>,
    /// An address outside that answers 204 and nothing else. Plain HTTP on purpose: a captive
    /// portal can only answer that.
    pub internet_probe: Option<Url>,
    /// Whether work needs the VPN.
    pub vpn: VpnUse,
}

/// Whether work needs the VPN here: decides whether a missing tunnel is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VpnUse {
    /// It may be off, in the office for example. A missing tunnel is worth a look.
    #[default]
    Optional,
    /// It has to be up. A missing tunnel or client is a fault.
    Required,
}

/// Where the system keeps what readers look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    /// `/proc`
    pub proc: PathBuf,
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
        Self { network: Duration::from_secs(3), device: Duration::from_secs(1) }
    }
}

impl Deadlines {
    /// The deadline of this check.
    #[must_use]
    pub const fn of(&self, check: CheckId) -> Duration {
        match check {
            CheckId::Gateway
            | CheckId::NameService
            | CheckId::Internet
            | CheckId::Clock
            | CheckId::IdentityProvider
            | CheckId::CompanyService => self.network,
            CheckId::DeviceIdentity
            | CheckId::OperatingSystem
            | CheckId::Uptime
            | CheckId::Memory
            | CheckId::Disks
            | CheckId::Link
            | CheckId::Address
            | CheckId::Vpn => self.device,
        }
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
    /// What to ask with: follows no redirect, keeps no cookie. See [`client`].
    pub client: Client,
}

impl Context {
    /// This device as it is, with the usual deadlines.
    ///
    /// # Errors
    /// As [`client`].
    pub fn new(targets: Targets) -> Result<Self, Error> {
        Ok(Self {
            targets,
            roots: Roots::default(),
            deadlines: Deadlines::default(),
            client: client()?,
        })
    }
}

/// A client fit for checks: the system's trust store and proxy, no redirects, no cookies, a fresh
/// connection each time, and the certificate seen.
///
/// # Errors
/// No TLS provider is installed in this process, or the trust store cannot be used.
pub fn client() -> Result<Client, Error> {
    if CryptoProvider::get_default().is_none() {
        return Err(Error::NoTlsProvider);
    }
    Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(Deadlines::default().network)
        .pool_max_idle_per_host(0)
        .tls_info(true)
        .build()
        .map_err(Error::Client)
}
