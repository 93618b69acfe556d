use jiff::Timestamp;

use super::holders::{Holder, there_since};
use super::jobs::{LEASE, as_millis, wait};
use super::value::{millis, number, timestamp};
use super::{Connection, StoreError};
use crate::letters::Notice;

/// A letter to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) id: u32,
    /// To whom.
    pub(crate) person: i64,
    /// None: a newer version wrote it.
    pub(crate) notice: Option<Notice>,
    /// When it was to be sent at first.
    pub(crate) since: Timestamp,
    pub(crate) attempts: u32,
}

/// Has a letter sent to somebody, at a moment or later.
pub(crate) async fn write(
    connection: &mut Connection,
    person: i64,
    notice: &Notice,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO letters (person, notice, since, not_before) VALUES ($1, $2, $3, $3)")
        .bind(person)
        .bind(serde_json::to_string(notice)?)
        .bind(millis(at))
        .execute(connection)
        .await?;
    Ok(())
}

/// The same to whom a ticket belongs. `always`: also where an installation sent it, whose app tells them.
pub(crate) async fn write_to_owner(
    connection: &mut Connection,
    ticket: u32,
    notice: &Notice,
    always: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO letters (person, notice, since, not_before)
         SELECT person, $1, $2, $2 FROM tickets
         WHERE number = $3 AND person IS NOT NULL AND (installation IS NULL OR $4 = 1)",
    )
    .bind(serde_json::to_string(notice)?)
    .bind(millis(at))
    .bind(i64::from(ticket))
    .bind(i64::from(always))
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next letter that is due and not leased. One that fails does not hold up the others.
pub(crate) async fn claim(
    connection: &mut Connection,
    holder: Holder,
    now: Timestamp,
) -> Result<Option<Due>, StoreError> {
    let (there_since, now) = (there_since(now), millis(now));
    let row: Option<(i64, i64, String, i64, i64)> = sqlx::query_as(
        "UPDATE letters SET lease_until = $2, holder = $3, attempts = attempts + 1
         WHERE id = (
             SELECT id FROM letters
             WHERE not_before <= $1 AND (lease_until <= $1 OR NOT EXISTS (
                 SELECT 1 FROM holders WHERE holders.id = letters.holder AND beat > $4))
             ORDER BY not_before, id LIMIT 1)
         RETURNING id, person, notice, since, attempts",
    )
    .bind(now)
    .bind(now.saturating_add(as_millis(LEASE)))
    .bind(holder)
    .bind(there_since)
    .fetch_optional(connection)
    .await?;
    let Some((id, person, notice, since, attempts)) = row else { return Ok(None) };
    Ok(Some(Due {
        id: number(id)?,
        person,
        notice: serde_json::from_str(&notice).ok(),
        since: timestamp(since)?,
        attempts: number(attempts)?,
    }))
}

/// Gives a letter back after a failure; the wait doubles with each attempt.
pub(crate) async fn give_back(
    connection: &mut Connection,
    due: &Due,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE letters SET lease_until = 0, not_before = $1 WHERE id = $2")
        .bind(millis(now).saturating_add(as_millis(wait(due.attempts))))
        .bind(i64::from(due.id))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a letter that was sent, or that nobody needs any more.
pub(crate) async fn remove(connection: &mut Connection, id: u32) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM letters WHERE id = $1")
        .bind(i64::from(id))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes everything that waits to be sent to a person.
pub(crate) async fn forget(connection: &mut Connection, person: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM letters WHERE person = $1").bind(person).execute(connection).await?;
    Ok(())
}
