//! My requests: what waits on this device and what the agent told, as one list.

use std::sync::Arc;

use jiff::Timestamp;
use outbox::{Entry, Outbox, OutboxError, Payload, State};
use ticket::{
    EventKind, Problem, ProblemCode, Reply, ReplyAction, Submission, TicketStatus, TicketView,
};
use uuid::Uuid;

use crate::problem::problem;
use crate::view::{
    ArticleLink, HomeView, ReplyView, RequestRow, RequestState, RequestView, TimelineEntry,
};
use crate::words::tidy;
use crate::{Change, Desktop};

/// Guided help and articles on the empty Ask screen.
const SUGGESTIONS: usize = 3;
/// Longest title of a row, in characters.
const TITLE_CHARS: usize = 80;

impl Desktop {
    /// What the Ask screen shows before anything is typed.
    ///
    /// # Errors
    /// This device's storage cannot be read.
    pub async fn home(&self) -> Result<HomeView, Problem> {
        let language = self.language();
        let is_open =
            |row: &RequestRow| !matches!(row.state, RequestState::Solved | RequestState::Closed);
        Ok(HomeView {
            guides: self.knowledge.cards(&language).into_iter().take(SUGGESTIONS).collect(),
            popular: self.popular(&language),
            open_requests: self.requests().await?.into_iter().filter(is_open).collect(),
            incidents: self.incidents(),
        })
    }

    fn popular(&self, language: &str) -> Vec<ArticleLink> {
        let mut ids = self.usage.most_opened();
        for id in &self.knowledge.content.organization.popular {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids.iter().filter_map(|id| self.knowledge.link(id, language)).take(SUGGESTIONS).collect()
    }

    /// Every request of the person, newest change first.
    ///
    /// # Errors
    /// This device's storage cannot be read.
    pub async fn requests(&self) -> Result<Vec<RequestRow>, Problem> {
        let known = self.known.tickets();
        let is_known = |entry: &Entry| known.iter().any(|ticket| ticket.submission == entry.id());
        let entries = self.entries();
        let waiting = entries.iter().filter(|entry| !is_known(entry)).filter_map(row_of_entry);
        let accepted = known.iter().map(|ticket| RequestRow {
            security: entries
                .iter()
                .any(|entry| entry.id() == ticket.submission && entry.is_report()),
            ..row_of_ticket(ticket)
        });
        let mut rows: Vec<RequestRow> = waiting.chain(accepted).collect();
        rows.sort_by(|a, b| b.updated_at.cmp(&a.updated_at));
        Ok(rows)
    }

    /// How many requests wait for the employee.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        let waiting =
            self.known.tickets().iter().filter(|ticket| waits_for_me(ticket.status)).count();
        u32::try_from(waiting).unwrap_or(u32::MAX)
    }

    /// One request, opened.
    ///
    /// # Errors
    /// There is no such request.
    pub async fn request(&self, id: Uuid) -> Result<RequestView, Problem> {
        let entry = self.entries().into_iter().find(|entry| entry.id() == id);
        let document = entry.as_ref().and_then(document);
        if let Some(ticket) = self.known.ticket(id) {
            let security = entry.as_ref().is_some_and(Entry::is_report);
            return Ok(self.view_of_ticket(&ticket, security, document));
        }
        entry
            .as_ref()
            .and_then(|entry| view_of_entry(entry, document))
            .ok_or_else(|| problem(ProblemCode::NotFound, "no such request"))
    }

    /// Replies to a request; stored first, sent when the agent answers.
    ///
    /// # Errors
    /// The request is not accepted yet, or this device cannot store the reply.
    pub async fn reply(
        self: &Arc<Self>,
        id: Uuid,
        action: ReplyAction,
    ) -> Result<RequestView, Problem> {
        let ticket = self.known.ticket(id);
        let ticket = ticket.ok_or_else(|| problem(ProblemCode::NotFound, "no such request"))?;
        let action = match action {
            ReplyAction::Write { text } => {
                ReplyAction::Write { text: redaction::redact(&tidy(&text)).text }
            }
            ReplyAction::Choose { .. } | ReplyAction::Solved | ReplyAction::NotSolved => action,
        };
        let reply = Reply { id: Uuid::now_v7(), action };
        let payload = Payload::Reply { ticket: ticket.number, reply };
        self.store(self.owner(), payload, None).await?;
        // A quick answer is seen at once; the timeline itself only shows what the agent has.
        self.delivered_soon().await;
        self.request(id).await
    }

