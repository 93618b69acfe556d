//! Tickets that are at the company's help desk as well.

use std::time::Duration;

use connectors::SeenTicket;
use jiff::Timestamp;

use super::jobs::as_millis;
use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, StoreError};
use crate::teamwork::Verdict;

/// How a ticket stood at the help desk when it was looked at last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeskTicket {
    pub(crate) ticket: u32,
    /// What it is called there.
    pub(crate) id: String,
    /// Id of the team that has it there.
    pub(crate) team: Option<String>,
    pub(crate) is_taken: bool,
    pub(crate) is_over: bool,
    /// Id of the last reply to its employee there that was taken over.
    pub(crate) heard: Option<String>,
}

type Row = (i64, String, Option<String>, i64, i64, Option<String>);

fn read((ticket, id, team, taken, closed, heard): Row) -> Result<DeskTicket, StoreError> {
    let (is_taken, is_over) = (taken != 0, closed != 0);
    Ok(DeskTicket { ticket: number(ticket)?, id, team, is_taken, is_over, heard })
}

/// What is known of a ticket there; nothing, if it was not opened.
pub(crate) async fn of(
    connection: &mut Connection,
    ticket: u32,
) -> Result<Option<DeskTicket>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT ticket, id, team, taken, closed, heard FROM desk_tickets WHERE ticket = $1",
    )
    .bind(i64::from(ticket))
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// The ticket that is called so there.
pub(crate) async fn called(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<DeskTicket>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT ticket, id, team, taken, closed, heard FROM desk_tickets WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// Takes it down that the agent gave a ticket to a team there, and what it is called.
pub(crate) async fn assigned(
    connection: &mut Connection,
    ticket: u32,
    id: &str,
    team: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO desk_tickets (ticket, id, team) VALUES ($1, $2, $3)
         ON CONFLICT (ticket) DO UPDATE SET id = excluded.id, team = excluded.team",
    )
    .bind(i64::from(ticket))
    .bind(id)
    .bind(team)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes it down that the agent opened or closed a ticket there.
pub(crate) async fn set(
    connection: &mut Connection,
    ticket: u32,
    is_over: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE desk_tickets SET closed = $1 WHERE ticket = $2")
        .bind(i64::from(is_over))
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes it down how a ticket was seen there.
pub(crate) async fn saw(connection: &mut Connection, seen: &SeenTicket) -> Result<(), StoreError> {
    sqlx::query("UPDATE desk_tickets SET team = $1, taken = $2, closed = $3 WHERE id = $4")
        .bind(seen.team.as_deref())
        .bind(i64::from(seen.is_taken))
        .bind(i64::from(seen.is_over))
        .bind(&seen.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes it down up to which reply those of a ticket there were taken over.
pub(crate) async fn heard(
    connection: &mut Connection,
    ticket: u32,
    reply: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE desk_tickets SET heard = $1 WHERE ticket = $2")
        .bind(reply)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what the team said there before it closes it, until then.
pub(crate) async fn judge(
    connection: &mut Connection,
    ticket: u32,
    verdict: Option<Verdict>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE desk_tickets SET verdict = $1 WHERE ticket = $2")
        .bind(verdict.map(|it| word(&it)).transpose()?)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// What the team said there so far.
pub(crate) async fn verdict(
    connection: &mut Connection,
    ticket: u32,
) -> Result<Option<Verdict>, StoreError> {
    let said: Option<Option<String>> =
        sqlx::query_scalar("SELECT verdict FROM desk_tickets WHERE ticket = $1")
            .bind(i64::from(ticket))
            .fetch_optional(connection)
            .await?;
    said.flatten().map(from_word).transpose()
}

/// Takes it on to look at the desk, and again after so long; of several processes one does. Up to when it was
/// seen, by its own clock. Nothing: it is not time yet.
pub(crate) async fn take_look(
    connection: &mut Connection,
    again_after: Duration,
    now: Timestamp,
) -> Result<Option<Option<Timestamp>>, StoreError> {
    let row: Option<(Option<i64>,)> = sqlx::query_as(
        "UPDATE desk_looks SET look_at = $1 WHERE id = 1 AND look_at <= $2 RETURNING seen_to",
    )
    .bind(millis(now).saturating_add(as_millis(again_after)))
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    row.map(|(seen_to,)| seen_to.map(timestamp).transpose()).transpose()
}

/// Takes it down up to when the desk was seen.
pub(crate) async fn seen_to(
    connection: &mut Connection,
    moment: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE desk_looks SET seen_to = $1 WHERE id = 1")
        .bind(millis(moment))
        .execute(connection)
        .await?;
    Ok(())
}
