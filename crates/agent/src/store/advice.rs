use decision::Opinion;
use sqlx::SqliteConnection;

use super::StoreError;
use super::value::number;
use crate::counsel::Advice;
use crate::store::jobs::Job;

type Row = (String, i64, String, String);

/// Keeps what the model said in a round.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    job: Job,
    advice: &Advice,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO advice (ticket, round, model, prompt, opinion, summary)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(job.ticket)
    .bind(job.round)
    .bind(&advice.model)
    .bind(advice.prompt)
    .bind(serde_json::to_string(&advice.opinion)?)
    .bind(&advice.summary)
    .execute(connection)
    .await?;
    Ok(())
}

/// What it said in a round, if it was asked and answered.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    ticket: u32,
    round: u32,
) -> Result<Option<Advice>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT model, prompt, opinion, summary FROM advice WHERE ticket = ? AND round = ?",
    )
    .bind(ticket)
    .bind(round)
    .fetch_optional(connection)
    .await?;
    row.map(advice).transpose()
}

/// The newest of a ticket.
pub(crate) async fn newest(
    connection: &mut SqliteConnection,
    ticket: u32,
) -> Result<Option<Advice>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT model, prompt, opinion, summary FROM advice WHERE ticket = ?
         ORDER BY round DESC LIMIT 1",
    )
    .bind(ticket)
    .fetch_optional(connection)
    .await?;
    row.map(advice).transpose()
}

fn advice((model, prompt, opinion, summary): Row) -> Result<Advice, StoreError> {
    let opinion: Opinion = serde_json::from_str(&opinion)?;
    Ok(Advice { model, prompt: number(prompt)?, opinion, summary })
}
