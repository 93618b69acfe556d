use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{
    ActError, ActKey, Channel, DeskPort, DeskStatus, DeskTicket, Letter, LetterKey, LetterPort,
    MessagePort, PagerPort, Ports,
};

/// What was asked of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// [`DeskPort::assign_owner`].
    AssignOwner(ActKey, String, DeskTicket),
    /// [`DeskPort::add_note`], encoded.
    AddNote(ActKey, String, String),
    /// [`DeskPort::set_status`].
    SetStatus(ActKey, String, DeskStatus),
    /// [`MessagePort::notify_team`], encoded.
    NotifyTeam(ActKey, String, String),
    /// [`PagerPort::page`], encoded.
    Page(ActKey, String, String),
    /// [`LetterPort::send_letter`].
    Letter(LetterKey, Letter),
}

/// Every system in one, for tests: does nothing but remember what it was asked.
#[derive(Debug, Default)]
pub struct Recording {
    calls: Mutex<Vec<Call>>,
    failures: Mutex<VecDeque<ActError>>,
}

impl Recording {
    /// Ports that all lead here.
    #[must_use]
    pub fn ports(self: &Arc<Self>) -> Ports {
        let (desk, messages) = (Arc::clone(self), Arc::clone(self));
        let (pager, letters) = (Arc::clone(self), Arc::clone(self));
        Ports {
            desk: Some(desk),
            messages: Some(messages),
            pager: Some(pager),
            letters: Some(letters),
            ..Ports::default()
        }
    }

    /// Everything it was asked so far, failed or not.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fails the next call.
    pub fn fail_next(&self, error: ActError) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push_back(error);
    }

    fn keep(&self, call: Call) -> Result<(), ActError> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        let failure = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        failure.map_or(Ok(()), Err)
    }
}

#[async_trait]
impl DeskPort for Recording {
    fn channel(&self) -> Channel {
        Channel::TicketNote
    }

    async fn assign_owner(
        &self,
        key: ActKey,
        team: &str,
        ticket: &DeskTicket,
    ) -> Result<String, ActError> {
        self.keep(Call::AssignOwner(key, team.to_owned(), ticket.clone()))?;
        Ok(format!("desk-{}", key.ticket))
    }

    async fn add_note(&self, key: ActKey, id: &str, encoded: &str) -> Result<(), ActError> {
        self.keep(Call::AddNote(key, id.to_owned(), encoded.to_owned()))
    }

    async fn set_status(&self, key: ActKey, id: &str, status: DeskStatus) -> Result<(), ActError> {
        self.keep(Call::SetStatus(key, id.to_owned(), status))
    }
}

#[async_trait]
impl MessagePort for Recording {
    fn channel(&self, _team: &str) -> Channel {
        Channel::Slack
    }

    async fn notify_team(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        self.keep(Call::NotifyTeam(key, team.to_owned(), encoded.to_owned()))
    }
}

#[async_trait]
impl PagerPort for Recording {
    async fn page(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        self.keep(Call::Page(key, team.to_owned(), encoded.to_owned()))
    }
}

#[async_trait]
impl LetterPort for Recording {
    async fn send_letter(&self, key: LetterKey, letter: &Letter) -> Result<(), ActError> {
        self.keep(Call::Letter(key, letter.clone()))
    }
}
