//! Faults that several people have: what the agent tells of them, and "me too".

use agent_client::ClientError;
use jiff::Timestamp;
use outbox::{Entry, Payload};
use ticket::{EventKind, OpenIncident, Problem, ProblemCode, Submission};
use uuid::Uuid;

use crate::Desktop;
use crate::link::Link;
use crate::problem::problem;
use crate::view::{IncidentView, SavedView};
use crate::words::{tidy, unfit};

impl Desktop {
    /// Asks the agent which faults several people have now.
    pub(crate) async fn learn_incidents(&self, link: &Link) -> Result<(), ClientError> {
        let open = link.client.incidents(&link.auth()).await?;
        let before = std::mem::replace(&mut *self.lock(&self.incidents), open.clone());
        if before != open {
            self.requests_changed();
        }
        Ok(())
    }

    /// The faults that several people have now.
    pub(crate) fn incidents(&self) -> Vec<IncidentView> {
        let open = self.lock(&self.incidents).clone();
        let view = |incident: OpenIncident| IncidentView {
            joined: self.has(incident.id),
            id: incident.id,
            cause: incident.cause,
            since: incident.since.to_string(),
        };
        open.into_iter().map(view).collect()
    }

    /// Whether a request of this person belongs to an incident, sent or not.
    fn has(&self, id: u32) -> bool {
        let is_joined = |kind: &EventKind| matches!(kind, EventKind::IncidentJoined { incident, .. } if *incident == id);
        let known = self.known.tickets();
        let mut events = known.iter().flat_map(|ticket| &ticket.events);
        let entries = self.entries();
        let is_about = |entry: &Entry| match &entry.payload {
            Payload::Submission { submission } => submission.incident == Some(id),
            Payload::Reply { .. } => false,
        };
        events.any(|event| is_joined(&event.kind)) || entries.iter().any(is_about)
    }

    /// Says that this person has an incident too, as a request that belongs to it. Nobody looks it
    /// through before it leaves, so it holds these words and nothing of the device.
    ///
    /// # Errors
    /// There is no such incident, the text is empty or too long, or this device cannot store it.
    pub async fn incident_me_too(&self, id: u32, text: &str) -> Result<SavedView, Problem> {
        let is_open = self.lock(&self.incidents).iter().any(|incident| incident.id == id);
        if !is_open {
            return Err(problem(ProblemCode::NotFound, "no such incident"));
        }
        let text = redaction::redact(&tidy(text)).text;
        let words = Submission::of_words(Uuid::now_v7(), Timestamp::now(), text, self.language());
        let submission = Submission { incident: Some(id), ..words };
        submission.validate().map_err(unfit)?;
        let id = submission.id;
        self.store(self.owner(), Payload::Submission { submission: Box::new(submission) }, None)
            .await?;
        Ok(SavedView { id: id.to_string(), online: self.session().online })
    }
}
