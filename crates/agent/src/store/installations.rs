use jiff::Timestamp;
use ticket::{Enrollment, Installation};
use uuid::Uuid;

use super::value::{millis, timestamp};
use super::{Connection, StoreError};

/// The public key of an installation, whoever uses it.
pub(crate) async fn key(
    connection: &mut Connection,
    id: Uuid,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("SELECT public_key FROM installations WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?)
}

/// The public key of an installation this person enrolled.
pub(crate) async fn key_of(
    connection: &mut Connection,
    id: Uuid,
    person: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT installations.public_key FROM installations
         JOIN installation_people ON installation_people.installation = installations.id
         WHERE installations.id = $1 AND installation_people.person = $2",
    )
    .bind(id.to_string())
    .bind(person)
    .fetch_optional(connection)
    .await?)
}

/// Keeps an installation; the caller has seen that no other key has this id.
pub(crate) async fn keep(
    connection: &mut Connection,
    enrollment: &Enrollment,
    public_key: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO installations (id, public_key, device_name, enrolled_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET device_name = excluded.device_name",
    )
    .bind(enrollment.id.to_string())
    .bind(public_key)
    .bind(&enrollment.device_name)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// When an installation was enrolled first.
pub(crate) async fn enrolled_at(
    connection: &mut Connection,
    id: Uuid,
) -> Result<Timestamp, StoreError> {
    let at = sqlx::query_scalar("SELECT enrolled_at FROM installations WHERE id = $1")
        .bind(id.to_string())
        .fetch_one(connection)
        .await?;
    timestamp(at)
}

/// Links an installation to a person; once is enough.
pub(crate) async fn link(
    connection: &mut Connection,
    id: Uuid,
    person: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO installation_people (installation, person, linked_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(id.to_string())
    .bind(person)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes an installation from a person and remembers it; the last one takes the key along. False:
/// it was not theirs.
pub(crate) async fn revoke(
    connection: &mut Connection,
    id: Uuid,
    person: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let unlinked =
        sqlx::query("DELETE FROM installation_people WHERE installation = $1 AND person = $2")
            .bind(id.to_string())
            .bind(person)
            .execute(&mut *connection)
            .await?
            .rows_affected();
    if unlinked == 0 {
        return Ok(false);
    }
    drop_unused(connection, &id.to_string()).await?;
    sqlx::query(
        "INSERT INTO revocations (installation, person, revoked_at) VALUES ($1, $2, $3)
         ON CONFLICT (installation, person) DO UPDATE SET revoked_at = excluded.revoked_at",
    )
    .bind(id.to_string())
    .bind(person)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(true)
}

/// When this person took an installation from themselves last, whichever it was.
pub(crate) async fn last_revoked_at(
    connection: &mut Connection,
    person: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT max(revoked_at) FROM revocations WHERE person = $1")
            .bind(person)
            .fetch_one(connection)
            .await?;
    at.map(timestamp).transpose()
}

/// A person's installations, oldest first.
pub(crate) async fn list(
    connection: &mut Connection,
    person: i64,
    this: Uuid,
) -> Result<Vec<Installation>, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT installations.id, installations.device_name, installations.enrolled_at
         FROM installations
         JOIN installation_people ON installation_people.installation = installations.id
         WHERE installation_people.person = $1
         ORDER BY installations.enrolled_at, installations.id",
    )
    .bind(person)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, device_name, enrolled_at)| {
            let id = Uuid::parse_str(&id).map_err(|_| StoreError::Range)?;
            let enrolled_at = timestamp(enrolled_at)?;
            Ok(Installation { id, device_name, enrolled_at, is_this: this == id })
        })
        .collect()
}

/// Takes every installation from a person; those that nobody else uses go. Gives how many were
/// theirs.
pub(crate) async fn unlink_all(
    connection: &mut Connection,
    person: i64,
) -> Result<usize, StoreError> {
    let theirs: Vec<String> = sqlx::query_scalar(
        "DELETE FROM installation_people WHERE person = $1 RETURNING installation",
    )
    .bind(person)
    .fetch_all(&mut *connection)
    .await?;
    for id in &theirs {
        drop_unused(connection, id).await?;
    }
    Ok(theirs.len())
}

/// Deletes an installation that is nobody's any more.
async fn drop_unused(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM installations WHERE id = $1
         AND NOT EXISTS (SELECT 1 FROM installation_people WHERE installation = $1)",
    )
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The installations that became a person's since a moment, newest first: its id, the name of the device, when.
pub(crate) async fn linked_since(
    connection: &mut Connection,
    person: i64,
    since: Timestamp,
) -> Result<Vec<(Uuid, String, Timestamp)>, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT installations.id, installations.device_name, installation_people.linked_at
         FROM installations
         JOIN installation_people ON installation_people.installation = installations.id
         WHERE installation_people.person = $1 AND installation_people.linked_at >= $2
         ORDER BY installation_people.linked_at DESC, installations.id",
    )
    .bind(person)
    .bind(millis(since))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, name, at)| {
            Ok((Uuid::parse_str(&id).map_err(|_| StoreError::Range)?, name, timestamp(at)?))
        })
        .collect()
}

/// The name an installation was enrolled with.
pub(crate) async fn name_of(
    connection: &mut Connection,
    id: Uuid,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("SELECT device_name FROM installations WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?)
}
