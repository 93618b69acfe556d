use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::StoreError;
use super::value::{millis, number, timestamp};

/// An incident as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) id: u32,
    /// What is broken, as closed words.
    pub(crate) fault: String,
    pub(crate) opened_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
}

type Row = (i64, String, i64, Option<i64>);

fn read((id, fault, opened_at, closed_at): Row) -> Result<Incident, StoreError> {
    Ok(Incident {
        id: number(id)?,
        fault,
        opened_at: timestamp(opened_at)?,
        closed_at: closed_at.map(timestamp).transpose()?,
    })
}

/// Opens one; gives its number.
pub(crate) async fn open(
    connection: &mut SqliteConnection,
    fault: &str,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let id: i64 =
        sqlx::query_scalar("INSERT INTO incidents (fault, opened_at) VALUES (?, ?) RETURNING id")
            .bind(fault)
            .bind(millis(now))
            .fetch_one(connection)
            .await?;
    number(id)
}

/// The open one with this fault.
pub(crate) async fn open_of(
    connection: &mut SqliteConnection,
    fault: &str,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, fault, opened_at, closed_at FROM incidents
         WHERE fault = ? AND closed_at IS NULL",
    )
    .bind(fault)
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

pub(crate) async fn by_id(
    connection: &mut SqliteConnection,
    id: u32,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, fault, opened_at, closed_at FROM incidents WHERE id = ?")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    row.map(read).transpose()
}

/// The newest, newest first.
pub(crate) async fn newest(connection: &mut SqliteConnection) -> Result<Vec<Incident>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, fault, opened_at, closed_at FROM incidents ORDER BY id DESC LIMIT 200",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Ends one. False: there is none that is open.
pub(crate) async fn close(
    connection: &mut SqliteConnection,
    id: u32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let closed =
        sqlx::query("UPDATE incidents SET closed_at = ? WHERE id = ? AND closed_at IS NULL")
            .bind(millis(now))
            .bind(id)
            .execute(connection)
            .await?;
    Ok(closed.rows_affected() > 0)
}

/// One that ended and whose end nobody was told yet; it counts as told from now on.
pub(crate) async fn take_untold(
    connection: &mut SqliteConnection,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE incidents SET told = 1
         WHERE id = (SELECT min(id) FROM incidents WHERE closed_at IS NOT NULL AND told = 0)
         RETURNING id, fault, opened_at, closed_at",
    )
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}
