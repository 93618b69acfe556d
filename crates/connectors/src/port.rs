use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;

use crate::desk::{DeskTicket, DeskWatchPort};
use crate::{ActKey, ActPort, Channel, DeskStatus, DirectoryPort, ReadPort};

/// Changes tickets at the help desk.
#[async_trait]
pub trait DeskPort: Debug + Send + Sync {
    /// How words on a ticket have to be encoded.
    fn channel(&self) -> Channel;

    /// Gives a ticket to a team, with a note: it is opened there the first time. Its id there.
    ///
    /// # Errors
    /// The system did not do it.
    async fn assign_owner(
        &self,
        key: ActKey,
        team: &str,
        ticket: &DeskTicket,
    ) -> Result<String, ActError>;

    /// Adds a note to a ticket, by its id there; asked twice with a key, once. The words are encoded already.
    ///
    /// # Errors
    /// The system did not do it.
    async fn add_note(&self, key: ActKey, id: &str, encoded: &str) -> Result<(), ActError>;

    /// Sets where a ticket stands, by its id there.
    ///
    /// # Errors
    /// The system did not do it.
    async fn set_status(&self, key: ActKey, id: &str, status: DeskStatus) -> Result<(), ActError>;
}

/// Writes to teams.
#[async_trait]
pub trait MessagePort: Debug + Send + Sync {
    /// How messages to a team have to be encoded.
    fn channel(&self, team: &str) -> Channel;

    /// Tells a team. The words are encoded already.
    ///
    /// # Errors
    /// The system did not do it.
    async fn notify_team(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError>;
}

/// Wakes who is on call.
#[async_trait]
pub trait PagerPort: Debug + Send + Sync {
    /// Pages who is on call for a team; asked twice with a key, once. The words are encoded already, as plain text.
    ///
    /// # Errors
    /// The system did not do it.
    async fn page(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError>;
}

/// Writes to people of the company, each at their own address.
#[async_trait]
pub trait LetterPort: Debug + Send + Sync {
    /// Sends a letter; sent twice with a key, it is the same message.
    ///
    /// # Errors
    /// The system did not do it.
    async fn send_letter(&self, key: LetterKey, letter: &Letter) -> Result<(), ActError>;
}

/// A letter to one person. It holds no words of people, so that there is nothing to encode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Their address, as the directory has it.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Names one letter for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LetterKey(pub u32);

impl fmt::Display for LetterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deskside-letter-{}", self.0)
    }
}

/// The systems that are connected; nothing else can be changed.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    /// The help desk.
    pub desk: Option<Arc<dyn DeskPort>>,
    /// What people do there.
    pub desk_watch: Option<Arc<dyn DeskWatchPort>>,
    /// Where teams read.
    pub messages: Option<Arc<dyn MessagePort>>,
    /// Who is on call.
    pub pager: Option<Arc<dyn PagerPort>>,
    /// Where people get mail.
    pub letters: Option<Arc<dyn LetterPort>>,
    /// Where people, groups and devices are looked up.
    pub directory: Option<Arc<dyn DirectoryPort>>,
    /// What runbooks look at.
    pub reads: Vec<Arc<dyn ReadPort>>,
    /// What runbooks change. Only who carries them out has any.
    pub acts: Vec<Arc<dyn ActPort>>,
}

/// Why an act was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The system cannot be reached or is busy; later it may do it.
    #[error("the system did not answer: {0}")]
    Later(String),
    /// The system refuses it for good.
    #[error("the system refuses: {0}")]
    Refused(String),
    /// No system for it is connected.
    #[error("no system is connected for it")]
    NotConnected,
}
