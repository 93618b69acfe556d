//! What a decision rests on beside the words: what the agent found out itself, and how far runbooks are
//! trusted at that moment. Kept with the decision, so that it can be made again.

use std::collections::BTreeMap;
use std::time::Duration;

use connectors::Asked;
use diagnosis::diagnose;
use policy::Mode;
use serde::{Deserialize, Serialize};
use ticket::{AccountState, Cause};

use crate::case::Facts;
use crate::desk::Desk;
use crate::fault;
use crate::store::{Session, StoreError, people, tickets};

/// A decision does not wait longer for the directory: it is made without.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was known when a decision was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outside {
    /// What is wrong, as far as the agent found out.
    pub(crate) causes: Vec<Cause>,
    /// The mode of each runbook.
    pub(crate) modes: BTreeMap<String, Mode>,
}

impl Outside {
    /// What the agent makes of what a device found, before it looks into the directory.
    pub(crate) async fn of(
        reading: &mut Session,
        ticket: u32,
        modes: BTreeMap<String, Mode>,
    ) -> Result<Self, StoreError> {
        let ticket = tickets::by_number(reading, ticket).await?.ok_or(StoreError::Range)?;
        let diagnosed = diagnose(&ticket.submission.findings).map(|diagnosis| diagnosis.cause);
        // Whether an account is locked is not for the device to say.
        let causes = diagnosed.filter(|cause| *cause != Cause::AccountLocked).into_iter().collect();
        Ok(Self { causes, modes })
    }
}

/// Looks into the directory where a runbook could do something about what it says.
pub(crate) async fn look(desk: &Desk, facts: &mut Facts) -> Result<(), StoreError> {
    let scenario = facts.case.triage.primary().map(|label| label.scenario);
    let could_help = facts
        .rulebook
        .runbooks
        .iter()
        .any(|it| Some(it.scenario) == scenario && it.causes.contains(&Cause::AccountLocked));
    let (Some(directory), Some(person), true) =
        (&desk.ports.directory, facts.ticket.owner.person, could_help)
    else {
        return Ok(());
    };
    let mut reading = desk.store.read().await?;
    let Some(person) = people::by_id(&mut reading, person).await? else { return Ok(()) };
    drop(reading);
    let asked = Asked { subject: &person.subject, device: None };
    let known = tokio::time::timeout(PATIENCE, directory.facts(asked));
    match fault::around("call_facts", known).await {
        Ok(Ok(known)) if known.account == Some(AccountState::Locked) => {
            facts.found(Cause::AccountLocked);
        }
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "decided without what the directory says");
        }
        Err(_) => tracing::warn!("decided without the directory, which did not answer in time"),
    }
    Ok(())
}
