//! Settings as a screen, and the installations of the person.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use settings::{Key, Misfit, Origin, SettingError, Settings};
use ticket::{OwnAccount, Problem, ProblemCode};
use uuid::Uuid;

use crate::backend::Backend;
use crate::link::client_problem;
use crate::problem::problem;
use crate::view::{
    Appearance, IgnoredView, InstallationsView, SettingKey, SettingMisfit, SettingOrigin,
    SettingView, SettingsView, UnsentChoice,
};
use crate::{Change, Desktop};

/// Keys that decide whom the app talks to.
const CONNECTING: [Key; 13] = [
    Key::AgentUrl,
    Key::Issuer,
    Key::ClientId,
    Key::Audience,
    Key::LoopbackPort,
    Key::InternetProbeUrl,
    Key::InternetProbeNumberUrl,
    Key::ServiceUrl,
    Key::ProxyUrl,
    Key::ProxyScriptUrl,
    Key::VpnGateways,
    Key::VpnNetworks,
    Key::VpnNeed,
];
/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(30);

impl Desktop {
    /// The settings screen.
    #[must_use]
    pub fn settings(&self) -> SettingsView {
        let settings = self.lock(&self.settings);
        let ids = self.knowledge.content.articles.iter().map(|article| &article.id);
        let articles = ids.collect::<std::collections::BTreeSet<_>>().len();
        let newest = self.knowledge.content.articles.iter().map(|article| article.reviewed).max();
        let sources = settings.source_problems().iter().map(ToString::to_string);
        let content = self.knowledge.report.problems.iter().map(ToString::to_string);
        let mut keys: Vec<SettingView> = settings.entries().iter().map(row).collect();
        if self.keys_taken.load(Ordering::Relaxed)
            && let Some(row) = keys.iter_mut().find(|row| row.key == SettingKey::Shortcut)
        {
            let misfit = SettingMisfit::KeysTaken;
            row.ignored.push(IgnoredView { file: None, line: None, misfit });
        }
        SettingsView {
            keys,
            version: self.options.version.clone(),
            articles: u32::try_from(articles).unwrap_or(u32::MAX),
            content_date: newest.map(|date| date.to_string()),
            meaning: self.knowledge.meaning.state(),
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

    /// The keys that open the window from anywhere; absent: none do.
    #[must_use]
    pub fn shortcut(&self) -> Option<String> {
        self.lock(&self.settings).shortcut().map(str::to_owned)
    }

    /// Keeps whether the system refused these keys, for the settings screen.
    pub fn set_keys_taken(&self, are_taken: bool) {
        self.keys_taken.store(are_taken, Ordering::Relaxed);
    }

    /// Whether answers are told with a notification.
    #[must_use]
    pub fn tells_by_notification(&self) -> bool {
        self.lock(&self.settings).notifications()
    }

    /// Changes a setting of the person. A value that does not fit is not taken; its row says why.
    ///
    /// # Errors
    /// IT decides it, or it cannot be saved.
    pub fn setting_set(
        self: &Arc<Self>,
        key: SettingKey,
        value: &str,
    ) -> Result<SettingsView, Problem> {
        let set = self.lock(&self.settings).set(key_of(key), value);
        match set {
            Ok(()) => {}
            Err(SettingError::Invalid(misfit)) => return Ok(self.settings_but(key, misfit)),
            Err(error @ SettingError::Locked) => {
                return Err(problem(ProblemCode::NotAllowed, error));
            }
            Err(error @ SettingError::Disk { .. }) => {
                return Err(problem(ProblemCode::DeviceStorage, error));
            }
        }
        if CONNECTING.contains(&key_of(key)) {
            self.reconnect()?;
        }
        Ok(self.settings())
    }

    /// The settings as they are, with a word at the key whose new value was not taken.
    fn settings_but(&self, key: SettingKey, misfit: Misfit) -> SettingsView {
        let mut view = self.settings();
        if let Some(row) = view.keys.iter_mut().find(|row| row.key == key) {
            row.ignored = vec![IgnoredView { file: None, line: None, misfit: misfit_view(misfit) }];
        }
        view
    }

    /// Looks for changes of IT or of the person in the files, until the program ends.
    pub(crate) async fn watch_settings(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.look_at_settings();
        }
    }

    /// Takes what has changed in the files, and tells the window.
    fn look_at_settings(self: &Arc<Self>) {
        let addresses = |settings: &Settings| CONNECTING.map(|key| settings.value(key).to_owned());
        let (is_changed, is_elsewhere) = {
            let mut settings = self.lock(&self.settings);
            let before = addresses(&settings);
            (settings.reload_if_changed(), addresses(&settings) != before)
        };
        if is_elsewhere && let Err(problem) = self.reconnect() {
            tracing::error!(%problem, "the changed settings cannot be used");
        }
        if is_changed {
            self.tell(Change::Settings);
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

    /// What the company's directory says of this person's own account.
    ///
    /// # Errors
    /// Nobody is signed in, or the agent or its directory cannot be reached.
    pub async fn own_account(&self) -> Result<OwnAccount, Problem> {
        let link = self.link().await?;
        let account = link.client.account(&link.auth()).await;
        account.map_err(|error| client_problem(&error))
    }

    /// Takes an installation's key away; asks for a fresh sign-in.
    ///
    /// # Errors
    /// `FreshSignInNeeded`, or as [`Desktop::installations`].
    pub async fn installation_revoke(&self, id: Uuid) -> Result<InstallationsView, Problem> {
        let link = self.link().await?;
        if let Err(error) = link.client.revoke(&link.auth(), id).await {
            self.learn(link.session, &error).await;
            return Err(client_problem(&error));
        }
        if id == self.installation.id() {
            // This device is no longer the person's until they sign in on it again.
            self.lock(&self.person).enrolled = None;
            self.sign_out(Some(UnsentChoice::Keep)).await?;
            return Ok(InstallationsView { installations: Vec::new() });
        }
        let installations = link.client.installations(&link.auth()).await;
        let installations = installations.map_err(|error| client_problem(&error))?;
        Ok(InstallationsView { installations })
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
        ignored: entry.ignored.iter().map(ignored).collect(),
    }
}

fn ignored(ignored: &settings::Ignored) -> IgnoredView {
    IgnoredView {
        file: Some(ignored.file.display().to_string()),
        line: ignored.line.and_then(|line| u32::try_from(line).ok()),
        misfit: misfit_view(ignored.misfit),
    }
}

fn misfit_view(misfit: Misfit) -> SettingMisfit {
    match misfit {
        Misfit::Empty => SettingMisfit::Empty,
        Misfit::Control => SettingMisfit::Control,
        Misfit::NotText => SettingMisfit::NotText,
        Misfit::NotAnAddress => SettingMisfit::NotAnAddress,
        Misfit::Credentials => SettingMisfit::Credentials,
        Misfit::Query => SettingMisfit::Query,
        Misfit::Insecure => SettingMisfit::Insecure,
        Misfit::TooLong { max } => {
            SettingMisfit::TooLong { max: u32::try_from(max).unwrap_or(u32::MAX) }
        }
        Misfit::NotInRange { min, max } => SettingMisfit::NotInRange { min, max },
        Misfit::NotAChoice { words } => {
            SettingMisfit::NotAChoice { words: words.iter().map(|&word| word.to_owned()).collect() }
        }
        Misfit::OnlyIt => SettingMisfit::OnlyIt,
        Misfit::Consent => SettingMisfit::Consent,
        Misfit::Managed => SettingMisfit::Managed,
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
        SettingKey::Notifications => Key::Notifications,
        SettingKey::ShareQuestions => Key::ShareQuestions,
        SettingKey::Shortcut => Key::Shortcut,
        SettingKey::InternetProbeUrl => Key::InternetProbeUrl,
        SettingKey::InternetProbeNumberUrl => Key::InternetProbeNumberUrl,
        SettingKey::ServiceUrl => Key::ServiceUrl,
        SettingKey::ProxyUrl => Key::ProxyUrl,
        SettingKey::ProxyScriptUrl => Key::ProxyScriptUrl,
        SettingKey::VpnGateways => Key::VpnGateways,
        SettingKey::VpnNetworks => Key::VpnNetworks,
        SettingKey::VpnNeed => Key::VpnNeed,
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
        Key::Notifications => SettingKey::Notifications,
        Key::ShareQuestions => SettingKey::ShareQuestions,
        Key::Shortcut => SettingKey::Shortcut,
        Key::InternetProbeUrl => SettingKey::InternetProbeUrl,
        Key::InternetProbeNumberUrl => SettingKey::InternetProbeNumberUrl,
        Key::ServiceUrl => SettingKey::ServiceUrl,
        Key::ProxyUrl => SettingKey::ProxyUrl,
        Key::ProxyScriptUrl => SettingKey::ProxyScriptUrl,
        Key::VpnGateways => SettingKey::VpnGateways,
        Key::VpnNetworks => SettingKey::VpnNetworks,
        Key::VpnNeed => SettingKey::VpnNeed,
    }
}
