//! What is kept of a person: given out to them, or erased. Erasing destroys the key that everything
//! they wrote is sealed with. What is left are closed words and ids: the audit chains still hold, and
//! every decision can be made again.

use audit::{Actor, Draft, EntryKind};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use ticket::Installation;
use uuid::Uuid;

use crate::config::Config;
use crate::record::{Record, record};
use crate::store::people::{self, Person};
use crate::store::tickets::Ticket;
use crate::store::{
    Session, Store, StoreError, acts, approvals, audit as trail, confirmations, installations,
    jobs, letters, replies, runs, tickets, usage, visits,
};

/// Whose data is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The person whom the identity provider calls so.
    Subject(String),
    /// The sender of a ticket; a ticket of nobody in particular stands for itself.
    Ticket(u32),
}

/// Everything that is kept of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Personal {
    /// Who; absent for a ticket of nobody in particular.
    pub person: Option<Identity>,
    /// Devices they enrolled.
    pub installations: Vec<Installation>,
    /// Everything they sent and what became of it, oldest first.
    pub tickets: Vec<Record>,
    /// Questions they shared because nothing answered them, oldest first.
    pub questions: Vec<String>,
    /// What they said of what happened at their account, oldest first.
    pub confirmations: Vec<ConfirmationRecord>,
}

/// What somebody said when they were asked whether something at their account was theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfirmationRecord {
    /// `installation` with its id or `ticket` with its number, and when it happened, in milliseconds.
    pub subject: String,
    /// Whether it was theirs.
    pub is_theirs: bool,
    /// When they said so.
    pub said_at: Timestamp,
}

/// How a person is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// What the audit trail calls them.
    pub number: i64,
    /// The identity provider.
    pub issuer: String,
    /// What it calls them.
    pub subject: String,
    /// Their name.
    pub name: String,
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Tickets whose words are gone.
    pub tickets: usize,
    /// Devices that are not theirs any more.
    pub installations: usize,
    /// Whether the log of the database is free of it too. If not, somebody was reading: erase again.
    pub is_complete: bool,
}

/// Why nothing was given out or erased.
#[derive(Debug, thiserror::Error)]
pub enum PersonalError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody is called so.
    #[error("nobody called {0} at the identity provider ever wrote, or they were erased")]
    NoPerson(String),
    /// There is no such ticket.
    #[error("there is no ticket {0}")]
    NoTicket(u32),
}

/// What an agent's database keeps of people, beside the running agent.
#[derive(Debug)]
pub struct PersonalData {
    store: Store,
    issuer: String,
}

/// A person with their tickets, or a ticket of nobody.
struct Found {
    person: Option<Person>,
    tickets: Vec<Ticket>,
}