    /// Tries again what the agent refused: the request, or replies to it.
    ///
    /// # Errors
    /// There is no such request, or this device cannot store the change.
    pub async fn request_retry(&self, id: Uuid) -> Result<RequestView, Problem> {
        let now = Timestamp::now();
        self.each_refused(id, move |outbox, entry| outbox.retry(entry, now)).await?;
        self.to_deliver.notify_one();
        self.delivered_soon().await;
        self.request(id).await
    }

    /// Deletes from this device what the agent refused: the request, or replies to it.
    ///
    /// # Errors
    /// There is no such request, or this device cannot store the change.
    pub async fn request_discard(&self, id: Uuid) -> Result<(), Problem> {
        self.each_refused(id, Outbox::remove).await?;
        self.requests_changed();
        self.session_changed();
        Ok(())
    }

    async fn each_refused(
        &self,
        id: Uuid,
        change: impl Fn(&Outbox, Uuid) -> Result<(), OutboxError> + Send + 'static,
    ) -> Result<(), Problem> {
        let number = self.known.ticket(id).map(|ticket| ticket.number);
        let refused: Vec<Uuid> = self
            .entries()
            .iter()
            .filter(|entry| matches!(entry.state, State::Refused { .. }))
            .filter(|entry| entry.id() == id || (number.is_some() && replies_to(entry) == number))
            .map(Entry::id)
            .collect();
        if refused.is_empty() {
            return Err(problem(ProblemCode::NotFound, "nothing was refused"));
        }
        let outbox = Arc::clone(self.outbox()?);
        let changed = tokio::task::spawn_blocking(move || {
            refused.into_iter().try_for_each(|entry| change(&outbox, entry))
        });
        let changed = changed.await.map_err(|error| problem(ProblemCode::Internal, error))?;
        changed.map_err(|error| problem(ProblemCode::DeviceStorage, error))
    }

    fn view_of_ticket(
        &self,
        ticket: &TicketView,
        security: bool,
        document: Option<String>,
    ) -> RequestView {
        let entries = self.entries();
        let language = self.language();
        let articles = ticket.events.iter().rev().find_map(|event| match &event.kind {
            EventKind::Answered { articles } => Some(articles.as_slice()),
            _ => None,
        });
        let handed_off = ticket.events.iter().rev().find_map(|event| match &event.kind {
            EventKind::HandedOff { respond_within_minutes, .. } => Some(*respond_within_minutes),
            _ => None,
        });
        RequestView {
            row: RequestRow { security, ..row_of_ticket(ticket) },
            text: ticket.text.clone(),
            timeline: ticket
                .events
                .iter()
                .map(|event| TimelineEntry {
                    at: event.at.to_string(),
                    event: Some(event.kind.clone()),
                })
                .collect(),
            question: ticket.question.clone(),
            articles: articles
                .unwrap_or_default()
                .iter()
                .filter_map(|id| self.knowledge.link(id, &language))
                .collect(),
            respond_within_minutes: handed_off,
            waits_because: None,
            replies: entries.iter().filter_map(|entry| reply_view(entry, ticket.number)).collect(),
            refused: None,
            document,
        }
    }

    /// Tells the window that the list has changed.
    pub(crate) fn requests_changed(&self) {
        self.tell(Change::Requests { waiting: self.waiting() });
    }
}

const fn waits_for_me(status: TicketStatus) -> bool {
    match status {
        TicketStatus::Question | TicketStatus::Answered => true,
        TicketStatus::Received
        | TicketStatus::WithTeam
        | TicketStatus::Solved
        | TicketStatus::Closed => false,
    }
}

const fn state_of(status: TicketStatus) -> RequestState {
    match status {
        TicketStatus::Received => RequestState::Received,
        TicketStatus::Answered => RequestState::Answered,
        TicketStatus::Question => RequestState::Question,
        TicketStatus::WithTeam => RequestState::WithTeam,
        TicketStatus::Solved => RequestState::Solved,
        TicketStatus::Closed => RequestState::Closed,
    }
}

