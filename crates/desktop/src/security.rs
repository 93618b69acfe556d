//! Security reports: from anywhere, signed in or not, cancellable for a few seconds.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use outbox::{Cancelled, Owner, Payload};
use ticket::{Problem, ProblemCode, Submission, SubmissionKind, WIRE_VERSION};
use uuid::Uuid;

use crate::Desktop;
use crate::problem::problem;
use crate::view::SavedView;
use crate::words::{tidy, unfit};

/// A slip can be taken back for this long.
const HOLD: Duration = Duration::from_secs(8);

impl Desktop {
    /// Stores a security report; it leaves after the time to take it back.
    ///
    /// # Errors
    /// The text is empty or too long, or this device cannot store it: call the security team.
    pub async fn security_report(
        &self,
        text: &str,
        contact: Option<String>,
    ) -> Result<SavedView, Problem> {
        let device = self.device_report().await.ok();
        let submission = Submission {
            version: WIRE_VERSION,
            id: Uuid::now_v7(),
            kind: SubmissionKind::SecurityReport,
            created_at: Timestamp::now(),
            text: redaction::redact(&tidy(text)).text,
            locale: self.language(),
            scenario: Some(ticket::Scenario::SecurityIncident),
            device,
            findings: Vec::new(),
            diagnosis: None,
            tried: Vec::new(),
            removed: Vec::new(),
            contact: contact.map(|contact| tidy(&contact)),
            incident: None,
            no_answer: false,
            access: None,
        };
        submission.validate().map_err(unfit)?;
        let id = submission.id;
        // Signed-out reports belong to the installation: nobody else must sign in for them to leave.
        let owner = if self.session().name.is_some() { self.owner() } else { Owner::Installation };
        self.store(owner, Payload::Submission { submission: Box::new(submission) }, Some(HOLD))
            .await?;
        Ok(SavedView { id: id.to_string(), online: self.session().online })
    }

    /// Takes a report back while it has not left.
    ///
    /// # Errors
    /// It has left already.
    pub async fn security_cancel(&self, id: Uuid) -> Result<(), Problem> {
        let outbox = Arc::clone(self.outbox()?);
        let cancelled =
            tokio::task::spawn_blocking(move || outbox.cancel(id, Timestamp::now())).await;
        match cancelled.map_err(|error| problem(ProblemCode::Internal, error))? {
            Ok(Cancelled::Removed) => {
                self.requests_changed();
                self.session_changed();
                Ok(())
            }
            Ok(Cancelled::Unknown) => Err(problem(ProblemCode::NotFound, "no such report")),
            Ok(Cancelled::TooLate) => Err(problem(ProblemCode::Conflict, "the report has left")),
            Err(error) => Err(problem(ProblemCode::DeviceStorage, error)),
        }
    }
}
