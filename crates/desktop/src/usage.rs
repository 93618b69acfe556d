//! What was opened and what helped, kept on this device; and the counts of it that leave once a day.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sealing::files::write_durably;
use serde::{Deserialize, Serialize};
use ticket::{SharedQuestion, UsageCount, UsageReport, Used, WIRE_VERSION};
use uuid::Uuid;

/// Between two reports.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Different counts that wait at most; more are no person's use.
const MOST_COUNTS: usize = 400;
/// What a count goes up to, as the agent takes it.
const MOST_OF_ONE: u32 = 1_000;

/// Counts of this person's use. Losing them costs nothing but the order of a list.
pub(crate) struct Usage {
    path: PathBuf,
    counts: Mutex<Counts>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Counts {
    opened: BTreeMap<String, u32>,
    helped: BTreeMap<String, bool>,
    /// What the next report tells.
    waiting: Vec<UsageCount>,
    /// A report that may have arrived: sent again, it is the same.
    leaving: Option<Leaving>,
    /// When a report arrived last.
    reported: Option<Timestamp>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Leaving {
    id: Uuid,
    counts: Vec<UsageCount>,
}

impl Usage {
    pub(crate) fn open(path: PathBuf) -> Self {
        let counts = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { path, counts: Mutex::new(counts) }
    }

    pub(crate) fn opened(&self, article: &str) {
        self.change(|counts| {
            let count = counts.opened.entry(article.to_owned()).or_default();
            *count = count.saturating_add(1);
        });
    }

    /// Keeps what somebody said of an article; whether it is something new.
    pub(crate) fn set_helped(&self, article: &str, helped: bool) -> bool {
        if self.helped(article) == Some(helped) {
            return false;
        }
        let what = if helped { Used::Helped } else { Used::DidNotHelp };
        self.change(|counts| {
            counts.helped.insert(article.to_owned(), helped);
            counts.add(what, Some(article));
        });
        true
    }

    pub(crate) fn helped(&self, article: &str) -> Option<bool> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).helped.get(article).copied()
    }

    /// Ids by how often they were opened, most first.
    pub(crate) fn most_opened(&self) -> Vec<String> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<_> = counts.opened.iter().collect();
        ids.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        ids.into_iter().map(|(id, _)| id.clone()).collect()
    }

    /// Counts things that were done once more.
    pub(crate) fn count(&self, done: &[Used]) {
        self.change(|counts| done.iter().for_each(|what| counts.add(*what, None)));
    }

    /// The report that is due, if there is something to tell.
    pub(crate) fn report(
        &self,
        questions: Vec<SharedQuestion>,
        now: Timestamp,
    ) -> Option<UsageReport> {
        let is_any = !questions.is_empty();
        if !self.counts.lock().unwrap_or_else(PoisonError::into_inner).are_due(is_any, now) {
            return None;
        }
        let mut report = None;
        self.change(|counts| {
            let leaving = counts.leaving.get_or_insert_with(|| Leaving {
                id: Uuid::now_v7(),
                counts: std::mem::take(&mut counts.waiting),
            });
            let Leaving { id, counts } = leaving.clone();
            report = Some(UsageReport { version: WIRE_VERSION, id, counts, questions });
        });
        report
    }

    /// A report has arrived, or was refused for good.
    pub(crate) fn reported(&self, now: Timestamp) {
        self.change(|counts| {
            counts.leaving = None;
            counts.reported = Some(now);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut counts);
        let saved = serde_json::to_vec(&*counts)
            .map_err(|error| error.to_string())
            .and_then(|bytes| write_durably(&self.path, &bytes).map_err(|error| error.to_string()));
        if let Err(error) = saved {
            tracing::warn!(error, "usage was not saved");
        }
    }
}

impl Counts {
    /// Whether they, or something else that waits, are to be told now.
    fn are_due(&self, is_any: bool, now: Timestamp) -> bool {
        // A clock that was set back must not hold them forever.
        let is_time = self.reported.is_none_or(|at| now.duration_since(at).abs() >= EVERY);
        is_time && (is_any || self.leaving.is_some() || !self.waiting.is_empty())
    }

    fn add(&mut self, what: Used, article: Option<&str>) {
        let is_full = self.waiting.len() >= MOST_COUNTS;
        let known = self
            .waiting
            .iter_mut()
            .find(|count| count.what == what && count.article.as_deref() == article);
        match known {
            Some(known) => known.count = MOST_OF_ONE.min(known.count + 1),
            None if is_full => {}
            None => {
                let article = article.map(str::to_owned);
                self.waiting.push(UsageCount { what, article, count: 1 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_leaves_once_a_day_and_the_same_until_it_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("usage.json");
        let usage = Usage::open(path.clone());
        let now = Timestamp::now();
        assert_eq!(usage.report(Vec::new(), now), None);
        usage.count(&[Used::Asked, Used::NothingOpened]);
        usage.count(&[Used::Asked]);
        assert!(usage.set_helped("vpn", true) && !usage.set_helped("vpn", true));
        let first = usage.report(Vec::new(), now).unwrap();
        let counts: Vec<_> =
            first.counts.iter().map(|it| (it.what, it.article.as_deref(), it.count)).collect();
        let expect = [
            (Used::Asked, None, 2),
            (Used::NothingOpened, None, 1),
            (Used::Helped, Some("vpn"), 1),
        ];
        assert_eq!(counts, expect);
        assert_eq!(first.validate(), Ok(()));

        // What comes meanwhile is for the next one, also after a restart.
        usage.count(&[Used::RequestSent]);
        let usage = Usage::open(path);
        assert_eq!(usage.report(Vec::new(), now), Some(first.clone()));
        usage.reported(now);
        assert_eq!(usage.report(Vec::new(), now), None);
        let next = usage.report(Vec::new(), now.checked_add(EVERY).unwrap()).unwrap();
        assert_ne!(next.id, first.id);
        assert_eq!(next.counts.len(), 1);
        assert_eq!(usage.helped("vpn"), Some(true));
    }
}
