//! The addresses IT configured, turned into clients.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agent_client::{AgentClient, Signer};
use diagnostics::{Context, Targets};
use identity::{Identity, InstallationKey, Keyring, ProviderConfig};
use reqwest::redirect;
use settings::Settings;

const CONNECT: Duration = Duration::from_secs(5);
/// Longest silence of a server; heartbeats of the event stream are shorter.
const SILENCE: Duration = Duration::from_secs(50);

/// Identity provider and agent, as far as they are configured.
pub(crate) struct Backend {
    pub(crate) identity: Option<Arc<Identity>>,
    pub(crate) client: Option<AgentClient>,
    pub(crate) signer: Signer,
    pub(crate) checks: Context,
}

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackendError {
    /// The HTTP client.
    #[error("the HTTP client cannot be made")]
    Http(#[from] reqwest::Error),
    /// The client of the checks.
    #[error("the checks cannot be prepared")]
    Checks(#[from] diagnostics::Error),
}

impl Backend {
    pub(crate) fn new(
        settings: &Settings,
        keyring: &Keyring,
        installation: &Arc<InstallationKey>,
        data: &Path,
    ) -> Result<Self, BackendError> {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(concat!("deskside/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let targets = Targets::configured(settings);
        let lock = data.join("refresh.lock");
        let identity = provider(settings)
            .map(|provider| Arc::new(Identity::new(provider, keyring.clone(), http.clone(), lock)));
        let key = Arc::clone(installation);
        Ok(Self {
            identity,
            client: settings.agent_url().map(|url| AgentClient::new(url, http)),
            signer: Signer::new(installation.id(), move |base: &[u8]| key.sign(base)),
            checks: Context::new(targets)?,
        })
    }
}

fn provider(settings: &Settings) -> Option<ProviderConfig> {
    let audience = settings.audience();
    Some(ProviderConfig {
        issuer: settings.issuer()?.parse().ok()?,
        client_id: settings.client_id().to_owned(),
        audience: (!audience.is_empty()).then(|| audience.to_owned()),
        loopback_port: settings.loopback_port(),
        scopes: ProviderConfig::default_scopes(),
    })
}
