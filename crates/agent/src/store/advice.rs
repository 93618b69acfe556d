use decision::Opinion;

use super::keys::KeyId;
use super::value::number;
use super::{Session, StoreError};
use crate::counsel::Advice;
use crate::store::jobs::Job;

type Row = (i64, String, i64, String, Vec<u8>, KeyId);

fn place(ticket: u32, round: u32) -> String {
    format!("advice.summary {ticket} {round}")
}

/// Keeps what the model said in a round.
pub(crate) async fn keep(
    session: &mut Session,
    job: Job,
    advice: &Advice,
) -> Result<(), StoreError> {
    let place = place(job.ticket, job.round);
    let summary = session.seal_of(job.ticket, &place, &advice.summary).await?;
    sqlx::query(
        "INSERT INTO advice (ticket, round, model, prompt, opinion, summary)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(i64::from(job.ticket))
    .bind(i64::from(job.round))
    .bind(&advice.model)
    .bind(i64::from(advice.prompt))
    .bind(serde_json::to_string(&advice.opinion)?)
    .bind(summary)
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// What it said in a round, if it was asked and answered.
pub(crate) async fn find(
    session: &mut Session,
    ticket: u32,
    round: u32,
) -> Result<Option<Advice>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT advice.round, advice.model, advice.prompt, advice.opinion, advice.summary, tickets.key
         FROM advice JOIN tickets ON tickets.number = advice.ticket WHERE advice.ticket = $1
         AND advice.round = $2",
    )
    .bind(i64::from(ticket))
    .bind(i64::from(round))
    .fetch_optional(&mut **session)
    .await?;
    opened(session, ticket, row).await
}

/// The newest of a ticket.
pub(crate) async fn newest(
    session: &mut Session,
    ticket: u32,
) -> Result<Option<Advice>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT advice.round, advice.model, advice.prompt, advice.opinion, advice.summary, tickets.key
         FROM advice JOIN tickets ON tickets.number = advice.ticket WHERE advice.ticket = $1
         ORDER BY advice.round DESC LIMIT 1",
    )
    .bind(i64::from(ticket))
    .fetch_optional(&mut **session)
    .await?;
    opened(session, ticket, row).await
}

/// Without its words where the employee was erased.
async fn opened(
    session: &mut Session,
    ticket: u32,
    row: Option<Row>,
) -> Result<Option<Advice>, StoreError> {
    let Some((round, model, prompt, opinion, summary, key)) = row else { return Ok(None) };
    let opinion: Opinion = serde_json::from_str(&opinion)?;
    let summary = session.open(key, &place(ticket, number(round)?), &summary).await?;
    let (prompt, summary) = (number(prompt)?, summary.unwrap_or_default());
    Ok(Some(Advice { model, prompt, opinion, summary }))
}
