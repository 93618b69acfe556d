use content::{Answer, Runbook};
use decision::RunEnd;
use jiff::Timestamp;
use policy::Attempt;

use super::holders::{Holder, there_since};
use super::jobs::{LEASE, Lane, as_millis, wait};
use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, StoreError};

/// A run at work.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) ticket: u32,
    /// Which run of the ticket, from zero.
    pub(crate) run: u32,
    /// What was put to the gate when it began.
    pub(crate) attempt: Attempt,
    /// Names the text of its runbook.
    pub(crate) digest: String,
    /// That text.
    pub(crate) source: String,
    /// How often the move it is at was tried, this time included.
    pub(crate) attempts: u32,
}

/// What was made of a move.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) at: Timestamp,
    /// The move, in words of `runbook`.
    pub(crate) made: String,
    pub(crate) answer: Answer,
}

/// A run as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) run: u32,
    pub(crate) runbook: String,
    pub(crate) attempt: Attempt,
    pub(crate) end: Option<RunEnd>,
}

/// What begins a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning<'a> {
    pub(crate) ticket: u32,
    /// The decision that begins it.
    pub(crate) round: u32,
    pub(crate) attempt: &'a Attempt,
    pub(crate) runbook: &'a Runbook,
    pub(crate) digest: &'a str,
    pub(crate) lane: Lane,
}

/// Keeps a run that is due at once; gives its number within the ticket.
pub(crate) async fn begin(
    connection: &mut Connection,
    it: Beginning<'_>,
    now: Timestamp,
) -> Result<u32, StoreError> {
    sqlx::query("INSERT INTO runbooks (digest, source) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(it.digest)
        .bind(&it.runbook.source)
        .execute(&mut *connection)
        .await?;
    let run: i64 = sqlx::query_scalar(
        "INSERT INTO runs (ticket, run, round, attempt, runbook, digest, priority, not_before)
         SELECT $1, count(*), $2, $3, $4, $5, $6, $7 FROM runs WHERE ticket = $1
         RETURNING run",
    )
    .bind(i64::from(it.ticket))
    .bind(i64::from(it.round))
    .bind(serde_json::to_string(it.attempt)?)
    .bind(&it.runbook.id)
    .bind(it.digest)
    .bind(it.lane as i64)
    .bind(millis(now))
    .fetch_one(connection)
    .await?;
    number(run)
}

/// Takes the next run that is due and not leased. One that fails does not hold up the others.
pub(crate) async fn claim(
    connection: &mut Connection,
    holder: Holder,
    now: Timestamp,
) -> Result<Option<Run>, StoreError> {
    let (there_since, now) = (there_since(now), millis(now));
    let row: Option<(i64, i64, String, String, String, i64)> = sqlx::query_as(
        "UPDATE runs SET lease_until = $2, holder = $3, attempts = attempts + 1
         WHERE (ticket, run) = (
             SELECT ticket, run FROM runs
             WHERE ended IS NULL AND not_before <= $1 AND (lease_until <= $1 OR NOT EXISTS (
                 SELECT 1 FROM holders WHERE holders.id = runs.holder AND beat > $4))
             ORDER BY priority DESC, not_before, ticket, run LIMIT 1)
         RETURNING ticket, run, attempt, digest,
             (SELECT source FROM runbooks WHERE digest = runs.digest), attempts",
    )
    .bind(now)
    .bind(now.saturating_add(as_millis(LEASE)))
    .bind(holder)
    .bind(there_since)
    .fetch_optional(connection)
    .await?;
    row.map(|(ticket, run, attempt, digest, source, attempts)| {
        Ok(Run {
            ticket: number(ticket)?,
            run: number(run)?,
            attempt: serde_json::from_str(&attempt)?,
            digest,
            source,
            attempts: number(attempts)?,
        })
    })
    .transpose()
}

/// What was made of the moves of a run so far, in their order.
pub(crate) async fn taken(
    connection: &mut Connection,
    ticket: u32,
    run: u32,
) -> Result<Vec<Taken>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT at, made, answer FROM run_answers WHERE ticket = $1 AND run = $2 ORDER BY place",
    )
    .bind(i64::from(ticket))
    .bind(i64::from(run))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(at, made, answer)| {
            Ok(Taken { at: timestamp(at)?, made, answer: serde_json::from_str(&answer)? })
        })
        .collect()
}

