//! Processes that take work. What one has taken is its own as long as it says that it is there; when it was
//! killed, others go on a few seconds later.

use std::time::Duration;

use jiff::Timestamp;

use super::jobs::as_millis;
use super::value::millis;
use super::{Connection, StoreError};

/// So often a process says that it is there.
pub(crate) const BEAT: Duration = Duration::from_secs(1);
/// Without a word for so long it is gone. Longer than a disk that is slow for a while.
const GONE: Duration = Duration::from_secs(5);
/// Rows of those who are long gone are removed.
const FORGOTTEN: Duration = Duration::from_secs(24 * 60 * 60);

/// Names a process that takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Holder(i64);

/// Since when a process must have said that it is there.
pub(super) fn there_since(now: Timestamp) -> i64 {
    millis(now).saturating_sub(as_millis(GONE))
}

/// Enters a new process.
pub(crate) async fn arrive(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Holder, StoreError> {
    sqlx::query("DELETE FROM holders WHERE beat < $1")
        .bind(millis(now).saturating_sub(as_millis(FORGOTTEN)))
        .execute(&mut *connection)
        .await?;
    Ok(sqlx::query_scalar("INSERT INTO holders (beat) VALUES ($1) RETURNING id")
        .bind(millis(now))
        .fetch_one(connection)
        .await?)
}

/// Says that a process is there.
pub(crate) async fn beat(
    connection: &mut Connection,
    holder: Holder,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO holders (id, beat) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET beat = excluded.beat")
        .bind(holder)
        .bind(millis(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a process out that ends: what it has taken is free at once.
pub(crate) async fn leave(connection: &mut Connection, holder: Holder) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM holders WHERE id = $1").bind(holder).execute(connection).await?;
    Ok(())
}
