//! What people of IT solve by hand again and again, and no runbook carries out.

use std::collections::{BTreeMap, BTreeSet};

use content::{Audience, Runbook};
use jiff::Timestamp;
use serde::Serialize;
use ticket::{Cause, Scenario, TicketStatus};
use triage::Triage;

use crate::config::Config;
use crate::store::tickets::Ticket;
use crate::store::{Reader, StoreError, tickets};

/// A runbook that may be worth writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What the requests are about.
    pub scenario: Scenario,
    /// The cause that devices named, where they named one.
    pub cause: Option<Cause>,
    /// How many different people had it.
    pub people: usize,
    /// The requests that a team solved, oldest first.
    pub tickets: Vec<u32>,
}

/// Why nothing can be suggested.
#[derive(Debug, thiserror::Error)]
pub enum SuggestError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The knowledge folder cannot be used.
    #[error("the knowledge folder cannot be used")]
    Knowledge(#[from] content::LoadError),
    /// A label that was kept cannot be read.
    #[error("a label that was kept cannot be read")]
    Label(#[from] serde_json::Error),
}

/// What teams solved since then and no runbook does, that of most people first.
///
/// # Errors
/// The database or the knowledge folder cannot be used.
pub async fn suggest(config: &Config, since: Timestamp) -> Result<Vec<Suggestion>, SuggestError> {
    let (content, _) = content::load(&config.knowledge, Audience::Agent)?;
    let reader = Reader::open(config).await?;
    let mut reading = reader.begin().await?;
    let mut groups: BTreeMap<(Scenario, Option<Cause>), Vec<Ticket>> = BTreeMap::new();
    for ticket in tickets::accepted_since(&mut reading, since).await? {
        let is_solved = matches!(ticket.status, TicketStatus::Solved | TicketStatus::Closed);
        if !is_solved || ticket.team.is_none() {
            continue;
        }
        if let Some(scenario) = scenario(&ticket)? {
            let cause = ticket.submission.diagnosis.as_ref().map(|diagnosis| diagnosis.cause);
            groups.entry((scenario, cause)).or_default().push(ticket);
        }
    }
    groups.retain(|(scenario, cause), _| !is_covered(&content.runbooks, *scenario, *cause));
    let mut suggestions: Vec<Suggestion> = groups.into_iter().map(suggestion).collect();
    suggestions
        .sort_by_key(|it| (std::cmp::Reverse((it.people, it.tickets.len())), it.tickets.clone()));
    Ok(suggestions)
}

fn scenario(ticket: &Ticket) -> Result<Option<Scenario>, serde_json::Error> {
    let triage: Option<Triage> = ticket.triage.as_deref().map(serde_json::from_str).transpose()?;
    Ok(triage.and_then(|triage| triage.labels.first().map(|label| label.scenario)))
}

/// A runbook for the cause, or, where devices named none, for what it is about.
fn is_covered(runbooks: &[Runbook], scenario: Scenario, cause: Option<Cause>) -> bool {
    runbooks.iter().any(|runbook| match cause {
        Some(cause) => runbook.causes.contains(&cause),
        None => runbook.scenario == scenario,
    })
}

fn suggestion(
    ((scenario, cause), tickets): ((Scenario, Option<Cause>), Vec<Ticket>),
) -> Suggestion {
    let known: BTreeSet<i64> = tickets.iter().filter_map(|ticket| ticket.owner.person).collect();
    let unknown = tickets.iter().filter(|ticket| ticket.owner.person.is_none()).count();
    let people = known.len() + unknown;
    let tickets = tickets.iter().map(|ticket| ticket.number).collect();
    Suggestion { scenario, cause, people, tickets }
}
