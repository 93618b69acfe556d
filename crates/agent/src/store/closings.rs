use jiff::Timestamp;

use super::value::{from_word, millis, number, word};
use super::{Connection, StoreError};
use crate::teamwork::Verdict;

/// Stands where a team has not said yet whether it was needed.
const UNSAID: &str = "unsaid";

/// Keeps what a team said when it closed a ticket, if it did, and the round that begins with it.
pub(crate) async fn keep(
    connection: &mut Connection,
    ticket: u32,
    round: u32,
    verdict: Option<Verdict>,
    made_by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO closings (ticket, round, at, verdict, made_by) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(i64::from(ticket))
    .bind(i64::from(round))
    .bind(millis(now))
    .bind(verdict.map_or_else(|| Ok(UNSAID.to_owned()), |it| word(&it))?)
    .bind(made_by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds what a team says of a ticket that it closed last.
pub(crate) async fn judge(
    connection: &mut Connection,
    ticket: u32,
    verdict: Verdict,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE closings SET verdict = $1 WHERE ticket = $2
             AND round = (SELECT max(last.round) FROM closings AS last WHERE last.ticket = $2)",
    )
    .bind(word(&verdict)?)
    .bind(i64::from(ticket))
    .execute(connection)
    .await?;
    Ok(())
}

/// The rounds of a ticket that a team's word began, in their order.
pub(crate) async fn rounds(
    connection: &mut Connection,
    ticket: u32,
) -> Result<Vec<u32>, StoreError> {
    let rows: Vec<i64> =
        sqlx::query_scalar("SELECT round FROM closings WHERE ticket = $1 ORDER BY round")
            .bind(i64::from(ticket))
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(number).collect()
}

/// How often each was said since then.
pub(crate) async fn sums(
    connection: &mut Connection,
    since: Timestamp,
) -> Result<Vec<(Verdict, u32)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT verdict, count(*) FROM closings WHERE at >= $1 AND verdict <> $2
         GROUP BY verdict ORDER BY verdict",
    )
    .bind(millis(since))
    .bind(UNSAID)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(verdict, count)| Ok((from_word(verdict)?, number(count)?))).collect()
}
