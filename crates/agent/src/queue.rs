//! Labels that people look at: moderate confidence is a suggestion, low confidence needs a review.
//! Whatever they say becomes a labelled example.

use audit::{Actor, Draft, EntryKind};
use content::Routing;
use jiff::{SignedDuration, Timestamp};
use policy::Confidence;
use serde::Serialize;
use serde_json::json;
use ticket::{EventKind, Scenario, TicketStatus};
use triage::Triage;

use crate::case;
use crate::config::Config;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::limits::Limits;
use crate::record::{LabelRecord, quoted};
use crate::store::tickets::Ticket;
use crate::store::{Session, Store, StoreError, audit as trail, corrections, promises, tickets};
use crate::teamwork::remind_at;
use crate::timeline::tell;

/// Why a ticket waits for a person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// The label is a suggestion: accept or correct it.
    Suggested,
    /// The label is a guess: read the ticket.
    Review,
}

/// A ticket whose label waits for a person's word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waiting {
    /// Number of the ticket.
    pub number: u32,
    /// Why it waits.
    pub lane: Lane,
    /// First line of what was written. Untrusted.
    pub title: String,
    /// The label, with the words it rests on.
    pub label: LabelRecord,
}

/// A request and the label a person gave it, in the form of `knowledge/triage/examples`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Labelled {
    /// Names the ticket.
    pub id: String,
    /// Rows of one family are never split; a ticket is one of its own.
    pub family: String,
    /// What was written, masked as it is stored.
    pub text: String,
    /// The label.
    pub scenario: Scenario,
    /// The language it seems to be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// Why a word about a label was not taken.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The teams are not known.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// There is no such ticket, or it is not labelled yet.
    #[error("there is no ticket {0} with a label")]
    NoLabel(u32),
}

/// The labels of an agent's database, beside the running agent.
#[derive(Debug)]
pub struct Queue {
    store: Store,
    routing: Routing,
}

impl Queue {
    /// Opens the database of an agent and the teams of its knowledge.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub async fn open(config: &Config) -> Result<Self, QueueError> {
        let routing = Knowledge::load(&config.knowledge)?.into_routing();
        Ok(Self { store: Store::open(config).await?, routing })
    }

    /// What waits, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, QueueError> {
        let mut reading = self.store.read().await?;
        let mut found = Vec::new();
        for ticket in tickets::without_correction(&mut reading).await? {
            let history = case::history(&mut reading, ticket.number, ticket.round).await?;
            let words = decision::words(&ticket.submission, &history);
            let Some(label) = primary(&ticket)? else { continue };
            let Some(lane) = lane(label.confidence) else { continue };
            let title = ticket.title().to_owned();
            let label = quoted(label, &words);
            found.push(Waiting { number: ticket.number, lane, title, label });
        }
        Ok(found)
    }

    /// Takes a person's word: the label as it is, or another one. A team that has the ticket hands it
    /// to the team of the new label, unless security has it.
    ///
    /// # Errors
    /// There is no such label, or the database refuses.
    pub async fn settle(
        &self,
        number: u32,
        correct: Option<Scenario>,
        now: Timestamp,
    ) -> Result<Scenario, QueueError> {
        let mut writing = self.store.write().await?;
        let ticket = tickets::by_number(&mut writing, number).await?;
        let ticket = ticket.ok_or(QueueError::NoLabel(number))?;
        let was = primary(&ticket)?.ok_or(QueueError::NoLabel(number))?.scenario;
        let is = correct.unwrap_or(was);
        corrections::keep(&mut writing, number, is, now).await?;
        let draft = Draft {
            at: now,
            ticket: Some(number),
            actor: Actor::HelpDesk,
            kind: EntryKind::LabelSettled,
            facts: json!({ "was": was, "is": is }),
        };
        trail::record(&mut writing, draft).await?;
        if is != was {
            self.route(&mut writing, &ticket, is, now).await?;
        }
        writing.commit("label_settled").await?;
        Ok(is)
    }

    async fn route(
        &self,
        writing: &mut Session,
        ticket: &Ticket,
        scenario: Scenario,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let history = case::history(writing, ticket.number, ticket.round + 1).await?;
        let Some(team) = self.routing.team_for(scenario) else { return Ok(()) };
        let name = team.name.get(&ticket.submission.locale);
        let moves = ticket.status == TicketStatus::WithTeam && ticket.team.as_deref() != Some(name);
        if !moves || decision::is_with_security(&history) {
            return Ok(());
        }
        let minutes = team.respond_within_minutes;
        let respond_by = now
            .checked_add(SignedDuration::from_mins(i64::from(minutes)))
            .map_err(|_| StoreError::Range)?;
        let remind_at = remind_at(now, respond_by, Limits::default().reminded_after);
        promises::hand_off(writing, ticket.number, name, respond_by, remind_at).await?;
        let kind = EventKind::HandedOff {
            team: name.to_owned(),
            respond_within_minutes: minutes,
            hold_still: false,
        };
        tell(writing, ticket.number, TicketStatus::WithTeam, &kind, now).await
    }

    /// Every request a person gave a label, to learn from and to measure with.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn examples(&self) -> Result<Vec<Labelled>, QueueError> {
        let mut reading = self.store.read().await?;
        let mut examples = Vec::new();
        for (number, scenario) in corrections::all(&mut reading).await? {
            let ticket = tickets::by_number(&mut reading, number).await?;
            let Some(ticket) = ticket.filter(|it| !it.is_erased) else { continue };
            let (id, lang) =
                (format!("ticket-{number}"), triage(&ticket)?.and_then(|it| it.language));
            let text = ticket.submission.text;
            examples.push(Labelled { family: id.clone(), id, text, scenario, lang });
        }
        Ok(examples)
    }
}

fn triage(ticket: &Ticket) -> Result<Option<Triage>, StoreError> {
    Ok(ticket.triage.as_deref().map(serde_json::from_str).transpose()?)
}

fn primary(ticket: &Ticket) -> Result<Option<ticket::Label>, StoreError> {
    Ok(triage(ticket)?.and_then(|triage| triage.labels.into_iter().next()))
}

fn lane(confidence: f32) -> Option<Lane> {
    match Confidence::of(confidence) {
        Confidence::High => None,
        Confidence::Moderate => Some(Lane::Suggested),
        Confidence::Low => Some(Lane::Review),
    }
}
