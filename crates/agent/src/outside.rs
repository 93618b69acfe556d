//! What a decision rests on beside the words: what the agent found out itself, and how far runbooks are
//! trusted at that moment. Kept with the decision, so that it can be made again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use connectors::{Asked, Target};
use content::{Fact, Reading};
use diagnosis::diagnose;
use policy::Mode;
use serde::{Deserialize, Serialize};
use ticket::{AccountState, Cause};

use crate::case::Facts;
use crate::desk::Desk;
use crate::fault;
use crate::store::people::{self, Person};
use crate::store::{Session, StoreError, tickets};

/// A decision does not wait longer for the directory: it is made without.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was known when a decision was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outside {
    /// What is wrong, as far as the agent found out.
    pub(crate) causes: Vec<Cause>,
    /// The mode of each runbook.
    pub(crate) modes: BTreeMap<String, Mode>,
    /// The teams that have somebody on call.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) on_call: BTreeSet<String>,
}

impl Outside {
    /// What the agent makes of what a device found, before it looks into the directory.
    pub(crate) async fn of(
        reading: &mut Session,
        ticket: u32,
        modes: BTreeMap<String, Mode>,
        on_call: BTreeSet<String>,
    ) -> Result<Self, StoreError> {
        let ticket = tickets::by_number(reading, ticket).await?.ok_or(StoreError::Range)?;
        let diagnosed = diagnose(&ticket.submission.findings).map(|diagnosis| diagnosis.cause);
        // Whether an account is locked is not for the device to say.
        let causes = diagnosed.filter(|cause| *cause != Cause::AccountLocked).into_iter().collect();
        Ok(Self { causes, modes, on_call })
    }
}

/// Looks into the directory where a runbook could do something about what it says.
pub(crate) async fn look(desk: &Desk, facts: &mut Facts) -> Result<(), StoreError> {
    let scenario = facts.case.triage.primary().map(|label| label.scenario);
    let runbooks = &facts.rulebook.runbooks;
    let could_help = |cause| {
        runbooks.iter().any(|it| Some(it.scenario) == scenario && it.causes.contains(&cause))
    };
    let (mends_lock, mends_end) =
        (could_help(Cause::AccountLocked), could_help(Cause::AccountEnded));
    let Some(person) = facts.ticket.owner.person.filter(|_| mends_lock || mends_end) else {
        return Ok(());
    };
    let mut reading = desk.store.read().await?;
    let Some(person) = people::by_id(&mut reading, person).await? else { return Ok(()) };
    drop(reading);
    if mends_lock {
        look_for_lock(desk, &person, facts).await;
    }
    if mends_end {
        look_for_end(desk, &person, facts).await;
    }
    Ok(())
}

async fn look_for_lock(desk: &Desk, person: &Person, facts: &mut Facts) {
    let Some(directory) = &desk.ports.directory else { return };
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
}

/// Whether the account has ended. One that is about to is not why nobody gets in.
async fn look_for_end(desk: &Desk, person: &Person, facts: &mut Facts) {
    let mut ports = desk.ports.reads.iter();
    let Some(port) = ports.find(|port| port.readings().contains(&Reading::Account)) else { return };
    let target = Target { person: Some(person.subject.clone()), ..Target::default() };
    let known = tokio::time::timeout(PATIENCE, port.read(Reading::Account, &target));
    match fault::around("call_look", known).await {
        Ok(Ok(known)) if known.get(&Fact::AccountState).is_some_and(|it| it == "expired") => {
            facts.found(Cause::AccountEnded);
        }
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "decided without what the directory says");
        }
        Err(_) => tracing::warn!("decided without the directory, which did not answer in time"),
    }
}
