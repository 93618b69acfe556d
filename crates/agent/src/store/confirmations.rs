use jiff::Timestamp;

use super::value::{millis, number, timestamp};
use super::{Connection, StoreError};

/// What a person said of something at their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Whether it was theirs.
    pub(crate) is_theirs: bool,
    /// The report that was made of it where it was not.
    pub(crate) ticket: Option<u32>,
}

/// What was said of a subject.
pub(crate) async fn find(
    connection: &mut Connection,
    person: i64,
    subject: &str,
) -> Result<Option<Confirmation>, StoreError> {
    let row: Option<(i64, Option<i64>)> = sqlx::query_as(
        "SELECT is_theirs, ticket FROM confirmations WHERE person = $1 AND subject = $2",
    )
    .bind(person)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    let Some((is_theirs, ticket)) = row else { return Ok(None) };
    Ok(Some(Confirmation { is_theirs: is_theirs != 0, ticket: ticket.map(number).transpose()? }))
}

/// Everything a person said, oldest first: of what, whether it was theirs, and when.
pub(crate) async fn all_of(
    connection: &mut Connection,
    person: i64,
) -> Result<Vec<(String, bool, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT subject, is_theirs, said_at FROM confirmations WHERE person = $1
         ORDER BY said_at, subject",
    )
    .bind(person)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(subject, theirs, at)| Ok((subject, theirs != 0, timestamp(at)?)))
        .collect()
}

/// Keeps what was said; the caller has seen that nothing was before.
pub(crate) async fn say(
    connection: &mut Connection,
    person: i64,
    subject: &str,
    said: Confirmation,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO confirmations (person, subject, is_theirs, said_at, ticket)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(person)
    .bind(subject)
    .bind(i64::from(said.is_theirs))
    .bind(millis(now))
    .bind(said.ticket.map(i64::from))
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets what a person said.
pub(crate) async fn forget(connection: &mut Connection, person: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM confirmations WHERE person = $1")
        .bind(person)
        .execute(connection)
        .await?;
    Ok(())
}
