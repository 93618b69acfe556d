use std::time::Duration;

use decision::Decision;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use ticket::Scenario;

use super::holders::{Holder, there_since};
use super::keys::KeyId;
use super::rows::places;
use super::value::{millis, number, timestamp};
use super::{Connection, Session, StoreError};
use crate::case::Understood;

/// How long a worker may take before another one takes over.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Which work goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// Everything else.
    Ordinary = 0,
    /// Security and outages never wait behind a burst of other work.
    Pressing = 1,
    /// Whoever is on call is woken before anything else is done.
    Waking = 2,
}

impl Lane {
    pub(crate) const fn of(scenario: Scenario) -> Self {
        match scenario {
            Scenario::SecurityIncident | Scenario::Outage => Self::Pressing,
            _ => Self::Ordinary,
        }
    }
}

/// One decision to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) ticket: u32,
    pub(crate) round: u32,
    pub(crate) attempts: u32,
}

/// A decision that is wanted from a moment on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) ticket: u32,
    pub(crate) round: u32,
    pub(crate) lane: Lane,
    pub(crate) at: Timestamp,
}

pub(crate) async fn enqueue(
    connection: &mut Connection,
    wanted: &[Wanted],
) -> Result<(), StoreError> {
    let rows = places(wanted.len(), 4);
    let statement = format!("INSERT INTO jobs (ticket, round, priority, not_before) VALUES {rows}");
    // Nothing in it comes from anybody.
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for Wanted { ticket, round, lane, at } in wanted {
        query = query
            .bind(i64::from(*ticket))
            .bind(i64::from(*round))
            .bind(*lane as i64)
            .bind(millis(*at));
    }
    query.execute(connection).await?;
    Ok(())
}

/// Takes the next job that is due and not leased to anybody else: who asks for the next one is not at one any
/// more, whatever the database was told. Rounds of a ticket stay in order.
pub(crate) async fn claim(
    connection: &mut Connection,
    holder: Holder,
    now: Timestamp,
) -> Result<Option<Job>, StoreError> {
    let (there_since, now) = (there_since(now), millis(now));
    let row: Option<(i64, i64, i64)> = sqlx::query_as(
        "UPDATE jobs SET lease_until = $2, holder = $3, attempts = attempts + 1
         WHERE (ticket, round) = (
             SELECT ticket, round FROM jobs AS due
             WHERE not_before <= $1 AND (lease_until <= $1 OR holder = $3 OR NOT EXISTS (
                 SELECT 1 FROM holders WHERE holders.id = due.holder AND beat > $4))
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE ticket = due.ticket AND round < due.round)
             ORDER BY priority DESC, not_before, ticket LIMIT 1)
         RETURNING ticket, round, attempts",
    )
    .bind(now)
    .bind(now.saturating_add(as_millis(LEASE)))
    .bind(holder)
    .bind(there_since)
    .fetch_optional(connection)
    .await?;
    row.map(|(ticket, round, attempts)| {
        Ok(Job { ticket: number(ticket)?, round: number(round)?, attempts: number(attempts)? })
    })
    .transpose()
}

pub(crate) async fn finish(connection: &mut Connection, job: Job) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM jobs WHERE ticket = $1 AND round = $2")
        .bind(i64::from(job.ticket))
        .bind(i64::from(job.round))
        .execute(connection)
        .await?;
    Ok(())
}

/// Drops every job of a ticket.
pub(crate) async fn drop_all(connection: &mut Connection, ticket: u32) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM jobs WHERE ticket = $1")
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a job back after a failure; the wait doubles with each attempt.
pub(crate) async fn give_back(
    connection: &mut Connection,
    job: Job,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE jobs SET lease_until = 0, not_before = $1 WHERE ticket = $2 AND round = $3",
    )
    .bind(millis(now).saturating_add(as_millis(wait(job.attempts))))
    .bind(i64::from(job.ticket))
    .bind(i64::from(job.round))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what was decided. False: this round had its effect already.
pub(crate) async fn record_effect(
    session: &mut Session,
    job: Job,
    understood: &Understood,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = session.seal_of(job.ticket, &place(job.ticket, job.round), decision).await?;
    let added = sqlx::query(
        "INSERT INTO effects (ticket, round, at, decision, outline, understood)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(i64::from(job.ticket))
    .bind(i64::from(job.round))
    .bind(millis(now))
    .bind(sealed)
    .bind(serde_json::to_string(&decision.without_words())?)
    .bind(serde_json::to_string(understood)?)
    .execute(&mut **session)
    .await?
    .rows_affected();
    Ok(added > 0)
}

fn place(ticket: u32, round: u32) -> String {
    format!("effects.decision {ticket} {round}")
}

/// What was decided in a round.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) round: u32,
    pub(crate) at: Timestamp,
    /// Without words if the employee was erased.
    pub(crate) decision: Decision,
}

/// Everything decided for a ticket, oldest first.
pub(crate) async fn decided(
    session: &mut Session,
    ticket: u32,
) -> Result<Vec<Decided>, StoreError> {
    let rows: Vec<(i64, i64, Vec<u8>, String, KeyId)> = sqlx::query_as(
        "SELECT effects.round, effects.at, effects.decision, effects.outline, tickets.key
         FROM effects JOIN tickets ON tickets.number = effects.ticket
         WHERE effects.ticket = $1 ORDER BY effects.round",
    )
    .bind(i64::from(ticket))
    .fetch_all(&mut **session)
    .await?;
    let mut all = Vec::new();
    for (round, at, decision, outline, key) in rows {
        let round = number(round)?;
        let decision = session.open_or(key, &place(ticket, round), &decision, &outline).await?;
        all.push(Decided { round, at: timestamp(at)?, decision });
    }
    Ok(all)
}

/// What the words were understood as in a round that was decided.
pub(crate) async fn understood(
    connection: &mut Connection,
    ticket: u32,
    round: u32,
) -> Result<Option<Understood>, StoreError> {
    let row: Option<String> =
        sqlx::query_scalar("SELECT understood FROM effects WHERE ticket = $1 AND round = $2")
            .bind(i64::from(ticket))
            .bind(i64::from(round))
            .fetch_optional(connection)
            .await?;
    Ok(row.as_deref().map(serde_json::from_str).transpose()?)
}

pub(super) fn wait(attempts: u32) -> Duration {
    Duration::from_secs(1_u64 << attempts.min(16)).min(LONGEST_WAIT)
}

pub(super) fn as_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
