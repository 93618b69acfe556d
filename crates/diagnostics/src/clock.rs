use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use ticket::{EvidenceKey, FindingReason};

use crate::Targets;
use crate::outcome::Outcome;
use crate::probe::{self, Visit};
use crate::visits::Visits;

const OFF_SECONDS: u64 = 60;
const WRONG_SECONDS: u64 = 300;
/// `Date` has whole seconds: on average the server's clock stands half a second further.
const HALF_SECOND: Duration = Duration::from_millis(500);

/// A server that may tell the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Provider,
    Agent,
    /// Where a wrong clock makes every certificate look bad, plain HTTP is the only one that can
    /// still tell the time.
    Probe,
    ProbeByNumber,
}

impl Source {
    const ALL: [Self; 4] = [Self::Provider, Self::Agent, Self::Probe, Self::ProbeByNumber];

    async fn visit(self, visits: &Visits) -> Option<Visit> {
        match self {
            Self::Provider => visits.provider().await,
            Self::Agent => visits.agent().await,
            Self::Probe => visits.internet().await,
            Self::ProbeByNumber => visits.internet_by_number().await,
        }
    }

    /// The time a visit told; a probe is believed only if nobody answers in its place.
    fn time(self, targets: &Targets, visit: &Visit) -> Result<i64, FindingReason> {
        let answer = visit.end.as_ref().map_err(|reason| *reason)?;
        let is_believed = match self {
            Self::Provider => targets.identity_provider.as_ref().is_some_and(probe::is_secure),
            Self::Agent => targets.agent.as_ref().is_some_and(probe::is_secure),
            Self::Probe | Self::ProbeByNumber => answer.status == 204,
        };
        let date = answer.date.filter(|_| is_believed).ok_or(FindingReason::UnexpectedAnswer)?;
        // The answer may be a moment old: it is shared with other checks.
        Ok(seconds_ahead(answer.at, answer.elapsed, date))
    }
}

/// Compares this clock with the `Date` of whichever server answers first.
pub(crate) async fn check(targets: &Targets, visits: &Visits) -> Outcome {
    let mut asked: FuturesUnordered<_> = Source::ALL
        .into_iter()
        .map(|source| async move { (source, source.visit(visits).await) })
        .collect();
    let mut reason = FindingReason::NotConfigured;
    while let Some((source, visit)) = asked.next().await {
        match visit.map(|visit| source.time(targets, &visit)) {
            Some(Ok(skew)) => return judge(skew),
            Some(Err(silence)) => reason = silence,
            None => {}
        }
    }
    Outcome::not_available(reason)
}

/// How far this clock is ahead of a server that wrote `date` half a round trip before `now`.
fn seconds_ahead(now: SystemTime, round_trip: Duration, date: SystemTime) -> i64 {
    let server_now = date + round_trip / 2 + HALF_SECOND;
    let seconds = |difference: Duration| i64::try_from(difference.as_secs()).unwrap_or(i64::MAX);
    match now.duration_since(server_now) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

fn judge(seconds_ahead: i64) -> Outcome {
    let outcome = match seconds_ahead.unsigned_abs() {
        0..=OFF_SECONDS => Outcome::fine(),
        61..=WRONG_SECONDS => Outcome::attention().because(FindingReason::ClockOff),
        _ => Outcome::failed(FindingReason::ClockOff),
    };
    outcome.with(EvidenceKey::ClockSkewSeconds, &seconds_ahead)
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;

    #[test]
    fn a_clock_is_off_from_a_minute_and_wrong_from_five() {
        for (seconds, expect) in [
            (0, FindingStatus::Fine),
            (-60, FindingStatus::Fine),
            (61, FindingStatus::Attention),
            (-300, FindingStatus::Attention),
            (301, FindingStatus::Failed),
            (i64::MIN, FindingStatus::Failed),
        ] {
            assert_eq!(judge(seconds).status, expect, "{seconds}");
        }
    }

    #[test]
    fn half_the_round_trip_is_taken_off() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let second = Duration::from_secs(1);
        assert_eq!(seconds_ahead(date + second, second, date), 0);
        assert_eq!(seconds_ahead(date + 102 * second, 2 * second, date), 100);
        assert_eq!(seconds_ahead(date - 600 * second, second, date), -601);
    }
}
