use jiff::Timestamp;
use runbook::{Envelope, Said};
use ticket::ApprovalOutcome;

use super::value::{from_word, millis, number, word};
use super::{Connection, StoreError};

/// What people are asked, and what they said so far.
#[derive(Debug, Clone)]
pub(crate) struct Approval {
    pub(crate) id: u32,
    pub(crate) envelope: Envelope,
    pub(crate) digest: String,
    pub(crate) said: Vec<Said>,
    /// What the run was told.
    pub(crate) outcome: Option<ApprovalOutcome>,
}

type Row = (i64, String, String, Option<String>);

async fn opened(connection: &mut Connection, row: Row) -> Result<Approval, StoreError> {
    let (id, envelope, digest, outcome) = row;
    let said: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT person, is_yes FROM approval_words
         WHERE approval = $1 AND is_yes IS NOT NULL ORDER BY at, person",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    Ok(Approval {
        id: number(id)?,
        envelope: serde_json::from_str(&envelope)?,
        digest,
        said: said
            .into_iter()
            .map(|(person, is_yes)| Said { person, is_yes: is_yes != 0 })
            .collect(),
        outcome: outcome.map(from_word).transpose()?,
    })
}

async fn all(connection: &mut Connection, rows: Vec<Row>) -> Result<Vec<Approval>, StoreError> {
    let mut all = Vec::new();
    for row in rows {
        all.push(opened(connection, row).await?);
    }
    Ok(all)
}

/// Asks people; gives the number of what they are asked.
pub(crate) async fn ask(
    connection: &mut Connection,
    envelope: &Envelope,
    written: &str,
    digest: &str,
) -> Result<u32, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO approvals (ticket, run, step, turn, envelope, digest)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(i64::from(envelope.ticket))
    .bind(i64::from(envelope.run))
    .bind(&envelope.step)
    .bind(i64::from(envelope.turn))
    .bind(written)
    .bind(digest)
    .fetch_one(&mut *connection)
    .await?;
    for person in envelope.people() {
        sqlx::query("INSERT INTO approval_words (approval, person) VALUES ($1, $2)")
            .bind(id)
            .bind(person)
            .execute(&mut *connection)
            .await?;
    }
    number(id)
}

/// What was asked in runs of a ticket, in that order.
pub(crate) async fn of_run(
    connection: &mut Connection,
    ticket: u32,
    run: u32,
) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, envelope, digest, outcome FROM approvals
         WHERE ticket = $1 AND run = $2 ORDER BY id",
    )
    .bind(i64::from(ticket))
    .bind(i64::from(run))
    .fetch_all(&mut *connection)
    .await?;
    all(connection, rows).await
}

/// What waits for the word of a person, oldest first.
pub(crate) async fn waiting_for(
    connection: &mut Connection,
    person: i64,
) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, envelope, digest, outcome FROM approvals
         WHERE outcome IS NULL AND id IN (
             SELECT approval FROM approval_words WHERE person = $1 AND is_yes IS NULL)
         ORDER BY id LIMIT 200",
    )
    .bind(person)
    .fetch_all(&mut *connection)
    .await?;
    all(connection, rows).await
}

pub(crate) async fn by_id(
    connection: &mut Connection,
    id: u32,
) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, envelope, digest, outcome FROM approvals WHERE id = $1")
            .bind(i64::from(id))
            .fetch_optional(&mut *connection)
            .await?;
    match row {
        Some(row) => Ok(Some(opened(connection, row).await?)),
        None => Ok(None),
    }
}

/// Keeps what somebody said who was asked.
pub(crate) async fn say(
    connection: &mut Connection,
    id: u32,
    said: Said,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE approval_words SET is_yes = $1, at = $2 WHERE approval = $3 AND person = $4",
    )
    .bind(i64::from(said.is_yes))
    .bind(millis(now))
    .bind(i64::from(id))
    .bind(said.person)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what the run was told: from then on nobody is asked any more.
pub(crate) async fn end(
    connection: &mut Connection,
    id: u32,
    outcome: ApprovalOutcome,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE approvals SET outcome = $1 WHERE id = $2")
        .bind(word(&outcome)?)
        .bind(i64::from(id))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends what is still asked for a ticket: nobody waits for it.
pub(crate) async fn give_up(connection: &mut Connection, ticket: u32) -> Result<(), StoreError> {
    sqlx::query("UPDATE approvals SET outcome = $1 WHERE ticket = $2 AND outcome IS NULL")
        .bind(word(&ApprovalOutcome::Expired)?)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}
