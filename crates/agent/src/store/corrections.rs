use jiff::Timestamp;
use ticket::Scenario;

use super::value::{from_word, millis, number, word};
use super::{Connection, StoreError};

/// Keeps what a person said a ticket is about. The newest word counts.
pub(crate) async fn keep(
    connection: &mut Connection,
    ticket: u32,
    scenario: Scenario,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO corrections (ticket, at, scenario) VALUES ($1, $2, $3)
         ON CONFLICT (ticket) DO UPDATE SET at = excluded.at, scenario = excluded.scenario",
    )
    .bind(i64::from(ticket))
    .bind(millis(now))
    .bind(word(&scenario)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Every ticket a person gave a label, in the order of their numbers.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<(u32, Scenario)>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT ticket, scenario FROM corrections ORDER BY ticket")
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|(ticket, word)| Ok((number(ticket)?, from_word(word)?))).collect()
}
