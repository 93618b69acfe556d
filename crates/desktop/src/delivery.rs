//! Takes what waits in the outbox to the agent, one after the other, for as long as the app runs.

use std::sync::Arc;
use std::time::Duration;

use agent_client::ClientError;
use jiff::Timestamp;
use outbox::{Entry, Outbox, Outcome, Owner, Payload, State};
use ticket::{ProblemCode, Receipt, Reply, Submission, SubmissionKind};
use uuid::Uuid;

use crate::Desktop;
use crate::link::{Failure, Link};

/// Longest time between two looks at the outbox when nothing is due.
const IDLE: Duration = Duration::from_secs(60);
/// How long a reply waits for its delivery before the window goes on without it.
const SOON: Duration = Duration::from_secs(3);

impl Desktop {
    /// Delivers what is due until the program ends.
    pub(crate) async fn deliver(self: Arc<Self>) {
        loop {
            self.deliver_due().await;
            self.delivered.notify_waiters();
            tokio::select! {
                () = self.to_deliver.notified() => {}
                () = tokio::time::sleep(self.until_next()) => {}
            }
        }
    }

    /// Waits until a round of delivery has ended, but not long.
    pub(crate) async fn delivered_soon(&self) {
        // Too slow is fine: the reply is stored and leaves later.
        let _ = tokio::time::timeout(SOON, self.delivered.notified()).await;
    }

    /// Everything that failed before is due now: the agent answers again.
    pub(crate) fn retry_all(&self) {
        let Some(outbox) = &self.outbox else { return };
        let now = Timestamp::now();
        for entry in self.entries() {
            if matches!(entry.state, State::Waiting { attempts: 1.., .. })
                && let Err(error) = outbox.retry(entry.id(), now)
            {
                tracing::warn!(%error, "a stored request keeps its waiting time");
            }
        }
        self.to_deliver.notify_one();
    }

    fn until_next(&self) -> Duration {
        let now = Timestamp::now();
        let owners = [Owner::Installation, self.owner()];
        let next = self.outbox.as_ref().and_then(|outbox| outbox.next_due(now, &owners));
        next.map_or(IDLE, |next| {
            Duration::try_from(next.duration_since(now)).unwrap_or_default().min(IDLE)
        })
    }

    async fn deliver_due(&self) {
        let Some(outbox) = self.outbox.clone() else { return };
        let now = Timestamp::now();
        let owners = [Owner::Installation, self.owner()];
        let mut due = outbox.due(now, &owners);
        // A security report never waits for its writer to be back.
        due.extend(outbox.due_reports(now, &owners));
        due.sort_by_key(|entry| !entry.is_report());
        let is_any = !due.is_empty();
        for entry in due {
            let outcome = self.try_one(&entry).await;
            keep_outcome(&outbox, entry.id(), outcome).await;
        }
        if is_any {
            self.requests_changed();
            self.session_changed();
        }
    }

    async fn try_one(&self, entry: &Entry) -> Outcome {
        let session = self.session_number();
        let sent = match &entry.payload {
            Payload::Submission { submission } => {
                self.send(entry.owner, submission).await.map(Outcome::Accepted)
            }
            Payload::Reply { ticket, reply } => {
                self.send_reply(entry.owner, *ticket, reply).await.map(|()| Outcome::Taken)
            }
        };
        match sent {
            Ok(outcome) => outcome,
            Err(failure) => {
                self.learn_from(session, &failure).await;
                failure.outcome()
            }
        }
    }

    /// In the name of whoever wrote it, and nobody else. What was written signed out is signed by the
    /// installation alone, and so is a security report when its writer's session has ended.
    async fn send(&self, owner: Owner, submission: &Submission) -> Result<Receipt, Failure> {
        let is_report = submission.kind == SubmissionKind::SecurityReport;
        if owner != Owner::Installation {
            match self.send_as(owner, submission).await {
                Err(failure) if is_report && failure.is_about_the_session() => {}
                sent => return sent,
            }
        }
        let link = self.unsigned_link()?;
        self.enroll(&link).await?;
        Ok(link.client.report(&link.auth(), submission).await?)
    }

    async fn send_as(&self, owner: Owner, submission: &Submission) -> Result<Receipt, Failure> {
        let link = self.link_of(owner).await?;
        Ok(link.client.submit(&link.auth(), submission).await?)
    }

    async fn send_reply(&self, owner: Owner, ticket: u32, reply: &Reply) -> Result<(), Failure> {
        let link = self.link_of(owner).await?;
        let view = link.client.reply(&link.auth(), ticket, reply).await?;
        self.known.put(owner, view);
        Ok(())
    }

    /// The way to the agent as this person; not now if somebody else is signed in.
    async fn link_of(&self, owner: Owner) -> Result<Link, Failure> {
        let link = self.link().await.map_err(|problem| Failure::NotNow(problem.code))?;
        if link.owner == owner { Ok(link) } else { Err(Failure::NotNow(ProblemCode::SignInNeeded)) }
    }

    /// What a failure says about the session and the network.
    async fn learn_from(&self, session: u64, failure: &Failure) {
        let Failure::Client(error) = failure else { return };
        if matches!(error, ClientError::Unreachable(_)) {
            self.set_online(false);
        }
        self.learn(session, error).await;
    }
}

async fn keep_outcome(outbox: &Arc<Outbox>, id: Uuid, outcome: Outcome) {
    let outbox = Arc::clone(outbox);
    let random = Uuid::new_v4().as_u64_pair().0;
    let kept =
        tokio::task::spawn_blocking(move || outbox.record(id, outcome, Timestamp::now(), random));
    match kept.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, %id, "the outcome of a delivery was not kept"),
        Err(error) => tracing::error!(%error, %id, "the outcome of a delivery was not kept"),
    }
}
