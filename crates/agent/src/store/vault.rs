use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use sealing::{Key, existing_key, file_key, open, seal};
use sqlx::AnyPool;

use super::engine::Engine;
use super::{Connection, StoreError, keys};

/// Bytes of a mark.
const MARK: usize = 16;
/// Binds a wrapped key to its purpose.
const PURPOSE: &[u8] = b"deskside-agent key of a person 1";

/// The key that wraps the keys of people. It is never in the database.
#[derive(Clone)]
pub(super) struct Vault(Arc<Key>);

impl Vault {
    /// Reads the key of a database that exists.
    pub(super) async fn open(database: &AnyPool, file: &Path) -> Result<Self, StoreError> {
        Self::existing(&mut *database.acquire().await?, file).await
    }

    /// The same, and makes the key with a new database. Of several processes that find it new, the first
    /// one's is the key: its mark is in the database before anybody else looks.
    pub(super) async fn open_or_make(
        database: &AnyPool,
        engine: Engine,
        file: &Path,
    ) -> Result<Self, StoreError> {
        let mut transaction = database.begin_with(engine.begin_writing()).await?;
        if wrapped(&mut transaction).await?.is_some() {
            return Self::existing(&mut transaction, file).await;
        }
        let vault = Self(Arc::new(file_key(file)?));
        let mark = vault.wrap(&Key::generate()?)?;
        keys::insert(&mut transaction, &mark).await?;
        transaction.commit().await?;
        Ok(vault)
    }

    async fn existing(database: &mut Connection, file: &Path) -> Result<Self, StoreError> {
        let key = existing_key(file)?.ok_or_else(|| StoreError::KeyMissing(file.to_owned()))?;
        Self(Arc::new(key)).checked(wrapped(database).await?, file)
    }

    fn checked(self, wrapped: Option<Vec<u8>>, file: &Path) -> Result<Self, StoreError> {
        match wrapped {
            Some(wrapped) if self.unwrap(&wrapped).is_err() => {
                Err(StoreError::OtherKey(file.to_owned()))
            }
            Some(_) | None => Ok(self),
        }
    }

    pub(super) fn wrap(&self, key: &Key) -> Result<Vec<u8>, StoreError> {
        Ok(seal(&self.0, PURPOSE, key.secret())?)
    }

    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Result<Key, StoreError> {
        let secret = open(&self.0, PURPOSE, wrapped)?;
        Ok(Key::new(secret.try_into().map_err(|_| StoreError::Range)?))
    }

    pub(super) fn seal_note(&self, purpose: &str, note: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(seal(&self.0, note_purpose(purpose).as_bytes(), note)?)
    }

    pub(super) fn open_note(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(open(&self.0, note_purpose(purpose).as_bytes(), sealed)?)
    }

    /// Whether somebody has the mark of a purpose; how long that takes tells nothing of it.
    pub(super) fn has_mark(&self, purpose: &str, said: &str) -> bool {
        let digest = |it: &str| digest::digest(&digest::SHA256, it.as_bytes());
        digest(&self.mark(purpose)).as_ref() == digest(said).as_ref()
    }

    /// A word that nobody can guess who does not have the key, always the same for the same purpose.
    pub(super) fn mark(&self, purpose: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.secret());
        let tag = hmac::sign(&key, format!("deskside-agent mark {purpose}").as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(tag.as_ref().get(..MARK).unwrap_or_default())
    }
}

/// Binds a note to its purpose; none is that of a key.
fn note_purpose(purpose: &str) -> String {
    format!("deskside-agent note {purpose}")
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// One of the keys in the database, to try the outer one on.
async fn wrapped(database: &mut Connection) -> Result<Option<Vec<u8>>, StoreError> {
    let query = "SELECT wrapped FROM keys WHERE wrapped IS NOT NULL ORDER BY id DESC LIMIT 1";
    Ok(sqlx::query_scalar(query).fetch_optional(database).await?)
}
