use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row that open it.
pub(crate) const FAILURES: u32 = 5;
/// So long nothing is asked then.
const REST: Duration = Duration::from_secs(60);

/// A circuit breaker (Nygard, "Release It!", 2007): what fails again and again is left alone for a
/// while, then tried once.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Whether to ask now. After a rest, the first who comes may try.
    pub(crate) fn lets_through(&mut self, now: Instant) -> bool {
        match self.until {
            Some(until) if now < until => false,
            Some(_) => {
                self.until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    /// Takes down how it went.
    pub(crate) fn saw(&mut self, is_good: bool, now: Instant) {
        if is_good {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES {
            self.until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_after_failures_and_tries_once_after_the_rest() {
        let start = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.lets_through(start));
            breaker.saw(false, start);
        }
        assert!(!breaker.lets_through(start + REST / 2));
        assert!(breaker.lets_through(start + REST));
        assert!(!breaker.lets_through(start + REST), "one at a time");
        breaker.saw(true, start + REST);
        assert!(breaker.lets_through(start + REST));
    }

    #[test]
    fn one_success_forgets_failures() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES {
            breaker.saw(false, now);
        }
        breaker.saw(true, now);
        breaker.saw(false, now);
        assert!(breaker.lets_through(now));
    }
}
