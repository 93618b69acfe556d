use std::fmt;
use std::path::Path;
use std::sync::Arc;

use sealing::{Key, existing_key, file_key, open, seal};
use sqlx::SqlitePool;

use super::StoreError;

/// Binds a wrapped key to its purpose.
const PURPOSE: &[u8] = b"deskside-agent key of a person 1";

/// The key that wraps the keys of people. It is never in the database.
#[derive(Clone)]
pub(super) struct Vault(Arc<Key>);

impl Vault {
    /// Reads the key of a database that exists.
    pub(super) async fn open(database: &SqlitePool, file: &Path) -> Result<Self, StoreError> {
        let key = existing_key(file)?.ok_or_else(|| StoreError::KeyMissing(file.to_owned()))?;
        Self(Arc::new(key)).checked(wrapped(database).await?, file)
    }

    /// The same, and makes the key where nothing was sealed yet.
    pub(super) async fn open_or_make(
        database: &SqlitePool,
        file: &Path,
    ) -> Result<Self, StoreError> {
        match wrapped(database).await? {
            Some(_) => Self::open(database, file).await,
            None => Ok(Self(Arc::new(file_key(file)?))),
        }
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
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// One of the keys in the database, to try the outer one on.
async fn wrapped(database: &SqlitePool) -> Result<Option<Vec<u8>>, StoreError> {
    let query = "SELECT wrapped FROM keys WHERE wrapped IS NOT NULL ORDER BY id DESC LIMIT 1";
    Ok(sqlx::query_scalar(query).fetch_optional(database).await?)
}
