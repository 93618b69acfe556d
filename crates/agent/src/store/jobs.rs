use std::time::Duration;

use decision::Decision;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::StoreError;
use super::value::{millis, number, timestamp};

/// How long a worker may take before another one takes over.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Which work goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Everything else.
    Ordinary = 0,
    /// Security never waits behind a burst of other work.
    Security = 1,
}

/// One decision to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) ticket: u32,
    pub(crate) round: u32,
    pub(crate) attempts: u32,
}

pub(crate) async fn enqueue(
    connection: &mut SqliteConnection,
    ticket: u32,
    round: u32,
    lane: Lane,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO jobs (ticket, round, priority, not_before) VALUES (?, ?, ?, ?)")
        .bind(ticket)
        .bind(round)
        .bind(lane as i64)
        .bind(millis(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the next job that is due and not leased to anybody. Rounds of a ticket stay in order.
pub(crate) async fn claim(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<Option<Job>, StoreError> {
    let now = millis(now);
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "UPDATE jobs SET lease_until = ?2, attempts = attempts + 1
         WHERE (ticket, round) = (
             SELECT ticket, round FROM jobs AS due
             WHERE not_before <= ?1 AND lease_until <= ?1
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE ticket = due.ticket AND round < due.round)
             ORDER BY priority DESC, not_before, ticket LIMIT 1)
         RETURNING ticket, round, attempts",
    )
    .bind(now)
    .bind(now.saturating_add(as_millis(LEASE)))
    .fetch_optional(connection)
    .await?;
    row.map(|(ticket, round, attempts)| {
        Ok(Job { ticket: number(ticket)?, round: number(round)?, attempts: number(attempts)? })
    })
    .transpose()
}

pub(crate) async fn finish(connection: &mut SqliteConnection, job: Job) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM jobs WHERE ticket = ? AND round = ?")
        .bind(job.ticket)
        .bind(job.round)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a job back after a failure; the wait doubles with each attempt.
pub(crate) async fn give_back(
    connection: &mut SqliteConnection,
    job: Job,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE jobs SET lease_until = 0, not_before = ? WHERE ticket = ? AND round = ?")
        .bind(millis(now).saturating_add(as_millis(wait(job.attempts))))
        .bind(job.ticket)
        .bind(job.round)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what was decided. False: this round had its effect already.
pub(crate) async fn record_effect(
    connection: &mut SqliteConnection,
    job: Job,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let added = sqlx::query(
        "INSERT INTO effects (ticket, round, at, decision) VALUES (?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(job.ticket)
    .bind(job.round)
    .bind(millis(now))
    .bind(serde_json::to_string(decision)?)
    .execute(connection)
    .await?
    .rows_affected();
    Ok(added > 0)
}

/// Everything decided for a ticket, with its round; oldest first.
pub(crate) async fn decisions(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<Vec<(u32, Decision)>, StoreError> {
    let decided = decided(connection, ticket).await?;
    Ok(decided.into_iter().map(|(round, _, decision)| (round, decision)).collect())
}

/// The same, with the moment of each.
pub(crate) async fn decided(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<Vec<(u32, Timestamp, Decision)>, StoreError> {
    let rows: Vec<(i64, i64, String)> =
        sqlx::query_as("SELECT round, at, decision FROM effects WHERE ticket = ? ORDER BY round")
            .bind(ticket)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(round, at, decision)| {
            Ok((number(round)?, timestamp(at)?, serde_json::from_str(&decision)?))
        })
        .collect()
}

/// Makes every job free again. Only for the start: whoever held a lease before is gone.
pub(crate) async fn release_all(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE jobs SET lease_until = 0").execute(connection).await?;
    Ok(())
}

pub(super) fn wait(attempts: u32) -> Duration {
    Duration::from_secs(1_u64 << attempts.min(16)).min(LONGEST_WAIT)
}

pub(super) fn as_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
