//! A device whose folders stay while the app on it comes and goes.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use desktop::view::{RequestRow, SessionState};
use desktop::{Desktop, Folders, Options, Problem};
use identity::Keyring;
use serde_json::Value;
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, PATIENCE, Stack, root, until};
use tokio::runtime::Runtime;
use url::Url;

/// Tasks of an app that was stopped have ended by then.
const ENDING: Duration = Duration::from_secs(10);

pub(crate) struct Device {
    folder: TempDir,
    settings: Value,
    /// Is there again after a restart, as the system's would be.
    pub(crate) keyring: Keyring,
}

impl Device {
    pub(crate) fn new(stack: &Stack) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        Ok(Self { folder, settings: stack.settings(), keyring: Keyring::in_memory() })
    }

    /// As `new`, with more settings.
    pub(crate) fn with(stack: &Stack, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut device = Self::new(stack)?;
        let all = device.settings.as_object_mut().context("settings are an object")?;
        for (key, value) in settings {
            all.insert((*key).to_owned(), Value::from(*value));
        }
        Ok(device)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) async fn start(&self) -> anyhow::Result<App> {
        // Another app of this test may have installed them.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let config = self.folder.path().join("config");
        std::fs::create_dir_all(&config)?;
        let file = config.join("settings.json");
        if !file.exists() {
            std::fs::write(&file, self.settings.to_string())?;
        }
        let pages = Pages::default();
        let opened = pages.clone();
        let options = Options {
            folders: Folders {
                managed: self.folder.path().join("policy.json"),
                data: self.data(),
                config,
            },
            knowledge: root().join("knowledge"),
            version: "0.0.0".to_owned(),
            system_locale: "en".to_owned(),
            open: Arc::new(move |url| opened.open(url)),
        };
        let runtime = Runtime::new()?;
        let starting = Desktop::start_with(options, self.keyring.clone());
        let desktop = runtime.spawn(starting).await??;
        Ok(App { runtime: Some(runtime), desktop, pages })
    }
}

/// What the system's browser was asked to open; a browser that does not open refuses.
#[derive(Clone, Default)]
struct Pages(Arc<Mutex<(Vec<Url>, bool)>>);

impl Pages {
    fn open(&self, url: &str) -> Result<(), String> {
        let mut pages = self.0.lock().map_err(|error| error.to_string())?;
        if pages.1 {
            return Err("no browser".to_owned());
        }
        pages.0.push(url.parse().map_err(|_| "no address".to_owned())?);
        Ok(())
    }

    fn take(&self) -> Option<Url> {
        self.0.lock().ok()?.0.pop()
    }
}

/// The app, running. Everything it runs ends with it.
pub(crate) struct App {
    runtime: Option<Runtime>,
    pub(crate) desktop: Arc<Desktop>,
    pages: Pages,
}

impl App {
    /// Does something as the app does: on its own tasks.
    pub(crate) async fn run<T, F>(&self, act: impl FnOnce(Arc<Desktop>) -> F) -> anyhow::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let acting = act(Arc::clone(&self.desktop));
        let runtime = self.runtime.as_ref().context("the app was stopped")?;
        runtime.spawn(acting).await?.map_err(|problem| anyhow!("{problem:?}"))
    }

    pub(crate) fn lose_browser(&self) {
        if let Ok(mut pages) = self.pages.0.lock() {
            pages.1 = true;
        }
    }

    pub(crate) async fn sign_in(&self, user: &str) -> anyhow::Result<()> {
        self.sign_in_by(user, |desktop| async move { desktop.sign_in().await }).await
    }

    pub(crate) async fn sign_in_fresh(&self, user: &str) -> anyhow::Result<()> {
        self.sign_in_by(user, |desktop| async move { desktop.sign_in_fresh().await }).await
    }

    async fn sign_in_by<T, F>(
        &self,
        user: &str,
        act: impl FnOnce(Arc<Desktop>) -> F,
    ) -> anyhow::Result<()>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let browsing = async {
            let page = until("the page", PATIENCE, async || Ok(self.pages.take())).await?;
            HttpBrowser::new()?.walk(&page, Act::SignIn(user)).await
        };
        let (signed_in, landed) = tokio::join!(self.run(act), browsing);
        landed?;
        signed_in?;
        ensure!(self.desktop.session().state == SessionState::SignedIn, "nobody is signed in");
        Ok(())
    }

    /// Saves a request; gives its id.
    pub(crate) async fn send(&self, text: &'static str) -> anyhow::Result<String> {
        self.run(|desktop| async move { desktop.draft_new(text).await }).await?;
        let saved = self.run(|desktop| async move { desktop.draft_send().await }).await?;
        Ok(saved.id)
    }

    /// As `send`, once every check of the request has ended.
    pub(crate) async fn send_checked(&self, text: &'static str) -> anyhow::Result<String> {
        self.run(|desktop| async move { desktop.draft_new(text).await }).await?;
        until("the checks", PATIENCE, async || {
            let checking = self.desktop.draft().is_some_and(|draft| draft.checking);
            Ok((!checking).then_some(()))
        })
        .await?;
        let saved = self.run(|desktop| async move { desktop.draft_send().await }).await?;
        Ok(saved.id)
    }

    pub(crate) async fn requests(&self) -> anyhow::Result<Vec<RequestRow>> {
        self.run(|desktop| async move { desktop.requests().await }).await
    }

    /// Waits until nothing of this person or the installation waits any more.
    pub(crate) async fn everything_left(&self) -> anyhow::Result<()> {
        until("everything to leave", PATIENCE, async || {
            Ok((self.desktop.session().unsent == 0).then_some(()))
        })
        .await
    }

    /// Ends it as a shutdown of the computer does.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            tokio::task::block_in_place(|| runtime.shutdown_timeout(ENDING));
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.end();
    }
}
