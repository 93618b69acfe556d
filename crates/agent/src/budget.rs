use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many keys are remembered at once.
const MOST_KEYS: usize = 10_000;

/// A number of attempts per key and minute, in memory. Beyond [`MOST_KEYS`] the one that came first
/// in this minute is forgotten, so a flood of keys shuts nobody out.
#[derive(Debug)]
pub(crate) struct Budget<K> {
    per_minute: u32,
    spent: Mutex<Spent<K>>,
}

#[derive(Debug)]
struct Spent<K> {
    minute: i64,
    by_key: HashMap<K, u32>,
    /// The keys, oldest first.
    order: VecDeque<K>,
}

impl<K: Copy + Eq + Hash> Budget<K> {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute, spent: Mutex::new(Spent::new(0)) }
    }

    /// Spends one attempt. False: none is left in this minute.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> bool {
        let minute = now.as_second() / 60;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.minute != minute {
            *spent = Spent::new(minute);
        }
        let count = spent.count(key);
        *count = count.saturating_add(1);
        *count <= self.per_minute
    }
}

impl<K: Copy + Eq + Hash> Spent<K> {
    fn new(minute: i64) -> Self {
        Self { minute, by_key: HashMap::new(), order: VecDeque::new() }
    }

    fn count(&mut self, key: K) -> &mut u32 {
        if !self.by_key.contains_key(&key) {
            if self.order.len() >= MOST_KEYS
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_key.remove(&oldest);
            }
            self.order.push_back(key);
        }
        self.by_key.entry(key).or_insert(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn gives_each_key_its_share_and_a_new_one_each_minute() {
        let budget = Budget::new(2);
        for (key, second, expect) in
            [("a", 0, true), ("a", 1, true), ("a", 59, false), ("b", 59, true), ("a", 60, true)]
        {
            assert_eq!(budget.take(key, at(second)), expect, "{key} at {second}");
        }
    }

    #[test]
    fn a_flood_of_keys_shuts_nobody_out_and_stays_bounded() {
        let budget = Budget::new(1);
        assert!(budget.take(0, at(0)));
        for key in 1..MOST_KEYS {
            assert!(budget.take(key, at(1)));
        }
        assert!(!budget.take(0, at(2)), "everybody is remembered");
        assert!(budget.take(MOST_KEYS, at(3)), "there is room for one more");
        assert!(budget.take(0, at(4)), "the oldest was forgotten");
        assert!(!budget.take(2, at(5)), "and nobody else but the next");
        let spent = budget.spent.lock().unwrap();
        assert_eq!((spent.by_key.len(), spent.order.len()), (MOST_KEYS, MOST_KEYS));
    }
}
