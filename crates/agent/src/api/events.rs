use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;
use ticket::{Problem, StatusEvent};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Refusal;
use crate::auth::Caller;
use crate::desk::Desk;
use crate::news::Following;
use crate::store::{StoreError, events, installations};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The last sequence number the client has.
    after: Option<u32>,
}

/// What happens to the caller's tickets.
///
/// Server-sent events from after a sequence number. Ends when the access token does, or the
/// installation is revoked.
#[utoipa::path(get, path = "/v1/events", operation_id = "follow_events", tag = "tickets", params(After),
    security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = StatusEvent, content_type = "text/event-stream"),
        (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn stream(
    State(desk): State<Arc<Desk>>,
    _entering: Entering,
    caller: Caller,
    query: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, StoreError>>>, Refusal> {
    let Query(After { after }) = query.map_err(|_| Refusal::malformed())?;
    let last_seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let follower = Follower {
        // Before the first look at the store, so that nothing falls between.
        news: desk.news.follow(caller.person.id),
        person: caller.person.id,
        installation: caller.installation,
        after: last_seen.or(after).unwrap_or_default(),
        page: VecDeque::new(),
        desk: Arc::clone(&desk),
    };
    let heartbeat = desk.limits.heartbeat;
    let end = end(desk, caller.until);
    let events = stream::try_unfold(follower, Follower::next).take_until(Box::pin(end));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(heartbeat)))
}

/// Follows one person's events. Reads them from the store; the news only wakes it, so a slow
/// client loses nothing.
struct Follower {
    desk: Arc<Desk>,
    person: i64,
    installation: Uuid,
    after: u32,
    page: VecDeque<StatusEvent>,
    news: Following,
}

impl Follower {
    async fn next(mut self) -> Result<Option<(Event, Self)>, StoreError> {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.after = event.sequence;
                return Ok(Some((on_the_wire(&event)?, self)));
            }
            if !self.turn_page().await? || (self.page.is_empty() && !self.news.is_woken().await) {
                return Ok(None);
            }
        }
    }

    /// Reads on. False: this installation is no longer the person's.
    async fn turn_page(&mut self) -> Result<bool, StoreError> {
        let mut reading = self.desk.store.read().await?;
        let key = installations::key_of(&mut reading, self.installation, self.person).await?;
        self.page = events::after(&mut reading, self.person, self.after).await?.into();
        Ok(key.is_some())
    }
}

/// Held by who begins to follow, before anything is looked up for them.
pub(super) struct Entering {
    _permit: Option<OwnedSemaphorePermit>,
}

impl FromRequestParts<Arc<Desk>> for Entering {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Infallible> {
        // It is never closed.
        Ok(Self { _permit: Arc::clone(&desk.entrance).acquire_owned().await.ok() })
    }
}

fn on_the_wire(event: &StatusEvent) -> Result<Event, StoreError> {
    let data = serde_json::to_string(event)?;
    Ok(Event::default().id(event.sequence.to_string()).event("status").data(data))
}

/// The end of the access token or of the agent, whichever comes first.
async fn end(desk: Arc<Desk>, expires_at: i64) {
    let left = expires_at.saturating_sub(Timestamp::now().as_second());
    let left = Duration::from_secs(u64::try_from(left).unwrap_or_default());
    let mut stopping = desk.stopping.clone();
    tokio::select! {
        () = tokio::time::sleep(left) => {}
        _ = stopping.wait_for(|stops| *stops) => {}
    }
}
