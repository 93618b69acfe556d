//! What was opened and what helped, kept on this device only.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use sealing::files::write_durably;
use serde::{Deserialize, Serialize};

/// Counts of this person's use. Losing them costs nothing but the order of a list.
pub(crate) struct Usage {
    path: PathBuf,
    counts: Mutex<Counts>,
}

#[derive(Default, Serialize, Deserialize)]
struct Counts {
    opened: BTreeMap<String, u32>,
    helped: BTreeMap<String, bool>,
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

    pub(crate) fn set_helped(&self, article: &str, helped: bool) {
        self.change(|counts| {
            counts.helped.insert(article.to_owned(), helped);
        });
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
