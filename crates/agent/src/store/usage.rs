use jiff::{SignedDuration, Timestamp};
use ticket::{UsageCount, Used};
use uuid::Uuid;

use super::keys::KeyId;
use super::people;
use super::value::{from_word, millis, number, word};
use super::{Connection, Session, StoreError};

/// A report is not sent again after so long.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(60 * 24);
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A question that somebody shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) person: i64,
    pub(crate) text: String,
}

fn place(report: &str, at: i64) -> String {
    format!("questions.text {report} {at}")
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(DAY_SECONDS)
}

/// Remembers a report; whether it is a new one.
pub(crate) async fn is_new(
    connection: &mut Connection,
    report: Uuid,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let before = now.saturating_sub(REMEMBERED).map_err(|_| StoreError::Range)?;
    sqlx::query("DELETE FROM usage_reports WHERE at < $1")
        .bind(millis(before))
        .execute(&mut *connection)
        .await?;
    let kept =
        sqlx::query("INSERT INTO usage_reports (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(report.to_string())
            .bind(millis(now))
            .execute(connection)
            .await?;
    Ok(kept.rows_affected() > 0)
}

/// Adds to the sums of the day.
pub(crate) async fn add(
    connection: &mut Connection,
    count: &UsageCount,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO usage (day, what, article, count) VALUES ($1, $2, $3, $4)
         ON CONFLICT (day, what, article) DO UPDATE SET count = usage.count + excluded.count",
    )
    .bind(day(now))
    .bind(word(&count.what)?)
    .bind(count.article.as_deref().unwrap_or_default())
    .bind(i64::from(count.count))
    .execute(connection)
    .await?;
    Ok(())
}

/// The sums from that moment's day on, for each thing and article.
pub(crate) async fn since(
    connection: &mut Connection,
    since: Timestamp,
) -> Result<Vec<UsageCount>, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT what, article, CAST(sum(count) AS BIGINT) FROM usage WHERE day >= $1
         GROUP BY what, article ORDER BY article, what",
    )
    .bind(day(since))
    .fetch_all(connection)
    .await?;
    let count = |(what, article, count): (String, String, i64)| {
        let article = Some(article).filter(|article| !article.is_empty());
        Ok(UsageCount { what: from_word::<Used>(what)?, article, count: number(count)? })
    };
    rows.into_iter().map(count).collect()
}

/// Keeps a question of a person, sealed with their key.
pub(crate) async fn keep_question(
    session: &mut Session,
    report: Uuid,
    at: i64,
    shared: &Shared,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = people::key_of(session, shared.person).await?;
    let report = report.to_string();
    let sealed = session.seal(key, &place(&report, at), &shared.text).await?;
    sqlx::query(
        "INSERT INTO questions (report, place, person, at, text) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(report)
    .bind(at)
    .bind(shared.person)
    .bind(millis(now))
    .bind(sealed)
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// What people shared since then, oldest first.
pub(crate) async fn questions_since(
    session: &mut Session,
    since: Timestamp,
) -> Result<Vec<Shared>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT questions.report, questions.place, questions.person, questions.text, people.key
         FROM questions JOIN people ON people.id = questions.person
         WHERE questions.at >= $1
         ORDER BY questions.at, questions.report, questions.place",
    )
    .bind(millis(since))
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// What a person shared, oldest first.
pub(crate) async fn questions_of(
    session: &mut Session,
    person: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT questions.report, questions.place, questions.person, questions.text, people.key
         FROM questions JOIN people ON people.id = questions.person
         WHERE questions.person = $1
         ORDER BY questions.at, questions.report, questions.place",
    )
    .bind(person)
    .fetch_all(&mut **session)
    .await?;
    Ok(opened(session, rows).await?.into_iter().map(|shared| shared.text).collect())
}

/// Removes what a person shared.
pub(crate) async fn forget(connection: &mut Connection, person: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM questions WHERE person = $1").bind(person).execute(connection).await?;
    Ok(())
}

type Row = (String, i64, i64, Vec<u8>, KeyId);

async fn opened(session: &mut Session, rows: Vec<Row>) -> Result<Vec<Shared>, StoreError> {
    let mut shared = Vec::new();
    for (report, at, person, sealed, key) in rows {
        let text = session.open(key, &place(&report, at), &sealed).await?;
        shared.extend(text.map(|text| Shared { person, text }));
    }
    Ok(shared)
}
