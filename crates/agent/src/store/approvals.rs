use jiff::Timestamp;
use runbook::{Envelope, Said};
use sqlx::SqliteConnection;
use ticket::ApprovalOutcome;

use super::StoreError;
use super::value::{from_word, millis, number, word};

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

async fn opened(connection: &mut SqliteConnection, row: Row) -> Result<Approval, StoreError> {
    let (id, envelope, digest, outcome) = row;
    let said: Vec<(i64, bool)> = sqlx::query_as(
        "SELECT person, is_yes FROM approval_words
         WHERE approval = ? AND is_yes IS NOT NULL ORDER BY at, person",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    Ok(Approval {
        id: number(id)?,
        envelope: serde_json::from_str(&envelope)?,
        digest,
        said: said.into_iter().map(|(person, is_yes)| Said { person, is_yes }).collect(),
        outcome: outcome.map(from_word).transpose()?,
    })
}

async fn all(
    connection: &mut SqliteConnection,
    rows: Vec<Row>,
) -> Result<Vec<Approval>, StoreError> {
    let mut all = Vec::new();
    for row in rows {
        all.push(opened(connection, row).await?);
    }
    Ok(all)
}

/// Asks people; gives the number of what they are asked.
pub(crate) async fn ask(
    connection: &mut SqliteConnection,
    envelope: &Envelope,
    written: &str,
    digest: &str,
) -> Result<u32, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO approvals (ticket, run, step, turn, envelope, digest)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(envelope.ticket)
    .bind(envelope.run)
    .bind(&envelope.step)
    .bind(envelope.turn)
    .bind(written)
    .bind(digest)
    .fetch_one(&mut *connection)
    .await?;
    for asked in &envelope.asked {
        sqlx::query("INSERT INTO approval_words (approval, person) VALUES (?, ?)")
            .bind(id)
            .bind(asked.person)
            .execute(&mut *connection)
            .await?;
    }
    number(id)
}

/// What was asked in runs of a ticket, in that order.
pub(crate) async fn of_run(
    connection: &mut SqliteConnection,
    ticket: u32,
    run: u32,
) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, envelope, digest, outcome FROM approvals
         WHERE ticket = ? AND run = ? ORDER BY id",
    )
    .bind(ticket)
    .bind(run)
    .fetch_all(&mut *connection)
    .await?;
    all(connection, rows).await
}

/// What waits for the word of a person, oldest first.
pub(crate) async fn waiting_for(
    connection: &mut SqliteConnection,
    person: i64,
) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, envelope, digest, outcome FROM approvals
         WHERE outcome IS NULL AND id IN (
             SELECT approval FROM approval_words WHERE person = ? AND is_yes IS NULL)
         ORDER BY id LIMIT 200",
    )
    .bind(person)
    .fetch_all(&mut *connection)
    .await?;
    all(connection, rows).await
}

pub(crate) async fn by_id(
    connection: &mut SqliteConnection,
    id: u32,
) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, envelope, digest, outcome FROM approvals WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    match row {
        Some(row) => Ok(Some(opened(connection, row).await?)),
        None => Ok(None),
    }
}

/// Keeps what somebody said who was asked.
pub(crate) async fn say(
    connection: &mut SqliteConnection,
    id: u32,
    said: Said,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE approval_words SET is_yes = ?, at = ? WHERE approval = ? AND person = ?")
        .bind(said.is_yes)
        .bind(millis(now))
        .bind(id)
        .bind(said.person)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what the run was told: from then on nobody is asked any more.
pub(crate) async fn end(
    connection: &mut SqliteConnection,
    id: u32,
    outcome: ApprovalOutcome,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE approvals SET outcome = ? WHERE id = ?")
        .bind(word(&outcome)?)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends what is still asked for a ticket: nobody waits for it.
pub(crate) async fn give_up(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE approvals SET outcome = ? WHERE ticket = ? AND outcome IS NULL")
        .bind(word(&ApprovalOutcome::Expired)?)
        .bind(ticket)
        .execute(connection)
        .await?;
    Ok(())
}
