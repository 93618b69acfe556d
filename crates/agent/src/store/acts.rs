use connectors::{Act, ActKey};
use jiff::Timestamp;
use serde::Serialize;

use super::holders::{Holder, there_since};
use super::jobs::{LEASE, Lane, as_millis, wait};
use super::keys::KeyId;
use super::value::{millis, number, word};
use super::{Connection, Session, StoreError};

fn place(key: ActKey) -> String {
    format!("acts.act {key}")
}

/// An act to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) key: ActKey,
    pub(crate) act: Act,
    pub(crate) attempts: u32,
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The system did it.
    Done,
    /// The system refused it for good.
    Refused,
    /// Whom it was about was erased before.
    Erased,
}

pub(crate) async fn enqueue(
    session: &mut Session,
    key: ActKey,
    act: &Act,
    lane: Lane,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = session.seal_of(key.ticket, &place(key), act).await?;
    sqlx::query(
        "INSERT INTO acts (ticket, round, place, act, priority, not_before)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(i64::from(key.ticket))
    .bind(i64::from(key.round))
    .bind(i64::from(key.place))
    .bind(sealed)
    .bind(lane as i64)
    .bind(millis(now))
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// How many acts of a round have this place or a later one.
pub(crate) async fn from_place(
    connection: &mut Connection,
    ticket: u32,
    round: u32,
    place: u32,
) -> Result<u32, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM acts WHERE ticket = $1 AND round = $2 AND place >= $3",
    )
    .bind(i64::from(ticket))
    .bind(i64::from(round))
    .bind(i64::from(place))
    .fetch_one(connection)
    .await?;
    number(count)
}

/// Takes the next act that is due and not leased. One that fails does not hold up the others; of one ticket one is
/// done at a time, so that it is not opened twice at the help desk.
pub(crate) async fn claim(
    session: &mut Session,
    holder: Holder,
    now: Timestamp,
) -> Result<Option<Due>, StoreError> {
    let (there_since, now) = (there_since(now), millis(now));
    let row: Option<(i64, i64, i64, Vec<u8>, i64, KeyId)> = sqlx::query_as(
        "UPDATE acts SET lease_until = $2, holder = $3, attempts = attempts + 1
         WHERE (ticket, round, place) = (
             SELECT ticket, round, place FROM acts
             WHERE ended IS NULL AND not_before <= $1 AND (lease_until <= $1 OR NOT EXISTS (
                 SELECT 1 FROM holders WHERE holders.id = acts.holder AND beat > $4))
             AND NOT EXISTS (
                 SELECT 1 FROM acts AS other JOIN holders ON holders.id = other.holder
                 WHERE other.ticket = acts.ticket AND other.ended IS NULL
                     AND other.lease_until > $1 AND holders.beat > $4)
             ORDER BY priority DESC, not_before, ticket, round, place LIMIT 1)
         RETURNING ticket, round, place, act, attempts,
             (SELECT key FROM tickets WHERE number = acts.ticket)",
    )
    .bind(now)
    .bind(now.saturating_add(as_millis(LEASE)))
    .bind(holder)
    .bind(there_since)
    .fetch_optional(&mut **session)
    .await?;
    let Some((ticket, round, at, act, attempts, sealed_with)) = row else { return Ok(None) };
    let key = ActKey { ticket: number(ticket)?, round: number(round)?, place: number(at)? };
    let act = session.open(sealed_with, &place(key), &act).await?.ok_or(StoreError::Erased)?;
    Ok(Some(Due { key, act, attempts: number(attempts)? }))
}

/// Whether anything of a ticket was planned.
pub(crate) async fn are_of(connection: &mut Connection, ticket: u32) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM acts WHERE ticket = $1")
        .bind(i64::from(ticket))
        .fetch_one(connection)
        .await?;
    Ok(count > 0)
}

/// Whether something of a ticket that was planned before waits still.
pub(crate) async fn waits_before(
    connection: &mut Connection,
    key: ActKey,
) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM acts WHERE ticket = $1 AND ended IS NULL
             AND (round < $2 OR (round = $2 AND place < $3))",
    )
    .bind(i64::from(key.ticket))
    .bind(i64::from(key.round))
    .bind(i64::from(key.place))
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

/// Whether something of a ticket is being done, or was since then.
pub(crate) async fn is_at_work(
    connection: &mut Connection,
    ticket: u32,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM acts
         WHERE ticket = $1 AND (ended >= $2 OR (ended IS NULL AND lease_until > $2))",
    )
    .bind(i64::from(ticket))
    .bind(millis(since))
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

pub(crate) async fn end(
    connection: &mut Connection,
    key: ActKey,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE acts SET ended = $1, outcome = $2 WHERE ticket = $3 AND round = $4 AND place = $5",
    )
    .bind(millis(now))
    .bind(word(&outcome)?)
    .bind(i64::from(key.ticket))
    .bind(i64::from(key.round))
    .bind(i64::from(key.place))
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an act back after a failure; the wait doubles with each attempt.
pub(crate) async fn give_back(
    connection: &mut Connection,
    due: &Due,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE acts SET lease_until = 0, not_before = $1
         WHERE ticket = $2 AND round = $3 AND place = $4",
    )
    .bind(millis(now).saturating_add(as_millis(wait(due.attempts))))
    .bind(i64::from(due.key.ticket))
    .bind(i64::from(due.key.round))
    .bind(i64::from(due.key.place))
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every act of a ticket that was not done yet.
pub(crate) async fn give_up(
    connection: &mut Connection,
    ticket: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE acts SET ended = $1, outcome = $2 WHERE ticket = $3 AND ended IS NULL")
        .bind(millis(now))
        .bind(word(&Outcome::Erased)?)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}
