//! Who begins to follow their tickets passes here, a few at a time: when all windows come back after a restart,
//! whoever sends something does not wait behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many windows begin at the same time.
const AT_ONCE: usize = 2;
/// What so many held while they waited is worth to be given back.
const CROWD: usize = 500;

/// The entrance.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    places: Arc<Semaphore>,
    /// Since memory was given back.
    passed: Arc<AtomicUsize>,
}

/// Held by who begins to follow, before anything is looked up for them.
#[derive(Debug)]
pub(crate) struct Entering {
    entrance: Entrance,
    place: Option<OwnedSemaphorePermit>,
}

impl Entrance {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), passed: Arc::default() }
    }

    /// Waits for a place.
    pub(crate) async fn enter(&self) -> Entering {
        // It is never closed.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        Entering { entrance: self.clone(), place }
    }

    /// Whether a crowd has passed and nobody waits any more; once for each.
    fn is_over(&self) -> bool {
        let passed = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
        let is_over = passed >= CROWD && self.places.available_permits() == AT_ONCE;
        if is_over {
            self.passed.store(0, Ordering::Relaxed);
        }
        is_over
    }
}

impl Drop for Entering {
    fn drop(&mut self) {
        drop(self.place.take());
        if self.entrance.is_over() {
            tokio::task::spawn_blocking(memory::give_back);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn two_enter_at_a_time_and_a_crowd_is_over_when_nobody_waits() {
        let entrance = Entrance::new();
        let (first, second) = (entrance.enter().await, entrance.enter().await);
        assert!(entrance.enter().now_or_never().is_none());
        drop(first);
        assert!(entrance.enter().now_or_never().is_some());
        for _ in 0..CROWD {
            assert!(!entrance.is_over(), "somebody is still inside");
        }
        drop(second);
        assert_eq!(entrance.passed.load(Ordering::Relaxed), 0);
        assert!(!entrance.is_over());
    }
}