fn row_of_ticket(ticket: &TicketView) -> RequestRow {
    RequestRow {
        id: ticket.submission.to_string(),
        number: Some(ticket.number),
        title: title(&ticket.text),
        state: state_of(ticket.status),
        team: ticket.team.clone(),
        updated_at: ticket.events.last().map(|event| event.at.to_string()).unwrap_or_default(),
        waits_for_me: waits_for_me(ticket.status),
        security: false,
    }
}

fn row_of_entry(entry: &Entry) -> Option<RequestRow> {
    let submission = submission(entry)?;
    let (state, number) = match &entry.state {
        State::Waiting { .. } => (RequestState::Saved, None),
        State::Held { .. } => (RequestState::Cancellable, None),
        State::Refused { .. } => (RequestState::Refused, None),
        State::Accepted { receipt } => (RequestState::Received, Some(receipt.number)),
    };
    Some(RequestRow {
        id: submission.id.to_string(),
        number,
        title: title(&submission.text),
        state,
        team: None,
        updated_at: updated_at(entry, submission).to_string(),
        waits_for_me: matches!(entry.state, State::Refused { .. }),
        security: entry.is_report(),
    })
}

fn updated_at(entry: &Entry, submission: &Submission) -> Timestamp {
    match &entry.state {
        State::Refused { at, .. } => *at,
        State::Accepted { receipt } => receipt.accepted_at,
        State::Waiting { .. } | State::Held { .. } => submission.created_at,
    }
}

fn view_of_entry(entry: &Entry, document: Option<String>) -> Option<RequestView> {
    let submission = submission(entry)?;
    let saved = TimelineEntry { at: submission.created_at.to_string(), event: None };
    let accepted = match &entry.state {
        State::Accepted { receipt } => Some(TimelineEntry {
            at: receipt.accepted_at.to_string(),
            event: Some(EventKind::Received),
        }),
        State::Waiting { .. } | State::Held { .. } | State::Refused { .. } => None,
    };
    Some(RequestView {
        row: row_of_entry(entry)?,
        text: submission.text.clone(),
        timeline: std::iter::once(saved).chain(accepted).collect(),
        question: None,
        articles: Vec::new(),
        respond_within_minutes: match &entry.state {
            State::Accepted { receipt } => Some(receipt.respond_within_minutes),
            State::Waiting { .. } | State::Held { .. } | State::Refused { .. } => None,
        },
        waits_because: waits_because(entry),
        replies: Vec::new(),
        refused: refusal(entry),
        document,
    })
}

fn submission(entry: &Entry) -> Option<&Submission> {
    match &entry.payload {
        Payload::Submission { submission } => Some(submission),
        Payload::Reply { .. } => None,
    }
}

/// The ticket a reply is for.
fn replies_to(entry: &Entry) -> Option<u32> {
    match &entry.payload {
        Payload::Reply { ticket, .. } => Some(*ticket),
        Payload::Submission { .. } => None,
    }
}

fn reply_view(entry: &Entry, number: u32) -> Option<ReplyView> {
    let Payload::Reply { ticket, reply } = &entry.payload else { return None };
    (*ticket == number).then(|| ReplyView {
        action: reply.action.clone(),
        refused: refusal(entry),
        waits_because: waits_because(entry),
    })
}

const fn waits_because(entry: &Entry) -> Option<ProblemCode> {
    match &entry.state {
        State::Waiting { reason, .. } => *reason,
        State::Held { .. } | State::Refused { .. } | State::Accepted { .. } => None,
    }
}

fn refusal(entry: &Entry) -> Option<Problem> {
    match &entry.state {
        State::Refused { code, reference, .. } => {
            Some(Problem { code: *code, reference: reference.clone() })
        }
        State::Waiting { .. } | State::Held { .. } | State::Accepted { .. } => None,
    }
}

fn document(entry: &Entry) -> Option<String> {
    serde_json::to_string_pretty(submission(entry)?).ok()
}

fn title(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if line.chars().count() <= TITLE_CHARS {
        return line.to_owned();
    }
    let mut title: String = line.chars().take(TITLE_CHARS - 1).collect();
    title.push('…');
    title
}
