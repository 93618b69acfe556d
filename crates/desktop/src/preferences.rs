//! Settings as a screen, and the installations of the person.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use settings::{Key, Origin};
use ticket::{Problem, ProblemCode};
use uuid::Uuid;

use crate::Desktop;
use crate::backend::Backend;
use crate::link::client_problem;
use crate::problem::problem;
use crate::view::{
    Appearance, InstallationsView, SettingKey, SettingOrigin, SettingView, SettingsView,
    UnsentChoice,
};

/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(30);

impl Desktop {
    /// The settings screen.
    #[must_use]
    pub fn settings(&self) -> SettingsView {
        let settings = self.lock(&self.settings);
        let ids = self.knowledge.content.articles.iter().map(|article| &article.id);
        let articles = ids.collect::<std::collections::BTreeSet<_>>().len();
        let sources = settings.source_problems().iter().map(ToString::to_string);
        let content = self.knowledge.report.problems.iter().map(ToString::to_string);
        SettingsView {
            keys: settings.entries().iter().map(row).collect(),
            version: self.options.version.clone(),
            articles: u32::try_from(articles).unwrap_or(u32::MAX),
            content_problems: sources.chain(content).collect(),
        }
    }

    /// Light or dark.
    #[must_use]
    pub(crate) fn appearance(&self) -> Appearance {
        match self.lock(&self.settings).appearance() {
            settings::Appearance::System => Appearance::System,
            settings::Appearance::Light => Appearance::Light,
            settings::Appearance::Dark => Appearance::Dark,
        }
    }

    /// Whether the app starts with the person's session.
    #[must_use]
    pub fn starts_with_session(&self) -> bool {
        self.lock(&self.settings).autostart()
    }

    /// Changes a setting of the person.
    ///
    /// # Errors
    /// IT decides it, the value does not fit, or it cannot be saved.
    pub fn setting_set(
        self: &Arc<Self>,
        key: SettingKey,
        value: &str,
    ) -> Result<SettingsView, Problem> {
        let set = self.lock(&self.settings).set(key_of(key), value);
        set.map_err(|error| {
            let code = match error {
                settings::SettingError::Locked => ProblemCode::NotAllowed,
                settings::SettingError::Invalid { .. } => ProblemCode::Malformed,
                settings::SettingError::Disk { .. } => ProblemCode::DeviceStorage,
            };
            problem(code, error)
        })?;
        if connects(key) {
            self.reconnect()?;
        }
        Ok(self.settings())
    }

    /// Looks for changes of IT or of the person in the files, until the program ends.
    pub(crate) async fn watch_settings(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let is_changed = self.lock(&self.settings).reload_if_changed();
            if is_changed && let Err(problem) = self.reconnect() {
                tracing::error!(%problem, "the changed settings cannot be used");
            }
        }
    }

    /// Makes the clients anew from the settings as they are.
    fn reconnect(self: &Arc<Self>) -> Result<(), Problem> {
        let backend = Backend::new(
            &self.lock(&self.settings),
            &self.keyring,
            &self.installation,
            &self.options.folders.data,
        );
        let backend = backend.map_err(|error| problem(ProblemCode::Internal, error))?;
        *self.backend.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(backend);
        let desktop = Arc::clone(self);
        tokio::spawn(async move { desktop.restore_session().await });
        Ok(())
    }

    /// The installations the agent knows as this person's.
    ///
    /// # Errors
    /// Nobody is signed in, or the agent cannot be reached.
    pub async fn installations(&self) -> Result<InstallationsView, Problem> {
        let link = self.link().await?;
        let installations = link.client.installations(&link.auth()).await;
        let installations = installations.map_err(|error| client_problem(&error))?;
        Ok(InstallationsView { installations })
    }

    /// Takes an installation's key away; asks for a fresh sign-in.
    ///
    /// # Errors
    /// `FreshSignInNeeded`, or as [`Desktop::installations`].
    pub async fn installation_revoke(&self, id: Uuid) -> Result<InstallationsView, Problem> {
        let link = self.link().await?;
        if let Err(error) = link.client.revoke(&link.auth(), id).await {
            self.learn(&error).await;
            return Err(client_problem(&error));
        }
        let installations = link.client.installations(&link.auth()).await;
        let installations = installations.map_err(|error| client_problem(&error))?;
        if id == self.installation.id() {
            // This device is no longer the person's until they sign in on it again.
            self.lock(&self.person).enrolled = None;
            self.sign_out(Some(UnsentChoice::Keep)).await?;
        }
        Ok(InstallationsView { installations })
    }
}

/// Whether a key decides whom the app talks to.
const fn connects(key: SettingKey) -> bool {
    match key {
        SettingKey::AgentUrl
        | SettingKey::Issuer
        | SettingKey::ClientId
        | SettingKey::Audience
        | SettingKey::LoopbackPort
        | SettingKey::InternetProbeUrl => true,
        SettingKey::Language
        | SettingKey::Appearance
        | SettingKey::BrandHue
        | SettingKey::AssetName
        | SettingKey::Autostart => false,
    }
}

fn row(entry: &settings::Entry) -> SettingView {
    SettingView {
        key: view_of(entry.key),
        value: entry.value.clone(),
        options: entry.options.iter().map(|&option| option.to_owned()).collect(),
        origin: match entry.origin {
            Origin::Managed => SettingOrigin::Managed,
            Origin::User => SettingOrigin::User,
            Origin::Default => SettingOrigin::Default,
        },
        locked: entry.is_locked,
        error: entry.error.clone(),
    }
}

const fn key_of(key: SettingKey) -> Key {
    match key {
        SettingKey::AgentUrl => Key::AgentUrl,
        SettingKey::Issuer => Key::Issuer,
        SettingKey::ClientId => Key::ClientId,
        SettingKey::Audience => Key::Audience,
        SettingKey::LoopbackPort => Key::LoopbackPort,
        SettingKey::Language => Key::Language,
        SettingKey::Appearance => Key::Appearance,
        SettingKey::BrandHue => Key::BrandHue,
        SettingKey::AssetName => Key::AssetName,
        SettingKey::Autostart => Key::Autostart,
        SettingKey::InternetProbeUrl => Key::InternetProbeUrl,
    }
}

const fn view_of(key: Key) -> SettingKey {
    match key {
        Key::AgentUrl => SettingKey::AgentUrl,
        Key::Issuer => SettingKey::Issuer,
        Key::ClientId => SettingKey::ClientId,
        Key::Audience => SettingKey::Audience,
        Key::LoopbackPort => SettingKey::LoopbackPort,
        Key::Language => SettingKey::Language,
        Key::Appearance => SettingKey::Appearance,
        Key::BrandHue => SettingKey::BrandHue,
        Key::AssetName => SettingKey::AssetName,
        Key::Autostart => SettingKey::Autostart,
        Key::InternetProbeUrl => SettingKey::InternetProbeUrl,
    }
}
