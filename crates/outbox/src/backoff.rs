use std::time::Duration;

/// Longest wait between two tries. A record that claims to wait longer was written by a clock
/// that has jumped since.
pub const RETRY_LIMIT: Duration = Duration::from_mins(5);

const FIRST: Duration = Duration::from_secs(1);

/// How long to wait after this many failed tries: anything between nothing and 1 s · 2ⁿ, at most
/// [`RETRY_LIMIT`] ("full jitter", Brooker, AWS Architecture Blog, 2015). `random` is uniform over
/// its whole range.
#[must_use]
pub fn backoff(attempts: u32, random: u64) -> Duration {
    let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(RETRY_LIMIT);
    let steps = ceiling.as_millis() + 1;
    let millis = (u128::from(random) * steps) >> 64;
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attempts: u32, longest: Duration) {
        assert_eq!(backoff(attempts, 0), Duration::ZERO, "after {attempts}");
        assert_eq!(backoff(attempts, u64::MAX), longest, "after {attempts}");
        let half = backoff(attempts, u64::MAX / 2);
        assert!(half.abs_diff(longest / 2) <= Duration::from_millis(1), "after {attempts}");
    }

    #[test]
    fn doubles_up_to_five_minutes_and_spreads_evenly() {
        check(0, Duration::from_secs(1));
        check(1, Duration::from_secs(2));
        check(5, Duration::from_secs(32));
        check(8, Duration::from_secs(256));
        check(9, RETRY_LIMIT);
        check(31, RETRY_LIMIT);
        check(u32::MAX, RETRY_LIMIT);
    }
}
