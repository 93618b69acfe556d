//! What people do with articles: sums of what devices report, and questions of people who share them.

use std::collections::BTreeMap;

use audit::{Actor, Draft, EntryKind};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use ticket::{UsageReport, Used};

use crate::auth::Caller;
use crate::config::Config;
use crate::desk::Desk;
use crate::store::usage::{self as kept, Shared};
use crate::store::{Reader, StoreError, audit as trail};

/// Takes a report, once. Who sent it is not kept, but for the questions that they share.
pub(crate) async fn take(
    desk: &Desk,
    caller: &Caller,
    report: &UsageReport,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = desk.store.write().await?;
    if !kept::is_new(&mut writing, report.id, now).await? {
        return Ok(());
    }
    for count in &report.counts {
        kept::add(&mut writing, count, now).await?;
    }
    for (question, place) in report.questions.iter().zip(0..) {
        // The app may have missed a secret.
        let text = redaction::redact(&question.text).text;
        let shared = Shared { person: caller.person.id, text };
        kept::keep_question(&mut writing, report.id, place, &shared, now).await?;
    }
    let facts = json!({
        "report": report.id,
        "counts": report.counts.len(),
        "questions": report.questions.len(),
    });
    let kind = EntryKind::UsageReported;
    let draft = Draft { at: now, ticket: None, actor: Actor::Employee, kind, facts };
    trail::record(&mut writing, draft).await?;
    writing.commit("usage_taken").await
}

/// What was done with an article; without one, with the search as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsageSum {
    /// Its id.
    pub article: Option<String>,
    /// How often what was done.
    pub counts: BTreeMap<Used, u32>,
}

/// The sums since then: the search first, then the articles in the order of their ids.
///
/// # Errors
/// The database cannot be read.
pub async fn usage(config: &Config, since: Timestamp) -> Result<Vec<UsageSum>, StoreError> {
    let reader = Reader::open(config).await?;
    let mut reading = reader.begin().await?;
    let mut sums: BTreeMap<Option<String>, BTreeMap<Used, u32>> = BTreeMap::new();
    for count in kept::since(&mut reading, since).await? {
        sums.entry(count.article).or_default().insert(count.what, count.count);
    }
    Ok(sums.into_iter().map(|(article, counts)| UsageSum { article, counts }).collect())
}
