//! Decides again what was decided, from the stored facts and the knowledge there is now, and says
//! what would be different.

use std::path::Path;

use decision::Decision;
use serde::Serialize;

use crate::case::{self, Understood};
use crate::config::Config;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::store::jobs::{self, Decided, Job};
use crate::store::{Reader, Session, StoreError, audit as trail, tickets};
use crate::unowned;

/// One round of a ticket, decided again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replayed {
    /// Which; 0 is the first.
    pub round: u32,
    /// What was decided then.
    pub then: Decision,
    /// What would be decided now.
    pub now: Decision,
    /// Digest of the knowledge then; absent before digests were recorded.
    pub content_then: Option<String>,
    /// Digest of the knowledge now.
    pub content_now: String,
}

impl Replayed {
    /// Whether the decision is the same.
    #[must_use]
    pub fn is_same_decision(&self) -> bool {
        self.then == self.now
    }

    /// Whether it rests on the same knowledge.
    #[must_use]
    pub fn is_same_content(&self) -> bool {
        self.content_then.as_ref() == Some(&self.content_now)
    }
}

/// Why nothing can be decided again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing to decide with.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// There is no such ticket.
    #[error("there is no ticket {0}")]
    NoTicket(u32),
}

/// Decides every round of a ticket again, beside a running agent.
///
/// # Errors
/// The database or the knowledge cannot be used, or there is no such ticket.
pub async fn replay(
    config: &Config,
    knowledge: &Path,
    number: u32,
) -> Result<Vec<Replayed>, ReplayError> {
    let knowledge = Knowledge::load(knowledge)?;
    let reader = Reader::open(config).await?;
    let mut reading = reader.begin().await?;
    if tickets::by_number(&mut reading, number).await?.is_none() {
        return Err(ReplayError::NoTicket(number));
    }
    let contents = contents(&mut reading, number).await?;
    let mut replayed = Vec::new();
    for Decided { round, at, decision: then } in jobs::decided(&mut reading, number).await? {
        let job = Job { ticket: number, round, attempts: 0 };
        let then_known = jobs::understood(&mut reading, number, round).await?;
        let outside = then_known.map(Understood::into_outside).unwrap_or_default();
        let facts = case::gather(&mut reading, &knowledge, job, outside, at).await?;
        let now = decision::next(&facts.case, &facts.rulebook, at);
        let now = unowned::for_people(now, &facts, at);
        // Neither can quote what is gone.
        let now = if facts.ticket.is_erased { now.without_words() } else { now };
        let content_then =
            contents.iter().find(|(of, _)| *of == round).map(|(_, digest)| digest.clone());
        let content_now = knowledge.digest().to_owned();
        replayed.push(Replayed { round, then, now, content_then, content_now });
    }
    Ok(replayed)
}

/// By round: the digest of the knowledge that was decided with.
async fn contents(reading: &mut Session, number: u32) -> Result<Vec<(u32, String)>, StoreError> {
    let entries = trail::entries(reading, Some(number)).await?;
    let content = |entry: &audit::Entry| {
        let round = entry.facts.get("round")?.as_u64()?;
        let digest = entry.facts.get("content")?.as_str()?;
        Some((u32::try_from(round).ok()?, digest.to_owned()))
    };
    Ok(entries.iter().filter_map(content).collect())
}
