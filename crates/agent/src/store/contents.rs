use std::collections::BTreeMap;

use jiff::Timestamp;

use super::value::{millis, number, timestamp};
use super::{Connection, StoreError};

/// Content that the agent had from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) id: u32,
    pub(crate) at: Timestamp,
    /// Of everything that decisions depend on.
    pub(crate) digest: String,
    /// Where it was.
    pub(crate) folder: String,
    /// Each file with its own digest.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) reason: String,
    pub(crate) made_by: String,
}

/// Adds a version; its number is not looked at. Gives its number.
pub(crate) async fn add(connection: &mut Connection, version: &Version) -> Result<u32, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO contents (at, digest, folder, files, reason, made_by)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(millis(version.at))
    .bind(&version.digest)
    .bind(&version.folder)
    .bind(serde_json::to_string(&version.files)?)
    .bind(&version.reason)
    .bind(&version.made_by)
    .fetch_one(connection)
    .await?;
    number(id)
}

/// The digest of the newest one.
pub(crate) async fn newest(connection: &mut Connection) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("SELECT digest FROM contents ORDER BY id DESC LIMIT 1")
        .fetch_optional(connection)
        .await?)
}

type Row = (i64, i64, String, String, String, String, String);

/// Every version, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, digest, folder, files, reason, made_by FROM contents ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, at, digest, folder, files, reason, made_by)| {
            Ok(Version {
                id: number(id)?,
                at: timestamp(at)?,
                digest,
                folder,
                files: serde_json::from_str(&files)?,
                reason,
                made_by,
            })
        })
        .collect()
}
