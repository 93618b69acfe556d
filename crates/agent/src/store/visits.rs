use jiff::Timestamp;

use super::value::{millis, timestamp};
use super::{Connection, StoreError};

/// Somebody signed in at the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) person: i64,
    /// When they signed in at the identity provider, where it says so.
    pub(crate) signed_in_at: Option<Timestamp>,
    /// Whether that was as strong as a fresh sign-in must be.
    pub(crate) is_strong: bool,
    pub(crate) ends_at: Timestamp,
}

/// Keeps a visit, and forgets those that are over.
pub(crate) async fn begin(
    connection: &mut Connection,
    cookie_digest: &str,
    visit: &Visit,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM visits WHERE ends_at <= $1")
        .bind(millis(now))
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO visits (cookie_digest, person, signed_in_at, is_strong, ends_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(cookie_digest)
    .bind(visit.person)
    .bind(visit.signed_in_at.map(millis))
    .bind(i64::from(visit.is_strong))
    .bind(millis(visit.ends_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// The visit of a cookie, if it is not over.
pub(crate) async fn find(
    connection: &mut Connection,
    cookie_digest: &str,
    now: Timestamp,
) -> Result<Option<Visit>, StoreError> {
    let row: Option<(i64, Option<i64>, i64, i64)> = sqlx::query_as(
        "SELECT person, signed_in_at, is_strong, ends_at FROM visits
         WHERE cookie_digest = $1 AND ends_at > $2",
    )
    .bind(cookie_digest)
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    let Some((person, signed_in_at, is_strong, ends_at)) = row else { return Ok(None) };
    Ok(Some(Visit {
        person,
        signed_in_at: signed_in_at.map(timestamp).transpose()?,
        is_strong: is_strong != 0,
        ends_at: timestamp(ends_at)?,
    }))
}

/// Ends one visit.
pub(crate) async fn end(
    connection: &mut Connection,
    cookie_digest: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM visits WHERE cookie_digest = $1")
        .bind(cookie_digest)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every visit of a person but one, if that is named.
pub(crate) async fn end_others(
    connection: &mut Connection,
    person: i64,
    but: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM visits WHERE person = $1 AND cookie_digest <> $2")
        .bind(person)
        .bind(but.unwrap_or_default())
        .execute(connection)
        .await?;
    Ok(())
}
