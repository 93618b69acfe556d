use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::keys::KeyId;
use super::rows::places;
use super::{Session, StoreError};

/// Somebody the identity provider vouched for. Identity is `issuer` and `subject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// Empty when they were erased.
    pub(crate) name: String,
}

/// With the key as it is wrapped; none, if it was destroyed.
type Row = (i64, String, String, Vec<u8>, KeyId, Option<Vec<u8>>);

fn place(person: i64) -> String {
    format!("people.name {person}")
}

async fn opened(session: &mut Session, row: Option<Row>) -> Result<Option<Person>, StoreError> {
    let Some((id, issuer, subject, name, key, wrapped)) = row else { return Ok(None) };
    session.knows(key, wrapped.as_deref())?;
    let name = session.open(key, &place(id), &name).await?.unwrap_or_default();
    Ok(Some(Person { id, issuer, subject, name }))
}

pub(crate) async fn find(
    session: &mut Session,
    issuer: &str,
    subject: &str,
) -> Result<Option<Person>, StoreError> {
    let row = sqlx::query_as(
        "SELECT people.id, people.issuer, people.subject, people.name, people.key, keys.wrapped
         FROM people JOIN keys ON keys.id = people.key
         WHERE people.issuer = $1 AND people.subject = $2",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(&mut **session)
    .await?;
    opened(session, row).await
}

pub(crate) async fn by_id(session: &mut Session, id: i64) -> Result<Option<Person>, StoreError> {
    let row = sqlx::query_as(
        "SELECT people.id, people.issuer, people.subject, people.name, people.key, keys.wrapped
         FROM people JOIN keys ON keys.id = people.key WHERE people.id = $1",
    )
    .bind(id)
    .fetch_optional(&mut **session)
    .await?;
    opened(session, row).await
}

/// Writes down somebody new, or the new name of somebody known.
pub(crate) async fn record(
    session: &mut Session,
    issuer: &str,
    subject: &str,
    name: &str,
) -> Result<Person, StoreError> {
    let id = match find(session, issuer, subject).await? {
        Some(known) => known.id,
        None => insert(session, issuer, subject).await?,
    };
    let key = key_of(session, id).await?;
    let sealed = session.seal(key, &place(id), name).await?;
    sqlx::query("UPDATE people SET name = $1 WHERE id = $2")
        .bind(sealed)
        .bind(id)
        .execute(&mut **session)
        .await?;
    let [issuer, subject, name] = [issuer, subject, name].map(str::to_owned);
    Ok(Person { id, issuer, subject, name })
}

/// The number of somebody, who may never have signed in: their name is written down when they do.
pub(crate) async fn id_of(
    session: &mut Session,
    issuer: &str,
    subject: &str,
) -> Result<i64, StoreError> {
    match find(session, issuer, subject).await? {
        Some(known) => Ok(known.id),
        None => Ok(record(session, issuer, subject, "").await?.id),
    }
}

/// A row with a key and without a name.
async fn insert(session: &mut Session, issuer: &str, subject: &str) -> Result<i64, StoreError> {
    let key = session.new_key().await?;
    let nameless: &[u8] = &[];
    Ok(sqlx::query_scalar(
        "INSERT INTO people (issuer, subject, name, key) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(issuer)
    .bind(subject)
    .bind(nameless)
    .bind(key)
    .fetch_one(&mut **session)
    .await?)
}

/// The key that seals what belongs to a person.
pub(super) async fn key_of(session: &mut Session, id: i64) -> Result<KeyId, StoreError> {
    keys_of(session, &[id]).await?.remove(&id).ok_or(StoreError::Range)
}

/// The keys of some people.
pub(super) async fn keys_of(
    session: &mut Session,
    people: &[i64],
) -> Result<HashMap<i64, KeyId>, StoreError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let statement = format!(
        "SELECT people.id, people.key, keys.wrapped FROM people JOIN keys ON keys.id = people.key
         WHERE people.id IN {}",
        places(1, people.len())
    );
    // Nothing in it comes from anybody.
    let mut query = sqlx::query_as(AssertSqlSafe(statement));
    for id in people {
        query = query.bind(*id);
    }
    let rows: Vec<(i64, KeyId, Option<Vec<u8>>)> = query.fetch_all(&mut **session).await?;
    for (_, key, wrapped) in &rows {
        session.knows(*key, wrapped.as_deref())?;
    }
    Ok(rows.into_iter().map(|(id, key, _)| (id, key)).collect())
}

/// Destroys the key of a person and forgets what the identity provider calls them: who signs in so
/// again is somebody new.
pub(crate) async fn erase(
    session: &mut Session,
    id: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = key_of(session, id).await?;
    session.destroy(key, now).await?;
    sqlx::query("UPDATE people SET subject = 'erased ' || id WHERE id = $1")
        .bind(id)
        .execute(&mut **session)
        .await?;
    Ok(())
}
