use decision::Step;
use jiff::Timestamp;
use ticket::Reply;
use uuid::Uuid;

use super::keys::KeyId;
use super::value::{millis, number};
use super::{Connection, Session, StoreError};

fn place(ticket: u32, round: u32) -> String {
    format!("replies.action {ticket} {round}")
}

/// A reply that is already here: its ticket and the digest of what was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) ticket: u32,
    pub(crate) digest: Vec<u8>,
}

pub(crate) async fn find(
    connection: &mut Connection,
    id: Uuid,
) -> Result<Option<Known>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT ticket, digest FROM replies WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(|(ticket, digest)| Ok(Known { ticket: number(ticket)?, digest })).transpose()
}

/// Keeps a reply as the opening of a round.
pub(crate) async fn insert(
    session: &mut Session,
    reply: &Reply,
    known: &Known,
    round: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let step = Step::replied(reply.action.clone());
    let sealed = session.seal_of(known.ticket, &place(known.ticket, round), &step).await?;
    sqlx::query(
        "INSERT INTO replies (id, ticket, round, digest, action, outline, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(reply.id.to_string())
    .bind(i64::from(known.ticket))
    .bind(i64::from(round))
    .bind(&known.digest)
    .bind(sealed)
    .bind(serde_json::to_string(&step.without_words())?)
    .bind(millis(now))
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// A ticket's replies with the round each opened, oldest first.
pub(crate) async fn of_ticket(
    session: &mut Session,
    ticket: u32,
) -> Result<Vec<(u32, Step)>, StoreError> {
    let rows: Vec<(i64, Vec<u8>, String, KeyId)> = sqlx::query_as(
        "SELECT replies.round, replies.action, replies.outline, tickets.key
         FROM replies JOIN tickets ON tickets.number = replies.ticket
         WHERE replies.ticket = $1 ORDER BY replies.round",
    )
    .bind(i64::from(ticket))
    .fetch_all(&mut **session)
    .await?;
    let mut replies = Vec::new();
    for (round, action, outline, key) in rows {
        let round = number(round)?;
        let step = session.open_or(key, &place(ticket, round), &action, &outline).await?;
        replies.push((round, step));
    }
    Ok(replies)
}

/// Forgets what was received, so that nothing can be held against it.
pub(crate) async fn forget_digests(
    connection: &mut Connection,
    ticket: u32,
) -> Result<(), StoreError> {
    let nothing: &[u8] = &[];
    sqlx::query("UPDATE replies SET digest = $1 WHERE ticket = $2")
        .bind(nothing)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}
