use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::StoreError;
use super::value::millis;

/// Takes it down that who is on call for a team is woken now. False: somebody was woken after `since`.
pub(crate) async fn take(
    connection: &mut SqliteConnection,
    team: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let taken = sqlx::query(
        "INSERT INTO pages (team, paged_at) VALUES (?, ?)
         ON CONFLICT (team) DO UPDATE SET paged_at = excluded.paged_at WHERE pages.paged_at <= ?",
    )
    .bind(team)
    .bind(millis(now))
    .bind(millis(since))
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Nobody was woken after all: the next one may try.
pub(crate) async fn give_back(
    connection: &mut SqliteConnection,
    team: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM pages WHERE team = ?").bind(team).execute(connection).await?;
    Ok(())
}
