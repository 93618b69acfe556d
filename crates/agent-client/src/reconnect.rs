use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LIMIT: Duration = Duration::from_mins(1);

/// How long to wait before the stream of events is asked for again: anything between nothing and
/// 1 s · 2ⁿ, at most a minute ("full jitter", Brooker, AWS Architecture Blog, 2015), so that a
/// thousand apps do not come back in the same second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reconnect {
    failures: u32,
}

impl Reconnect {
    /// The wait after one more connection has ended. `random` is uniform over its whole range.
    pub fn wait(&mut self, random: u64) -> Duration {
        let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LIMIT);
        self.failures = self.failures.saturating_add(1);
        let millis = (u128::from(random) * (ceiling.as_millis() + 1)) >> 64;
        Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// The stream gave something: the next wait is a short one.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_after_every_failure_until_one_succeeds() {
        let mut reconnect = Reconnect::default();
        for longest in [1, 2, 4, 8, 16, 32, 60, 60] {
            let mut lucky = reconnect;
            assert_eq!(lucky.wait(0), Duration::ZERO);
            assert_eq!(reconnect.wait(u64::MAX), Duration::from_secs(longest));
        }
        reconnect.succeeded();
        assert_eq!(reconnect.wait(u64::MAX), FIRST);
    }
}
