use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ReadError;

/// A ticket as it is written to the help desk. What people wrote in it is encoded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskTicket {
    /// Its id there, once it is known.
    pub id: Option<String>,
    /// An address of ours that names it for good: a ticket there that has it is this one.
    pub link: String,
    /// One line.
    pub subject: String,
    /// What the person wrote: they may see it there.
    pub words: String,
    /// What the team reads and nobody else, the first time and each further time.
    pub note: String,
    /// The mail address of the person it is for, as the directory has it.
    pub requestor: Option<String>,
}

/// Sees what people do with tickets at the help desk.
#[async_trait]
pub trait DeskWatchPort: Debug + Send + Sync {
    /// The tickets the agent opened there that changed since a moment of the desk's own clock, or then; what
    /// changed first comes first.
    ///
    /// # Errors
    /// The system did not say.
    async fn changed(&self, since: Option<Timestamp>) -> Result<Vec<SeenTicket>, ReadError>;

    /// What people of IT wrote in a ticket to whom it is for, the oldest first: what came after a reply, or
    /// everything.
    ///
    /// # Errors
    /// The system did not say.
    async fn replies(&self, id: &str, after: Option<&str>) -> Result<Vec<DeskReply>, ReadError>;
}

/// What somebody of IT wrote at the help desk to whom a ticket is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskReply {
    /// Its id there.
    pub id: String,
    /// What they wrote, as plain text.
    pub text: String,
}

/// How a ticket stands at the help desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTicket {
    /// Its id there.
    pub id: String,
    /// When it changed last, by the desk's clock.
    pub changed_at: Timestamp,
    /// Id of the team that has it; absent: it is where none of them looks.
    pub team: Option<String>,
    /// Somebody took it.
    pub is_taken: bool,
    /// Until when they expect to be done.
    pub due: Option<Timestamp>,
    /// It is closed there.
    pub is_over: bool,
}
