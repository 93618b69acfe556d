use jiff::Timestamp;
use policy::Mode;

use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, StoreError};

/// An entry of the change log: how far a runbook is trusted from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) id: u32,
    pub(crate) at: Timestamp,
    /// Id of the runbook; none: every one, the kill switch.
    pub(crate) runbook: Option<String>,
    /// Of the text that was looked at.
    pub(crate) digest: Option<String>,
    pub(crate) mode: Mode,
    /// Of a hundred requests, for how many it acts while on trial.
    pub(crate) share: Option<u32>,
    pub(crate) reason: String,
    pub(crate) made_by: String,
    pub(crate) signatures: Vec<Signature>,
}

/// A signature of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) signer: String,
    pub(crate) bytes: Vec<u8>,
}

/// Adds a change; its number and signatures are not looked at. Gives its number.
pub(crate) async fn add(connection: &mut Connection, change: &Change) -> Result<u32, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO changes (at, runbook, digest, mode, share, reason, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(millis(change.at))
    .bind(&change.runbook)
    .bind(&change.digest)
    .bind(word(&change.mode)?)
    .bind(change.share.map(i64::from))
    .bind(&change.reason)
    .bind(&change.made_by)
    .fetch_one(connection)
    .await?;
    number(id)
}

/// Adds a signature; the first of a signer stays.
pub(crate) async fn sign(
    connection: &mut Connection,
    change: u32,
    signature: &Signature,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO change_signatures (change, signer, signature, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(i64::from(change))
    .bind(&signature.signer)
    .bind(&signature.bytes)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

type Row = (i64, i64, Option<String>, Option<String>, String, Option<i64>, String, String);

/// Every change, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Change>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, runbook, digest, mode, share, reason, made_by FROM changes ORDER BY id",
    )
    .fetch_all(&mut *connection)
    .await?;
    let signed: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
        "SELECT change, signer, signature FROM change_signatures ORDER BY change, at, signer",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, at, runbook, digest, mode, share, reason, made_by)| {
            let of_it = signed.iter().filter(|(change, ..)| *change == id);
            let signatures = of_it
                .map(|(_, signer, bytes)| Signature {
                    signer: signer.clone(),
                    bytes: bytes.clone(),
                })
                .collect();
            Ok(Change {
                id: number(id)?,
                at: timestamp(at)?,
                runbook,
                digest,
                mode: from_word(mode)?,
                share: share.map(number).transpose()?,
                reason,
                made_by,
                signatures,
            })
        })
        .collect()
}
