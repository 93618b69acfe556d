use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::StoreError;
use super::value::millis;

/// Names a key of a person, or of a ticket of nobody.
pub(crate) type KeyId = i64;

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    wrapped: &[u8],
) -> Result<KeyId, StoreError> {
    Ok(sqlx::query_scalar("INSERT INTO keys (wrapped) VALUES (?) RETURNING id")
        .bind(wrapped)
        .fetch_one(connection)
        .await?)
}

/// The wrapped key; `None`: it was destroyed.
pub(super) async fn wrapped(
    connection: &mut SqliteConnection,
    id: KeyId,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("SELECT wrapped FROM keys WHERE id = ?")
        .bind(id)
        .fetch_one(connection)
        .await?)
}

pub(super) async fn destroy(
    connection: &mut SqliteConnection,
    id: KeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE keys SET wrapped = NULL, erased_at = coalesce(erased_at, ?) WHERE id = ?")
        .bind(millis(now))
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}
