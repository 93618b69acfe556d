//! When a team has promised to answer a ticket, and whether it has to be reminded of that.

use jiff::Timestamp;
use ticket::TicketStatus;

use super::value::{millis, number, word};
use super::{Connection, StoreError};

/// Gives a ticket to a team, until when it answers and when it is reminded of that.
pub(crate) async fn hand_off(
    connection: &mut Connection,
    ticket: u32,
    team: &str,
    respond_by: Timestamp,
    remind_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET team = $1, respond_by = $2, remind_at = $3 WHERE number = $4")
        .bind(team)
        .bind(millis(respond_by))
        .bind(millis(remind_at))
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// A team is at it: it is not reminded.
pub(crate) async fn acknowledge(
    connection: &mut Connection,
    ticket: u32,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET remind_at = NULL WHERE number = $1")
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a ticket whose team is to be reminded now; it is given once. What belongs to an incident is not: its
/// team was told once, of all of them.
pub(crate) async fn take_due_soon(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let taken: Option<i64> = sqlx::query_scalar(
        "UPDATE tickets SET remind_at = NULL WHERE number = (
             SELECT number FROM tickets
             WHERE remind_at <= $1 AND status = $2 AND incident IS NULL ORDER BY remind_at LIMIT 1)
         RETURNING number",
    )
    .bind(millis(now))
    .bind(word(&TicketStatus::WithTeam)?)
    .fetch_optional(connection)
    .await?;
    taken.map(number).transpose()
}
