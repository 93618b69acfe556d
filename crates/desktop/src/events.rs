//! Listens for what the agent says, and knows by that whether it answers at all.

use std::sync::Arc;
use std::time::Duration;

use agent_client::{ClientError, Reconnect};
use futures_util::StreamExt;
use ticket::{EventKind, StatusEvent};
use uuid::Uuid;

use crate::link::Link;
use crate::{Change, Desktop, News};

/// Between two looks whether the agent answers, while nobody is signed in.
const LOOK: Duration = Duration::from_secs(20);
/// Between two looks for faults that several people have, and for what waits for the person's yes.
const INCIDENTS: Duration = Duration::from_secs(60);

impl Desktop {
    /// Listens until the program ends; comes back after every end of the connection.
    pub(crate) async fn listen(self: Arc<Self>) {
        let mut reconnect = Reconnect::default();
        loop {
            let is_signed_in = self.lock(&self.person).signed_in.is_some();
            let wait = if is_signed_in {
                if let Err(error) = self.listen_once(&mut reconnect).await {
                    tracing::debug!(%error, "the stream of events ended");
                }
                reconnect.wait(Uuid::new_v4().as_u64_pair().0)
            } else {
                self.look().await;
                LOOK
            };
            tokio::select! {
                () = self.to_listen.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Whether the agent answers, asked without a name.
    async fn look(&self) {
        let client = self.backend().client.clone();
        let answers = match client {
            Some(client) => client.health().await.is_ok(),
            None => false,
        };
        self.set_online(answers);
    }

    async fn listen_once(&self, reconnect: &mut Reconnect) -> Result<(), String> {
        let link = match self.link().await {
            Ok(link) => link,
            Err(problem) => {
                self.look().await;
                return Err(problem.to_string());
            }
        };
        let listened = self.follow(&link, reconnect).await;
        if let Err(error) = &listened {
            self.learn(link.session, error).await;
            self.look().await;
        }
        listened.map_err(|error| error.to_string())
    }

    /// One connection: first everything as it is, then every event as it comes.
    async fn follow(&self, link: &Link, reconnect: &mut Reconnect) -> Result<(), ClientError> {
        self.known.replace(link.owner, link.client.tickets(&link.auth()).await?);
        let mut events = link.client.events(&link.auth(), self.known.sequence()).await?;
        reconnect.succeeded();
        self.set_online(true);
        self.learn_incidents(link).await?;
        self.learn_approvals(link).await;
        self.requests_changed();
        self.tell_usage(link).await;
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                () = tokio::time::sleep(INCIDENTS) => {
                    self.learn_incidents(link).await?;
                    self.learn_approvals(link).await;
                    self.tell_usage(link).await;
                    continue;
                }
                () = self.to_tell.notified() => {
                    self.tell_usage(link).await;
                    continue;
                }
                // Somebody else signed in, or the address changed.
                () = self.to_listen.notified() => return Ok(()),
            };
            match event {
                None => return Ok(()),
                Some(Err(ClientError::Protocol(what))) => {
                    tracing::warn!(what, "an event was not understood");
                }
                Some(Err(error)) => return Err(error),
                Some(Ok(event)) => self.take(link, &event).await?,
            }
        }
    }

    async fn take(&self, link: &Link, event: &StatusEvent) -> Result<(), ClientError> {
        let is_new = event.sequence > self.known.sequence();
        let ticket = link.client.ticket(&link.auth(), event.ticket).await?;
        self.known.put(link.owner, ticket);
        self.known.saw(link.owner, event);
        let is_incident =
            matches!(event.kind, EventKind::IncidentJoined { .. } | EventKind::IncidentOver { .. });
        if is_incident {
            self.learn_incidents(link).await?;
        }
        self.requests_changed();
        if is_new
            && self.owner() == link.owner
            && let Some(news) = news(event)
        {
            self.tell(Change::News(news));
        }
        Ok(())
    }
}

/// What is worth a notification: what the employee did themselves is not.
const fn news(event: &StatusEvent) -> Option<News> {
    let number = event.ticket;
    match event.kind {
        EventKind::Answered { .. }
        | EventKind::Done { .. }
        | EventKind::FollowedUp { .. }
        | EventKind::TeamClosed { .. }
        | EventKind::TeamWrote { .. }
        | EventKind::IncidentOver { .. } => Some(News::Answered { number }),
        EventKind::Asked { .. } => Some(News::Question { number }),
        EventKind::HandedOff { .. } => Some(News::HandedOff { number }),
        EventKind::Received
        | EventKind::Linked { .. }
        | EventKind::Split { .. }
        | EventKind::Understood { .. }
        | EventKind::Replied { .. }
        | EventKind::OnCall { .. }
        | EventKind::TeamStarted { .. }
        | EventKind::ApprovalAsked { .. }
        | EventKind::ApprovalEnded { .. }
        | EventKind::IncidentJoined { .. }
        | EventKind::Solved
        | EventKind::Reopened => None,
    }
}
