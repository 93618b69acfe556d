use jiff::Timestamp;

use super::value::millis;
use super::{Connection, StoreError};

/// Names a key of a person, or of a ticket of nobody.
pub(crate) type KeyId = i64;

pub(super) async fn insert(
    connection: &mut Connection,
    wrapped: &[u8],
) -> Result<KeyId, StoreError> {
    Ok(sqlx::query_scalar("INSERT INTO keys (wrapped) VALUES ($1) RETURNING id")
        .bind(wrapped)
        .fetch_one(connection)
        .await?)
}

/// The wrapped key; `None`: it was destroyed.
pub(super) async fn wrapped(
    connection: &mut Connection,
    id: KeyId,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("SELECT wrapped FROM keys WHERE id = $1")
        .bind(id)
        .fetch_one(connection)
        .await?)
}

pub(super) async fn destroy(
    connection: &mut Connection,
    id: KeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keys SET wrapped = NULL, erased_at = coalesce(erased_at, $1) WHERE id = $2",
    )
    .bind(millis(now))
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}