impl PersonalData {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// It or its key cannot be used.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        let store = Store::open(config).await?;
        Ok(Self { store, issuer: config.issuer.clone() })
    }

    /// Everything that is kept of somebody.
    ///
    /// # Errors
    /// Nobody is meant, or the database cannot be read.
    pub async fn show(&self, whose: &Whose) -> Result<Personal, PersonalError> {
        let mut reading = self.store.read().await?;
        self.gather(&mut reading, whose).await
    }

    /// The same, to be given to them: it is written into the audit trail.
    ///
    /// # Errors
    /// Nobody is meant, or the database refuses.
    pub async fn export(&self, whose: &Whose, now: Timestamp) -> Result<Personal, PersonalError> {
        let mut writing = self.store.write().await?;
        let personal = self.gather(&mut writing, whose).await?;
        let numbers = personal.tickets.iter().map(|it| it.number).collect();
        let person = personal.person.as_ref().map(|it| it.number);
        note(&mut writing, EntryKind::PersonExported, person, numbers, now).await?;
        writing.commit("person_exported").await?;
        Ok(personal)
    }

    /// Erases somebody for good. What is open of theirs ends; what waits to be done for it is not.
    ///
    /// # Errors
    /// Nobody is meant, or the database refuses: then nothing is erased.
    pub async fn erase(&self, whose: &Whose, now: Timestamp) -> Result<Erasure, PersonalError> {
        let mut writing = self.store.write().await?;
        let found = self.find(&mut writing, whose).await?;
        for ticket in &found.tickets {
            end(&mut writing, ticket.number, now).await?;
            tickets::erase(&mut writing, ticket.number, now).await?;
        }
        let installations = match &found.person {
            Some(person) => {
                usage::forget(&mut writing, person.id).await?;
                visits::end_others(&mut writing, person.id, None).await?;
                confirmations::forget(&mut writing, person.id).await?;
                letters::forget(&mut writing, person.id).await?;
                people::erase(&mut writing, person.id, now).await?;
                installations::unlink_all(&mut writing, person.id).await?
            }
            None => 0,
        };
        let numbers = found.tickets.iter().map(|it| it.number).collect();
        let person = found.person.map(|it| it.id);
        note(&mut writing, EntryKind::PersonErased, person, numbers, now).await?;
        writing.commit("person_erased").await?;
        let is_complete = self.store.forget_overwritten().await?;
        Ok(Erasure { tickets: found.tickets.len(), installations, is_complete })
    }

    async fn gather(
        &self,
        session: &mut Session,
        whose: &Whose,
    ) -> Result<Personal, PersonalError> {
        let Found { person, tickets } = self.find(session, whose).await?;
        let installations = match &person {
            Some(person) => installations::list(session, person.id, Uuid::nil()).await?,
            None => Vec::new(),
        };
        let questions = match &person {
            Some(person) => usage::questions_of(session, person.id).await?,
            None => Vec::new(),
        };
        let confirmations = match &person {
            Some(person) => confirmations::all_of(session, person.id).await?,
            None => Vec::new(),
        };
        let confirmation =
            |(subject, is_theirs, said_at)| ConfirmationRecord { subject, is_theirs, said_at };
        let confirmations = confirmations.into_iter().map(confirmation).collect();
        let mut records = Vec::new();
        for ticket in tickets {
            records.push(record(session, ticket).await?);
        }
        let identity = |it: Person| Identity {
            number: it.id,
            issuer: it.issuer,
            subject: it.subject,
            name: it.name,
        };
        let person = person.map(identity);
        Ok(Personal { person, installations, tickets: records, questions, confirmations })
    }

    async fn find(&self, session: &mut Session, whose: &Whose) -> Result<Found, PersonalError> {
        let person = match whose {
            Whose::Subject(subject) => {
                let person = people::find(session, &self.issuer, subject).await?;
                person.ok_or_else(|| PersonalError::NoPerson(subject.clone()))?
            }
            Whose::Ticket(number) => {
                let ticket = tickets::by_number(session, *number).await?;
                let ticket = ticket.ok_or(PersonalError::NoTicket(*number))?;
                match ticket.owner.person {
                    Some(person) => {
                        people::by_id(session, person).await?.ok_or(StoreError::Range)?
                    }
                    None => return Ok(Found { person: None, tickets: vec![ticket] }),
                }
            }
        };
        let tickets = tickets::all_of(session, person.id).await?;
        Ok(Found { person: Some(person), tickets })
    }
}

/// Ends what is still to be done for a ticket.
async fn end(writing: &mut Session, number: u32, now: Timestamp) -> Result<(), StoreError> {
    jobs::drop_all(writing, number).await?;
    acts::give_up(writing, number, now).await?;
    runs::give_up(writing, number, now).await?;
    approvals::give_up(writing, number).await?;
    replies::forget_digests(writing, number).await
}

/// Writes into the chain of each ticket, and into the one of everything else, what was done.
async fn note(
    writing: &mut Session,
    kind: EntryKind,
    person: Option<i64>,
    numbers: Vec<u32>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let draft = |ticket, facts| Draft { at: now, ticket, actor: Actor::HelpDesk, kind, facts };
    for number in &numbers {
        trail::record(writing, draft(Some(*number), json!({ "person": person }))).await?;
    }
    trail::record(writing, draft(None, json!({ "person": person, "tickets": numbers }))).await
}
