use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::IdentityError;
use crate::keyring::{Keyring, KeyringEntry};

/// The Ed25519 key of this installation. It is made once and enrolled at the first sign-in; a
/// device without a keyring gets a new one at every start.
pub struct InstallationKey {
    id: Uuid,
    pair: Ed25519KeyPair,
}

/// How it is kept.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: Uuid,
    /// PKCS #8 v2 (RFC 5958), base64.
    pkcs8: String,
}

impl InstallationKey {
    /// The key in `keyring`, or a new one that is stored there.
    ///
    /// # Errors
    /// [`IdentityError::Keyring`] when the keyring refuses, [`IdentityError::Device`] when the
    /// system gives no randomness.
    pub async fn load_or_create(keyring: &Keyring) -> Result<Self, IdentityError> {
        let stored = keyring.get(KeyringEntry::InstallationKey).await?;
        if let Some(key) = stored.as_deref().and_then(Self::read) {
            return Ok(key);
        }
        if stored.is_some() {
            tracing::warn!("the stored installation key is damaged; making a new one");
        }
        let (key, document) = Self::generate().ok_or_else(no_randomness)?;
        keyring.set(KeyringEntry::InstallationKey, document).await;
        Ok(key)
    }

    /// Names the key to the agent.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The 32 bytes of the public key, standard base64.
    #[must_use]
    pub fn public_key_base64(&self) -> String {
        STANDARD.encode(self.pair.public_key())
    }

    /// The 64 bytes of the signature (RFC 8032).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    fn read(document: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(document).ok()?;
        let pkcs8 = STANDARD.decode(stored.pkcs8).ok()?;
        Some(Self { id: stored.id, pair: Ed25519KeyPair::from_pkcs8(&pkcs8).ok()? })
    }

    fn generate() -> Option<(Self, Vec<u8>)> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).ok()?;
        let stored = Stored { id: Uuid::new_v4(), pkcs8: STANDARD.encode(&pkcs8) };
        let document = serde_json::to_vec(&stored).ok()?;
        Some((Self::read(&document)?, document))
    }
}

fn no_randomness() -> IdentityError {
    IdentityError::device("make the installation key")(std::io::Error::other("no randomness"))
}

impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("InstallationKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[tokio::test]
    async fn is_made_once_and_signs_what_its_public_key_verifies() {
        let keyring = Keyring::in_memory();
        let first = InstallationKey::load_or_create(&keyring).await.unwrap();
        let second = InstallationKey::load_or_create(&keyring).await.unwrap();
        assert_eq!(first.id(), second.id());
        let public = STANDARD.decode(first.public_key_base64()).unwrap();
        let signature = second.sign(b"a request");
        UnparsedPublicKey::new(&ED25519, public).verify(b"a request", &signature).unwrap();
    }

    #[tokio::test]
    async fn replaces_a_damaged_key() {
        let keyring = Keyring::in_memory();
        keyring.set(KeyringEntry::InstallationKey, b"{}".to_vec()).await;
        let made = InstallationKey::load_or_create(&keyring).await.unwrap();
        assert_eq!(InstallationKey::load_or_create(&keyring).await.unwrap().id(), made.id());
    }
}
