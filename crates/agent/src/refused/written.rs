//! Refusals in the audit trail, written at one place for every route, so that none can forget it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::TurnedAway;
use crate::desk::Desk;
use crate::store::{self, StoreError};

/// The time between two looks at what was too much to write down.
const MINUTE: Duration = Duration::from_secs(60);

/// Who a request is from, as far as it was found out before it was turned away.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Who>);

#[derive(Debug, Default)]
struct Who {
    person: OnceLock<i64>,
    installation: OnceLock<Uuid>,
}

/// Remembers whose good token a request has.
pub(crate) fn saw_person(parts: &Parts, person: i64) {
    if let Some(Seen(who)) = parts.extensions.get() {
        who.person.get_or_init(|| person);
    }
}

/// Remembers whose good signature a request has.
pub(crate) fn saw_installation(parts: &Parts, installation: Uuid) {
    if let Some(Seen(who)) = parts.extensions.get() {
        who.installation.get_or_init(|| installation);
    }
}

/// Writes every refusal down. Where there is no route, nothing was asked for.
pub(crate) async fn write_down(
    State(desk): State<Arc<Desk>>,
    route: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let method = request.method().clone();
    let response = next.run(request).await;
    let turned_away = response.extensions().get::<TurnedAway>();
    let turned_away = turned_away.filter(|_| response.status().is_client_error());
    if let (Some(route), Some(TurnedAway { reason, subject })) = (route, turned_away) {
        let facts = json!({
            "method": method.as_str(),
            "route": route.as_str(),
            "reason": reason,
            "subject": subject,
            "person": seen.0.person.get(),
            "installation": seen.0.installation.get(),
        });
        keep(&desk, reason.kind(), facts).await;
    }
    response
}

/// A flood of refusals is not allowed to fill the disk: beyond the budget of a minute they are
/// logged and counted, as is what the database did not take.
async fn keep(desk: &Desk, kind: EntryKind, facts: Value) {
    tracing::info!(%facts, "a request was turned away");
    let now = Timestamp::now();
    if !desk.refusals.take((), now) {
        desk.unwritten.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let draft = Draft { at: now, ticket: None, actor: Actor::System, kind, facts };
    if let Err(error) = write(desk, draft).await {
        tracing::error!(error = ?error, "a refusal could not be audited");
        desk.unwritten.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every minute, until the agent stops: says how many refusals were counted only.
pub(crate) async fn tally(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(MINUTE) => {}
            _ = stopping.wait_for(|stops| *stops) => return,
        }
        own_up(&desk).await;
    }
}

/// Writes down how many refusals were not, since it was asked last.
pub(crate) async fn own_up(desk: &Desk) {
    let unwritten = desk.unwritten.swap(0, Ordering::Relaxed);
    if unwritten == 0 {
        return;
    }
    let facts = json!({ "reason": "flood", "unwritten": unwritten });
    let kind = EntryKind::Refused;
    let draft = Draft { at: Timestamp::now(), ticket: None, actor: Actor::System, kind, facts };
    if let Err(error) = write(desk, draft).await {
        tracing::error!(error = ?error, unwritten, "a flood of refusals could not be audited");
        desk.unwritten.fetch_add(unwritten, Ordering::Relaxed);
    }
}

async fn write(desk: &Desk, draft: Draft) -> Result<(), StoreError> {
    let mut writing = desk.store.write().await?;
    store::audit::record(&mut writing, draft).await?;
    writing.commit("refusals_written").await
}