/// Keeps what was made of the move a run is at; the next one is due at once.
pub(crate) async fn answer(
    connection: &mut Connection,
    run: &Run,
    made: &str,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO run_answers (ticket, run, place, at, made, answer)
         SELECT $1, $2, count(*), $3, $4, $5 FROM run_answers WHERE ticket = $1 AND run = $2",
    )
    .bind(i64::from(run.ticket))
    .bind(i64::from(run.run))
    .bind(millis(now))
    .bind(made)
    .bind(serde_json::to_string(answer)?)
    .execute(&mut *connection)
    .await?;
    rest(connection, run, now).await
}

/// Gives a run back after a failure; the wait doubles with each attempt.
pub(crate) async fn give_back(
    connection: &mut Connection,
    run: &Run,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE runs SET lease_until = 0, not_before = $1 WHERE ticket = $2 AND run = $3")
        .bind(millis(now).saturating_add(as_millis(wait(run.attempts))))
        .bind(i64::from(run.ticket))
        .bind(i64::from(run.run))
        .execute(connection)
        .await?;
    Ok(())
}

/// Leaves a run alone until a moment, or until it is woken.
pub(crate) async fn rest(
    connection: &mut Connection,
    run: &Run,
    until: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE runs SET lease_until = 0, attempts = 0, not_before = $1 WHERE ticket = $2 AND run = $3",
    )
    .bind(millis(until))
    .bind(i64::from(run.ticket))
    .bind(i64::from(run.run))
    .execute(connection)
    .await?;
    Ok(())
}

/// Has what rests of a ticket go on at once.
pub(crate) async fn wake(
    connection: &mut Connection,
    ticket: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE runs SET not_before = $1 WHERE ticket = $2 AND ended IS NULL")
        .bind(millis(now))
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a run, and names the decision that its end opens.
pub(crate) async fn end(
    connection: &mut Connection,
    run: &Run,
    end: RunEnd,
    round: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE runs SET ended = $1, outcome = $2, ended_round = $3 WHERE ticket = $4 AND run = $5",
    )
    .bind(millis(now))
    .bind(word(&end)?)
    .bind(i64::from(round))
    .bind(i64::from(run.ticket))
    .bind(i64::from(run.run))
    .execute(connection)
    .await?;
    Ok(())
}

/// The runs of a ticket that ended: the decision that each end opened, the runbook, and how.
pub(crate) async fn ended(
    connection: &mut Connection,
    ticket: u32,
) -> Result<Vec<(u32, String, RunEnd)>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT ended_round, runbook, outcome FROM runs
         WHERE ticket = $1 AND ended_round IS NOT NULL ORDER BY run",
    )
    .bind(i64::from(ticket))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(round, runbook, outcome)| Ok((number(round)?, runbook, from_word(outcome)?)))
        .collect()
}

/// Every run of a ticket, in their order.
pub(crate) async fn of_ticket(
    connection: &mut Connection,
    ticket: u32,
) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<(i64, String, String, Option<String>)> = sqlx::query_as(
        "SELECT run, runbook, attempt, outcome FROM runs WHERE ticket = $1 ORDER BY run",
    )
    .bind(i64::from(ticket))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(run, runbook, attempt, outcome)| {
            Ok(Kept {
                run: number(run)?,
                runbook,
                attempt: serde_json::from_str(&attempt)?,
                end: outcome.map(from_word).transpose()?,
            })
        })
        .collect()
}

/// Ends every run of a ticket that is not over, without a decision.
pub(crate) async fn give_up(
    connection: &mut Connection,
    ticket: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE runs SET ended = $1, outcome = $2 WHERE ticket = $3 AND ended IS NULL")
        .bind(millis(now))
        .bind(word(&RunEnd::Stopped)?)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}
