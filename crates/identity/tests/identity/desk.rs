//! A provider, a device and a person in front of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use identity::{
    Freshness, Identity, IdentityError, Keyring, ProviderConfig, SignInRequest, SignedIn,
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, Landing, Provider, ProviderOptions};
use tokio::sync::mpsc;
use url::Url;

pub(crate) struct Desk {
    pub(crate) provider: Provider,
    pub(crate) keyring: Keyring,
    folder: TempDir,
    ahead: Arc<AtomicI64>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(Keyring::in_memory(), &ProviderOptions::default()).await
    }

    pub(crate) async fn with(keyring: Keyring, options: &ProviderOptions) -> Self {
        Self {
            provider: Provider::start(options).await.unwrap(),
            keyring,
            folder: TempDir::new().unwrap(),
            ahead: Arc::default(),
        }
    }

    /// The same after a restart of the computer: what was in memory is gone.
    pub(crate) fn restarted_with(self, keyring: Keyring) -> Self {
        Self { keyring, ..self }
    }

    /// The app; every call is another process of it that shares keyring and lock file.
    pub(crate) fn app(&self) -> Identity {
        let ahead = Arc::clone(&self.ahead);
        let clock =
            move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::Relaxed));
        let lock = self.folder.path().join("state/refresh.lock");
        let client = test_support::client().unwrap();
        Identity::new(self.config(), self.keyring.clone(), client, lock).with_clock(Arc::new(clock))
    }

    pub(crate) fn config(&self) -> ProviderConfig {
        ProviderConfig {
            issuer: self.provider.issuer.clone(),
            client_id: self.provider.client_id.to_owned(),
            audience: Some(self.provider.audience.to_owned()),
            loopback_port: None,
            scopes: ProviderConfig::default_scopes(),
        }
    }

    /// Time passes everywhere.
    pub(crate) async fn pass(&self, seconds: i64) {
        self.turn_device_clock(seconds);
        self.provider.set_clock_ahead(self.ahead.load(Ordering::Relaxed)).await.unwrap();
    }

    /// Only this device's clock moves.
    pub(crate) fn turn_device_clock(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

pub(crate) fn ordinary() -> SignInRequest {
    SignInRequest::new(Freshness::Ordinary, "en")
}

pub(crate) fn fresh(max_age: u64, acr: Option<&str>) -> SignInRequest {
    let max_age = Duration::from_secs(max_age);
    SignInRequest::new(Freshness::Fresh { max_age, acr: acr.map(str::to_owned) }, "en")
}

/// The addresses an app asked to open.
pub(crate) fn opener() -> (impl FnOnce(&Url) + Send, mpsc::UnboundedReceiver<Url>) {
    let (sender, opened) = mpsc::unbounded_channel();
    (move |url: &Url| sender.send(url.clone()).unwrap(), opened)
}

/// Presses "Sign in" and does `act` in `browser`.
pub(crate) async fn press(
    app: &Identity,
    request: &SignInRequest,
    browser: &HttpBrowser,
    act: Act<'_>,
) -> (Result<SignedIn, IdentityError>, Landing) {
    let (open, mut opened) = opener();
    let person = async {
        let page = opened.recv().await.unwrap();
        browser.walk(&page, act).await.unwrap()
    };
    tokio::join!(app.sign_in(request, open), person)
}

pub(crate) async fn sign_in(app: &Identity, user: &str) -> SignedIn {
    let browser = HttpBrowser::new().unwrap();
    press(app, &ordinary(), &browser, Act::SignIn(user)).await.0.unwrap()
}
