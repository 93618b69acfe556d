use std::collections::BTreeMap;

use audit::{Draft, Entry, Head};

use sqlx::AssertSqlSafe;

use super::rows::places;
use super::value::number;
use super::{Connection, Session, StoreError};

/// So many entries are written with one statement.
const AT_ONCE: usize = 16;

/// Puts a draft behind the last entry of its chain, in the transaction of what it tells about: it is written
/// when that ends.
pub(crate) async fn record(session: &mut Session, draft: Draft) -> Result<(), StoreError> {
    let chain = chain(draft.ticket);
    let entry = match session.end_of(chain) {
        Some(last) => audit::append(Some(last), draft),
        None if session.is_new(chain) => audit::append(None, draft),
        None => audit::append(last(session, chain).await?.as_ref(), draft),
    };
    session.ends_with(chain, entry);
    Ok(())
}

/// Writes the entries that a transaction has not written yet.
pub(super) async fn write(session: &mut Session) -> Result<(), StoreError> {
    for entries in session.unwritten().chunks(AT_ONCE) {
        let rows = places(entries.len(), 3);
        let statement = format!("INSERT INTO audit (chain, sequence, entry) VALUES {rows}");
        // Nothing in it comes from anybody.
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (chain, entry) in entries {
            query = query
                .bind(i64::from(*chain))
                .bind(i64::try_from(entry.sequence).map_err(|_| StoreError::Range)?)
                .bind(serde_json::to_string(entry)?);
        }
        query.execute(&mut **session).await?;
    }
    Ok(())
}

async fn last(connection: &mut Connection, chain: u32) -> Result<Option<Entry>, StoreError> {
    let last: Option<String> = sqlx::query_scalar(
        "SELECT entry FROM audit WHERE chain = $1 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(i64::from(chain))
    .fetch_optional(connection)
    .await?;
    Ok(last.map(|entry| serde_json::from_str(&entry)).transpose()?)
}

/// A whole chain: a ticket's, or the one of what belongs to no ticket.
pub(crate) async fn entries(
    connection: &mut Connection,
    ticket: Option<u32>,
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT entry FROM audit WHERE chain = $1 ORDER BY sequence")
            .bind(i64::from(chain(ticket)))
            .fetch_all(connection)
            .await?;
    rows.iter().map(|entry| Ok(serde_json::from_str(entry)?)).collect()
}

/// The chains there are.
pub(crate) async fn chains(connection: &mut Connection) -> Result<Vec<u32>, StoreError> {
    let rows: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT chain FROM audit ORDER BY chain")
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(number).collect()
}

/// Where every chain ends.
pub(crate) async fn heads(connection: &mut Connection) -> Result<BTreeMap<u32, Head>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT chain, entry FROM audit AS newest
         WHERE sequence = (SELECT max(sequence) FROM audit WHERE chain = newest.chain)",
    )
    .fetch_all(connection)
    .await?;
    let head = |(chain, entry): (i64, String)| {
        let entry: Entry = serde_json::from_str(&entry)?;
        Ok((number(chain)?, Head { sequence: entry.sequence, digest: entry.digest }))
    };
    rows.into_iter().map(head).collect()
}

fn chain(ticket: Option<u32>) -> u32 {
    ticket.unwrap_or(0)
}
