use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many keys are remembered; beyond it a whole minute is over for new ones.
const MOST_KEYS: usize = 10_000;

/// A number of attempts per key and minute, in memory.
#[derive(Debug)]
pub(crate) struct Budget<K> {
    per_minute: u32,
    spent: Mutex<Spent<K>>,
}

#[derive(Debug)]
struct Spent<K> {
    minute: i64,
    by_key: HashMap<K, u32>,
}

impl<K: Eq + Hash> Budget<K> {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute, spent: Mutex::new(Spent { minute: 0, by_key: HashMap::new() }) }
    }

    /// Spends one attempt. False: none is left in this minute.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> bool {
        let minute = now.as_second() / 60;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.minute != minute {
            *spent = Spent { minute, by_key: HashMap::new() };
        }
        if spent.by_key.len() >= MOST_KEYS && !spent.by_key.contains_key(&key) {
            return false;
        }
        let count = spent.by_key.entry(key).or_insert(0);
        *count += 1;
        *count <= self.per_minute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_each_key_its_share_and_a_new_one_each_minute() {
        let budget = Budget::new(2);
        let at = |second| Timestamp::from_second(second).unwrap();
        for (key, second, expect) in
            [("a", 0, true), ("a", 1, true), ("a", 59, false), ("b", 59, true), ("a", 60, true)]
        {
            assert_eq!(budget.take(key, at(second)), expect, "{key} at {second}");
        }
    }
}
