//! Somebody with a device, as the agent knows them.

use std::sync::Arc;

use agent_client::{AgentClient, Auth, Signer};
use anyhow::Context;
use identity::{
    AccessToken, Freshness, Identity, InstallationKey, Keyring, ProviderConfig, SignInRequest,
};
use jiff::Timestamp;
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, Provider, client};
use ticket::{Enrollment, Submission};
use tokio::sync::oneshot;
use url::Url;
use uuid::Uuid;

/// Name of this device at the agent.
const DEVICE: &str = "bench";

/// Signed in at the provider, with a key for this device.
pub(crate) struct Person {
    identity: Identity,
    key: Arc<InstallationKey>,
    _folder: TempDir,
}

impl Person {
    /// Somebody of the example company, through the real sign-in page.
    pub(crate) async fn sign_in(provider: &Provider, name: &'static str) -> anyhow::Result<Self> {
        let folder = TempDir::new().context("a folder for the session")?;
        let keyring = Keyring::in_memory();
        let key = Arc::new(InstallationKey::load_or_create(&keyring).await?);
        let lock = folder.path().join("refresh.lock");
        let identity = Identity::new(config(provider), keyring, client()?, lock);
        walk_in(&identity, name).await?;
        Ok(Self { identity, key, _folder: folder })
    }

    pub(crate) async fn token(&self) -> anyhow::Result<AccessToken> {
        Ok(self.identity.access_token().await?)
    }

    pub(crate) fn signer(&self) -> Signer {
        let owned = Arc::clone(&self.key);
        Signer::new(self.key.id(), move |base: &[u8]| owned.sign(base))
    }

    /// Makes the device known to an agent.
    pub(crate) async fn enroll(&self, agent: &Url) -> anyhow::Result<()> {
        let (token, signer) = (self.token().await?, self.signer());
        let auth = Auth { bearer: Some(&token.secret), signer: Some(&signer) };
        let enrollment = Enrollment {
            id: self.key.id(),
            public_key: self.key.public_key_base64(),
            device_name: DEVICE.to_owned(),
        };
        let agent = AgentClient::new(agent.clone(), client()?);
        agent.enroll(&auth, &enrollment).await.context("enrolling").map(drop)
    }
}

fn config(provider: &Provider) -> ProviderConfig {
    ProviderConfig {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.to_owned(),
        audience: Some(provider.audience.to_owned()),
        loopback_port: None,
        scopes: ProviderConfig::default_scopes(),
    }
}

async fn walk_in(identity: &Identity, name: &'static str) -> anyhow::Result<()> {
    let (opened, page) = oneshot::channel();
    let request = SignInRequest::new(Freshness::Ordinary, "en");
    let asking = identity.sign_in(&request, |url| {
        // The other end waits for it below.
        let _ = opened.send(url.clone());
    });
    let walking = async {
        let page = page.await.context("no page was opened")?;
        HttpBrowser::new()?.walk(&page, Act::SignIn(name)).await
    };
    let (person, landing) = tokio::join!(asking, walking);
    landing?;
    person.context("signing in").map(drop)
}

/// A request that is unlike any other.
pub(crate) fn submission(text: String) -> Submission {
    Submission::of_words(Uuid::now_v7(), Timestamp::now(), text, "en".to_owned())
}
