use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use ticket::{EventKind, StatusEvent, TicketStatus};
use uuid::Uuid;

use super::keys::KeyId;
use super::rows::places;
use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, Session, StoreError};

type Row = (i64, i64, String, i64, String, Vec<u8>, String, KeyId);

fn place(ticket: u32) -> String {
    format!("events.kind {ticket}")
}

/// Adds a line to a ticket's timeline and moves the ticket to the status after it.
pub(crate) async fn add(
    session: &mut Session,
    ticket: u32,
    status: TicketStatus,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let status = word(&status)?;
    let sealed = session.seal_of(ticket, &place(ticket), kind).await?;
    sqlx::query("UPDATE tickets SET status = $1 WHERE number = $2")
        .bind(&status)
        .bind(i64::from(ticket))
        .execute(&mut **session)
        .await?;
    sqlx::query(
        "INSERT INTO events (ticket, person, at, status, kind, outline)
         SELECT number, person, $1, $2, $3, $4 FROM tickets WHERE number = $5",
    )
    .bind(millis(now))
    .bind(status)
    .bind(sealed)
    .bind(serde_json::to_string(&kind.without_words())?)
    .bind(i64::from(ticket))
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// Begins the timelines of tickets that came now: of each its number, its person, and when.
pub(crate) async fn begin(
    session: &mut Session,
    tickets: &[(u32, Option<i64>, Timestamp)],
) -> Result<(), StoreError> {
    let rows = places(tickets.len(), 6);
    let statement =
        format!("INSERT INTO events (ticket, person, at, status, kind, outline) VALUES {rows}");
    // Nothing in it comes from anybody.
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for (ticket, person, at) in tickets {
        let kind = EventKind::Received;
        query = query
            .bind(i64::from(*ticket))
            .bind(*person)
            .bind(millis(*at))
            .bind(word(&TicketStatus::Received)?)
            .bind(session.seal_of(*ticket, &place(*ticket), &kind).await?)
            .bind(serde_json::to_string(&kind.without_words())?);
    }
    query.execute(&mut **session).await?;
    Ok(())
}

/// What was done for a person since a moment, newest first: by which ticket, and when. Without what people wrote.
pub(crate) async fn done_for(
    connection: &mut Connection,
    person: i64,
    since: Timestamp,
) -> Result<Vec<(u32, Timestamp, EventKind)>, StoreError> {
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT ticket, at, outline FROM events WHERE person = $1 AND at >= $2
         AND outline LIKE '{\"type\":\"done\"%' ORDER BY sequence DESC",
    )
    .bind(person)
    .bind(millis(since))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(ticket, at, kind)| {
            Ok((number(ticket)?, timestamp(at)?, serde_json::from_str(&kind)?))
        })
        .collect()
}

/// A ticket's timeline, oldest first.
pub(crate) async fn of_ticket(
    session: &mut Session,
    ticket: u32,
) -> Result<Vec<StatusEvent>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT events.sequence, events.ticket, tickets.submission, events.at, events.status,
             events.kind, events.outline, tickets.key
         FROM events JOIN tickets ON tickets.number = events.ticket
         WHERE events.ticket = $1 ORDER BY events.sequence",
    )
    .bind(i64::from(ticket))
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// Whom something happened to after a sequence number, oldest first; nobody in particular is among them.
pub(crate) async fn since(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
    Ok(sqlx::query_as("SELECT sequence, person FROM events WHERE sequence > $1 ORDER BY sequence")
        .bind(sequence)
        .fetch_all(connection)
        .await?)
}

/// The last sequence number.
pub(crate) async fn last(connection: &mut Connection) -> Result<i64, StoreError> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(sequence) FROM events").fetch_one(connection).await?;
    Ok(last.unwrap_or_default())
}

/// What happened to a person's tickets after a sequence number, oldest first, a page at a time.
pub(crate) async fn after(
    session: &mut Session,
    person: i64,
    sequence: u32,
) -> Result<Vec<StatusEvent>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT events.sequence, events.ticket, tickets.submission, events.at, events.status,
             events.kind, events.outline, tickets.key
         FROM events JOIN tickets ON tickets.number = events.ticket
         WHERE events.person = $1 AND events.sequence > $2
         ORDER BY events.sequence LIMIT 100",
    )
    .bind(person)
    .bind(i64::from(sequence))
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

async fn opened(session: &mut Session, rows: Vec<Row>) -> Result<Vec<StatusEvent>, StoreError> {
    let mut events = Vec::new();
    for row in rows {
        events.push(event(session, row).await?);
    }
    Ok(events)
}

async fn event(
    session: &mut Session,
    (sequence, ticket, submission, at, status, kind, outline, key): Row,
) -> Result<StatusEvent, StoreError> {
    let ticket = number(ticket)?;
    Ok(StatusEvent {
        sequence: number(sequence)?,
        ticket,
        submission: Uuid::parse_str(&submission).map_err(|_| StoreError::Range)?,
        at: timestamp(at)?,
        status: from_word(status)?,
        kind: session.open_or(key, &place(ticket), &kind, &outline).await?,
    })
}
