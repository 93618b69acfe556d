use jiff::Timestamp;
use sqlx::SqliteConnection;
use ticket::{Reply, ReplyAction};
use uuid::Uuid;

use super::StoreError;
use super::value::{millis, number};

/// A reply that is already here: its ticket and the digest of what was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) ticket: u32,
    pub(crate) digest: Vec<u8>,
}

pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: Uuid,
) -> Result<Option<Known>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT ticket, digest FROM replies WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(|(ticket, digest)| Ok(Known { ticket: number(ticket)?, digest })).transpose()
}

/// Keeps a reply as the opening of a round.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    reply: &Reply,
    known: &Known,
    round: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO replies (id, ticket, round, digest, action, at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(reply.id.to_string())
    .bind(known.ticket)
    .bind(round)
    .bind(&known.digest)
    .bind(serde_json::to_string(&reply.action)?)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// A ticket's replies with the round each opened, oldest first.
pub(crate) async fn of_ticket(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<Vec<(u32, ReplyAction)>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT round, action FROM replies WHERE ticket = ? ORDER BY round")
            .bind(ticket)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(round, action)| Ok((number(round)?, serde_json::from_str(&action)?)))
        .collect()
}
