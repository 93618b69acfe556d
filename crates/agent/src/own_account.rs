//! What the directory says of somebody's account, for themselves alone.

use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use jiff::Timestamp;
use serde_json::json;
use ticket::OwnAccount;
use uuid::Uuid;

use crate::desk::Desk;
use crate::store::people::Person;
use crate::store::{StoreError, audit as trail};

/// Somebody waits in front of a screen.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Known(OwnAccount),
    /// There is no directory, or it does not know them.
    Nothing,
    /// It does not answer.
    Later,
}

/// Tells a person what the directory says of their account, and writes down that they were.
pub(crate) async fn show(
    desk: &Desk,
    person: &Person,
    installation: Option<Uuid>,
    now: Timestamp,
) -> Result<Told, StoreError> {
    let Some(directory) = &desk.ports.directory else { return Ok(Told::Nothing) };
    let asked = tokio::time::timeout(PATIENCE, directory.own_account(&person.subject)).await;
    let account = match asked {
        Ok(Ok(Some(account))) => account,
        Ok(Ok(None)) => return Ok(Told::Nothing),
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "the directory was not read");
            return Ok(Told::Later);
        }
        Err(_) => return Ok(Told::Later),
    };
    let mut writing = desk.store.write().await?;
    let facts = json!({ "person": person.id, "installation": installation });
    let (actor, kind) = (Actor::Employee, EntryKind::AccountShown);
    trail::record(&mut writing, Draft { at: now, ticket: None, actor, kind, facts }).await?;
    writing.commit("account_shown").await?;
    Ok(Told::Known(account))
}
