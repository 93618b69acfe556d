use sqlx::SqliteConnection;

use super::StoreError;

/// Somebody the identity provider vouched for. Identity is `issuer` and `subject`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) name: String,
}

pub(crate) async fn find(
    connection: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<Person>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, issuer, subject, name FROM people WHERE issuer = ? AND subject = ?",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(connection)
    .await?)
}

pub(crate) async fn by_id(
    connection: &mut SqliteConnection,
    id: i64,
) -> Result<Option<Person>, StoreError> {
    Ok(sqlx::query_as("SELECT id, issuer, subject, name FROM people WHERE id = ?")
        .bind(id)
        .fetch_optional(connection)
        .await?)
}

/// Writes down somebody new, or the new name of somebody known.
pub(crate) async fn record(
    connection: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
    name: &str,
) -> Result<Person, StoreError> {
    Ok(sqlx::query_as(
        "INSERT INTO people (issuer, subject, name) VALUES (?, ?, ?)
         ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name
         RETURNING id, issuer, subject, name",
    )
    .bind(issuer)
    .bind(subject)
    .bind(name)
    .fetch_one(connection)
    .await?)
}
