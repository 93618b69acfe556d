use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{ActKey, ActPort, Channel, DeskStatus, DirectoryPort, ReadPort};

/// Changes tickets at the help desk.
#[async_trait]
pub trait DeskPort: Debug + Send + Sync {
    /// Gives a ticket to a team.
    ///
    /// # Errors
    /// The system did not do it.
    async fn assign_owner(&self, key: ActKey, team: &str) -> Result<(), ActError>;

    /// Sets where a ticket stands.
    ///
    /// # Errors
    /// The system did not do it.
    async fn set_status(&self, key: ActKey, status: DeskStatus) -> Result<(), ActError>;
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

/// The systems that are connected; nothing else can be changed.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    /// The help desk.
    pub desk: Option<Arc<dyn DeskPort>>,
    /// Where teams read.
    pub messages: Option<Arc<dyn MessagePort>>,
    /// Who is on call.
    pub pager: Option<Arc<dyn PagerPort>>,
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
