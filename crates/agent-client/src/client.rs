use reqwest::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use ticket::{
    ApprovalRequest, ApprovalWord, Enrollment, Installation, Me, OpenIncident, OwnAccount, Receipt,
    Reply, ServerFacts, Submission, TicketView, UsageReport,
};
use url::Url;
use uuid::Uuid;

use crate::{
    Auth, ClientError, Events,
    answer::{self, MAX_BYTES, MAX_LIST_BYTES},
    events,
    request::{ANSWER_LIMIT, Outgoing},
};

const JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream";

/// The agent at one address. Every method gives a [`ClientError`] if it does not get the answer
/// it asks for.
#[derive(Debug, Clone)]
pub struct AgentClient {
    base: Url,
    http: reqwest::Client,
}

impl AgentClient {
    /// The agent whose API is below `base`; see the crate for what `http` must be.
    #[must_use]
    pub fn new(base: Url, http: reqwest::Client) -> Self {
        Self { base, http }
    }

    /// Asks whether the agent runs. Only the answer the agent gives counts (204): a sign-in page
    /// in its place answers 200.
    ///
    /// # Errors
    /// [`ClientError`], as all of these.
    pub async fn health(&self) -> Result<(), ClientError> {
        let asked = Outgoing::new(Method::GET, self.url(&["healthz"]));
        let response = answer::success(self.send(asked, &Auth::default()).await?).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(()),
            _ => Err(ClientError::Protocol("not the agent's sign of life")),
        }
    }

    /// Enrolls this installation; `auth` must hold the signer of the key enrolled.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn enroll(
        &self,
        auth: &Auth<'_>,
        enrollment: &Enrollment,
    ) -> Result<Installation, ClientError> {
        let asked = Outgoing::new(Method::POST, self.url(&["v1", "installations"]));
        self.ask(asked.json(enrollment)?, auth).await
    }

    /// The person's installations.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn installations(&self, auth: &Auth<'_>) -> Result<Vec<Installation>, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "installations"])), auth).await
    }

    /// Revokes the key of an installation. Needs a fresh sign-in.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke(&self, auth: &Auth<'_>, id: Uuid) -> Result<(), ClientError> {
        let url = self.url(&["v1", "installations", &id.to_string()]);
        let response = self.send(Outgoing::new(Method::DELETE, url), auth).await?;
        answer::success(response).await.map(drop)
    }

    /// What the person is asked to say yes or no to, oldest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn approvals(&self, auth: &Auth<'_>) -> Result<Vec<ApprovalRequest>, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "approvals"])), auth).await
    }

    /// Says yes or no to what the person was shown. Needs a fresh sign-in; the word is final.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn say(
        &self,
        auth: &Auth<'_>,
        id: u32,
        word: &ApprovalWord,
    ) -> Result<(), ClientError> {
        let url = self.url(&["v1", "approvals", &id.to_string()]);
        let asked = Outgoing::new(Method::POST, url);
        let response = self.send(asked.json(word)?, auth).await?;
        answer::success(response).await.map(drop)
    }

    /// Who the agent believes is asking.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn me(&self, auth: &Auth<'_>) -> Result<Me, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "me"])), auth).await
    }

    /// What the company's directory says of the person and of this device.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn facts(&self, auth: &Auth<'_>) -> Result<ServerFacts, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "facts"])), auth).await
    }

    /// What the company's directory says of the person's own account.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn account(&self, auth: &Auth<'_>) -> Result<OwnAccount, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "account"])), auth).await
    }

    /// The faults that several people have now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn incidents(&self, auth: &Auth<'_>) -> Result<Vec<OpenIncident>, ClientError> {
        self.ask(Outgoing::new(Method::GET, self.url(&["v1", "incidents"])), auth).await
    }

    /// Tells how articles were used on this device. Sent again, it counts once.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn usage(&self, auth: &Auth<'_>, report: &UsageReport) -> Result<(), ClientError> {
        let asked = Outgoing::new(Method::POST, self.url(&["v1", "usage"]));
        let response = self.send(asked.json(report)?, auth).await?;
        answer::success(response).await.map(drop)
    }

    /// Sends a request or report in the person's name. Sent again, it is the same one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn submit(
        &self,
        auth: &Auth<'_>,
        submission: &Submission,
    ) -> Result<Receipt, ClientError> {
        let asked = Outgoing::new(Method::POST, self.url(&["v1", "tickets"]));
        self.ask(asked.json(submission)?, auth).await
    }

    /// Sends a request or a security report in nobody's name; only the installation signs it, and a
    /// token in `auth` is left out. The ticket is unverified: it only informs people.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn report(
        &self,
        auth: &Auth<'_>,
        submission: &Submission,
    ) -> Result<Receipt, ClientError> {
        let asked = Outgoing::new(Method::POST, self.url(&["v1", "reports"]));
        let nobody = Auth { bearer: None, signer: auth.signer };
        self.ask(asked.json(submission)?, &nobody).await
    }

    /// The person's tickets.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn tickets(&self, auth: &Auth<'_>) -> Result<Vec<TicketView>, ClientError> {
        let asked = Outgoing::new(Method::GET, self.url(&["v1", "tickets"]));
        answer::content(self.send(asked, auth).await?, MAX_LIST_BYTES).await
    }

    /// One of the person's tickets.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ticket(&self, auth: &Auth<'_>, number: u32) -> Result<TicketView, ClientError> {
        let url = self.url(&["v1", "tickets", &number.to_string()]);
        self.ask(Outgoing::new(Method::GET, url), auth).await
    }

    /// Replies to a ticket and gives it as it is then. Sent again, it is the same reply.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn reply(
        &self,
        auth: &Auth<'_>,
        number: u32,
        reply: &Reply,
    ) -> Result<TicketView, ClientError> {
        let url = self.url(&["v1", "tickets", &number.to_string(), "replies"]);
        self.ask(Outgoing::new(Method::POST, url).json(reply)?, auth).await
    }

    /// What happens to the person's tickets from after this sequence number on, as it happens.
    ///
    /// # Errors
    /// [`ClientError`] if the stream does not begin.
    pub async fn events(&self, auth: &Auth<'_>, after: u32) -> Result<Events, ClientError> {
        let mut url = self.url(&["v1", "events"]);
        url.set_query(Some(&format!("after={after}")));
        let asked = Outgoing::new(Method::GET, url);
        let request = asked.build(&self.http, auth, EVENT_STREAM)?;
        let response = tokio::time::timeout(ANSWER_LIMIT, request.send()).await;
        let response = response.map_err(|_| ClientError::Unreachable(None))?;
        let response = response.map_err(ClientError::of_transport)?;
        events::read(answer::success(response).await?)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        asked: Outgoing,
        auth: &Auth<'_>,
    ) -> Result<T, ClientError> {
        answer::content(self.send(asked, auth).await?, MAX_BYTES).await
    }

    async fn send(&self, asked: Outgoing, auth: &Auth<'_>) -> Result<Response, ClientError> {
        let request = asked.build(&self.http, auth, JSON)?.timeout(ANSWER_LIMIT);
        request.send().await.map_err(ClientError::of_transport)
    }

    /// Below the base, which may have a path of its own.
    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}
