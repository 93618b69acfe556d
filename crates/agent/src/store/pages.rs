use jiff::Timestamp;

use super::value::millis;
use super::{Connection, StoreError};

/// Takes it down that who is on call for a team is woken now. False: somebody was woken after `since`.
pub(crate) async fn take(
    connection: &mut Connection,
    team: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let taken = sqlx::query(
        "INSERT INTO pages (team, paged_at) VALUES ($1, $2)
         ON CONFLICT (team) DO UPDATE SET paged_at = excluded.paged_at WHERE pages.paged_at <= $3",
    )
    .bind(team)
    .bind(millis(now))
    .bind(millis(since))
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Nobody was woken after all: the next one may try.
pub(crate) async fn give_back(connection: &mut Connection, team: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM pages WHERE team = $1").bind(team).execute(connection).await?;
    Ok(())
}
