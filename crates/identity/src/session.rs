use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::ProviderConfig;
use crate::error::IdentityError;
use crate::identity::Identity;
use crate::keyring::KeyringEntry;

/// Who is signed in, from a verified ID token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The provider that says so.
    pub issuer: String,
    /// The person's immutable id there.
    pub subject: String,
    /// Name to greet with, if the provider gives one.
    pub name: Option<String>,
    /// When the person last showed who they are.
    pub auth_time: Option<Timestamp>,
    /// How strongly they did.
    pub acr: Option<String>,
}

/// What the keyring keeps.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    /// The address as configured: a session of another provider is not this one's.
    configured_issuer: String,
    client_id: String,
    pub(crate) person: SignedIn,
    pub(crate) refresh_token: String,
}

impl Session {
    pub(crate) fn new(config: &ProviderConfig, person: SignedIn, refresh_token: String) -> Self {
        Self {
            configured_issuer: config.issuer.to_string(),
            client_id: config.client_id.clone(),
            person,
            refresh_token,
        }
    }

    fn belongs_to(&self, config: &ProviderConfig) -> bool {
        self.configured_issuer == config.issuer.as_str() && self.client_id == config.client_id
    }
}

impl Identity {
    /// Who is signed in, as far as this device knows; asks nobody else. After a restart this is
    /// the person of the session in the keyring.
    ///
    /// # Errors
    /// [`IdentityError::Keyring`] when the keyring refuses to be read.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>, IdentityError> {
        if let Some(session) = self.stored_session().await? {
            return Ok(Some(session.person));
        }
        Ok(self.access.lock().await.person())
    }

    pub(crate) async fn stored_session(&self) -> Result<Option<Session>, IdentityError> {
        let stored = self.keyring.get(KeyringEntry::RefreshToken).await?;
        let session = stored.and_then(|bytes| serde_json::from_slice::<Session>(&bytes).ok());
        Ok(session.filter(|session| session.belongs_to(&self.config)))
    }

    pub(crate) async fn store_session(&self, session: &Session) {
        match serde_json::to_vec(session) {
            Ok(bytes) => self.keyring.set(KeyringEntry::RefreshToken, bytes).await,
            // Only a map with keys that are not text could fail; the session has none.
            Err(error) => tracing::error!(%error, "could not write the session down"),
        }
    }
}
