use jiff::Timestamp;
use sqlx::SqliteConnection;
use ticket::{EventKind, StatusEvent, TicketStatus};
use uuid::Uuid;

use super::StoreError;
use super::value::{from_word, millis, number, timestamp, word};

type Row = (i64, i64, String, i64, String, String);

/// Adds a line to a ticket's timeline and moves the ticket to the status after it.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    ticket: u32,
    status: TicketStatus,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let status = word(&status)?;
    sqlx::query("UPDATE tickets SET status = ? WHERE number = ?")
        .bind(&status)
        .bind(ticket)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO events (ticket, person, at, status, kind)
         SELECT number, person, ?, ?, ? FROM tickets WHERE number = ?",
    )
    .bind(millis(now))
    .bind(status)
    .bind(serde_json::to_string(kind)?)
    .bind(ticket)
    .execute(connection)
    .await?;
    Ok(())
}

/// A ticket's timeline, oldest first.
pub(crate) async fn of_ticket(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<Vec<StatusEvent>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT sequence, ticket, submission, at, events.status, kind
         FROM events JOIN tickets ON number = ticket WHERE ticket = ? ORDER BY sequence",
    )
    .bind(ticket)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(event).collect()
}

/// What happened to a person's tickets after a sequence number, oldest first, a page at a time.
pub(crate) async fn after(
    connection: &mut SqliteConnection,
    person: i64,
    sequence: u32,
) -> Result<Vec<StatusEvent>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT sequence, ticket, submission, at, events.status, kind
         FROM events JOIN tickets ON number = ticket
         WHERE events.person = ? AND sequence > ? ORDER BY sequence LIMIT 100",
    )
    .bind(person)
    .bind(sequence)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(event).collect()
}

fn event((sequence, ticket, submission, at, status, kind): Row) -> Result<StatusEvent, StoreError> {
    Ok(StatusEvent {
        sequence: number(sequence)?,
        ticket: number(ticket)?,
        submission: Uuid::parse_str(&submission).map_err(|_| StoreError::Range)?,
        at: timestamp(at)?,
        status: from_word(status)?,
        kind: serde_json::from_str(&kind)?,
    })
}
