//! Takes what waits in the outbox to the agent, one after the other, for as long as the app runs.

use std::sync::Arc;
use std::time::Duration;

use agent_client::{AgentClient, Auth, ClientError, Signer};
use jiff::Timestamp;
use outbox::{Entry, Outcome, Owner, Payload, State};
use ticket::{Enrollment, Problem, ProblemCode, Submission, SubmissionKind};
use uuid::Uuid;

use crate::Desktop;
use crate::problem::problem;
use crate::session::identity_problem;

/// Longest time between two looks at the outbox when nothing is due.
const IDLE: Duration = Duration::from_secs(60);
/// How long a reply waits for its delivery before the window goes on without it.
const SOON: Duration = Duration::from_secs(3);

/// The way to the agent in the name of the person, if somebody is signed in.
pub(crate) struct Link {
    pub(crate) client: AgentClient,
    bearer: Option<String>,
    signer: Signer,
}

impl Link {
    pub(crate) fn auth(&self) -> Auth<'_> {
        Auth { bearer: self.bearer.as_deref(), signer: Some(&self.signer) }
    }
}

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

    fn owners(&self) -> [Owner; 2] {
        [Owner::Installation, self.owner()]
    }

    fn until_next(&self) -> Duration {
        let now = Timestamp::now();
        let next = self.outbox.as_ref().and_then(|outbox| outbox.next_due(now, &self.owners()));
        let wait = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
        match (next, wait) {
            (Some(_), wait) => wait.unwrap_or_default().min(IDLE),
            (None, _) => IDLE,
        }
    }

    async fn deliver_due(&self) {
        let Some(outbox) = self.outbox.clone() else { return };
        let due = outbox.due(Timestamp::now(), &self.owners());
        let is_any = !due.is_empty();
        for entry in due {
            let outcome = self.try_one(&entry).await;
            let random = u64::from_le_bytes(random_bytes());
            let outbox = Arc::clone(&outbox);
            let id = entry.id();
            let recorded = tokio::task::spawn_blocking(move || {
                outbox.record(id, outcome, Timestamp::now(), random)
            });
            match recorded.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::error!(%error, %id, "the outcome of a delivery was not kept");
                }
                Err(error) => {
                    tracing::error!(%error, %id, "the outcome of a delivery was not kept");
                }
            }
        }
        if is_any {
            self.requests_changed();
            self.session_changed();
        }
    }

    async fn try_one(&self, entry: &Entry) -> Outcome {
        let sent = match &entry.payload {
            Payload::Submission { submission }
                if submission.kind == SubmissionKind::SecurityReport =>
            {
                self.send_report(entry.owner, submission).await
            }
            Payload::Submission { submission } => self.send_request(submission).await,
            Payload::Reply { ticket, reply } => match self.link().await {
                Ok(link) => match link.client.reply(&link.auth(), *ticket, reply).await {
                    Ok(view) => {
                        self.known.put(view);
                        return Outcome::Taken;
                    }
                    Err(error) => Err(Failure::Client(error)),
                },
                Err(_) => Err(Failure::NotNow),
            },
        };
        match sent {
            Ok(receipt) => Outcome::Accepted(receipt),
            Err(failure) => failure.outcome(),
        }
    }

    async fn send_request(&self, submission: &Submission) -> Result<ticket::Receipt, Failure> {
        let link = self.link().await.map_err(|_| Failure::NotNow)?;
        link.client.submit(&link.auth(), submission).await.map_err(Failure::Client)
    }

    /// In the person's name if that works now; else signed by the installation alone, because a
    /// security report never waits for a sign-in.
    async fn send_report(
        &self,
        owner: Owner,
        submission: &Submission,
    ) -> Result<ticket::Receipt, Failure> {
        if matches!(owner, Owner::Person(_))
            && let Ok(link) = self.link().await
        {
            match link.client.submit(&link.auth(), submission).await {
                Err(error) if error.needs_sign_in() => {}
                sent => return sent.map_err(Failure::Client),
            }
        }
        let link = self.unsigned_link().map_err(|_| Failure::NotNow)?;
        self.enroll(&link).await.map_err(Failure::Client)?;
        link.client.report(&link.auth(), submission).await.map_err(Failure::Client)
    }

    /// The way to the agent as the signed-in person, whose installation is enrolled first.
    pub(crate) async fn link(&self) -> Result<Link, Problem> {
        let token = self.identity()?.access_token().await;
        let token = match token {
            Ok(token) => token,
            Err(error) => {
                if matches!(error, identity::IdentityError::SignInNeeded)
                    && self.session().name.is_some()
                {
                    self.becomes(None);
                }
                return Err(identity_problem(&error));
            }
        };
        let link = Link { bearer: Some(token.secret), ..self.unsigned_link()? };
        if !self.lock(&self.person).enrolled {
            self.enroll(&link).await.map_err(|error| client_problem(&error))?;
            self.lock(&self.person).enrolled = true;
        }
        Ok(link)
    }

    fn unsigned_link(&self) -> Result<Link, Problem> {
        let backend = self.backend();
        let client = backend.client.clone();
        let client = client
            .ok_or_else(|| problem(ProblemCode::AgentUnreachable, "no agent is configured"))?;
        Ok(Link { client, bearer: None, signer: backend.signer.clone() })
    }

    async fn enroll(&self, link: &Link) -> Result<(), ClientError> {
        let device_name =
            diagnostics::device_report(&self.check_context(), &self.options.version, None)
                .await
                .name;
        let enrollment = Enrollment {
            id: self.installation.id(),
            public_key: self.installation.public_key_base64(),
            device_name,
        };
        link.client.enroll(&link.auth(), &enrollment).await.map(drop)
    }
}

/// Why something was not delivered.
enum Failure {
    /// The agent, or the way to it.
    Client(ClientError),
    /// It cannot be tried now: nobody is signed in, or the provider is away. The log has the reason.
    NotNow,
}

impl Failure {
    fn outcome(self) -> Outcome {
        match self {
            Self::Client(error) if error.is_retryable() || error.needs_sign_in() => {
                Outcome::Retry { after: error.retry_after() }
            }
            Self::Client(error) => {
                let problem = client_problem(&error);
                Outcome::Refused { code: problem.code, reference: problem.reference }
            }
            Self::NotNow => Outcome::Retry { after: None },
        }
    }
}

/// The one table from client errors to what the window says; the agent's reference is kept.
pub(crate) fn client_problem(error: &ClientError) -> Problem {
    match error {
        ClientError::Refused { code, reference, .. } if !reference.is_empty() => {
            tracing::warn!(%error, "the agent refused");
            Problem { code: *code, reference: reference.clone() }
        }
        _ => problem(error.code(), error),
    }
}

fn random_bytes() -> [u8; 8] {
    let bytes = Uuid::new_v4().into_bytes();
    let mut random = [0; 8];
    random.iter_mut().zip(bytes).for_each(|(random, byte)| *random = byte);
    random
}
