use std::fmt::{self, Debug};

use async_trait::async_trait;
use content::{Act, Known, Reading};
use ticket::Access;

use crate::ActError;

/// Whom and what a run of a runbook is about: ids of what is known, never words of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// Number of the ticket.
    pub ticket: Option<u32>,
    /// Who, as the identity provider names them (`sub`).
    pub person: Option<String>,
    /// Name of a managed device.
    pub device: Option<String>,
    /// Name of a group in the directory.
    pub group: Option<String>,
    /// What was chosen from the catalogue.
    pub access: Option<Access>,
    /// Name of a printer.
    pub printer: Option<String>,
    /// Name of a service.
    pub service: Option<String>,
    /// Id of a team of the routing.
    pub team: Option<String>,
}

/// Names one change of a run for good, the same on every try: a system that is asked twice with it does
/// it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepKey {
    /// Number of the ticket.
    pub ticket: u32,
    /// Which run of the ticket.
    pub run: u32,
    /// Id of the runbook.
    pub runbook: String,
    /// Its revision.
    pub revision: u32,
    /// Id of the step.
    pub step: String,
    /// Whether the step is taken back.
    pub is_undo: bool,
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ticket, run, runbook, revision, step, is_undo } = self;
        let undo = if *is_undo { "-undo" } else { "" };
        write!(f, "deskside-{ticket}-{run}-{runbook}-{revision}-{step}{undo}")
    }
}

/// Looks at a system. Nothing is changed through it, and its credentials could not.
#[async_trait]
pub trait ReadPort: Debug + Send + Sync {
    /// What it can read.
    fn readings(&self) -> &[Reading];

    /// Reads; what the system does not tell is absent.
    ///
    /// # Errors
    /// It cannot be read.
    async fn read(&self, reading: Reading, of: &Target) -> Result<Known, ReadError>;
}

/// Changes a system, with credentials of its own.
#[async_trait]
pub trait ActPort: Debug + Send + Sync {
    /// What it can do.
    fn acts(&self) -> &[Act];

    /// Does it, once for a key.
    ///
    /// # Errors
    /// The system did not do it.
    async fn act(&self, key: &StepKey, act: Act, on: &Target) -> Result<(), ActError>;
}

/// Why something was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The system cannot be reached or is busy; later it may answer.
    #[error("the system did not answer: {0}")]
    Later(String),
    /// The system refuses for good.
    #[error("the system refuses: {0}")]
    Refused(String),
    /// It is not one thing that is known: nobody, or several.
    #[error("{0}")]
    NotOne(String),
}
