use std::time::{Duration, SystemTime};

use reqwest::{Client, Url};
use ticket::{EvidenceKey, FindingReason};
use tokio::task::JoinSet;

use crate::{
    Context, Targets,
    outcome::Outcome,
    probe::{self, Answer, Silence},
    service,
};

const OFF_SECONDS: u64 = 60;
const WRONG_SECONDS: u64 = 300;
/// `Date` has whole seconds: on average the server's clock stands half a second further.
const HALF_SECOND: Duration = Duration::from_millis(500);

/// Compares this clock with the `Date` of whichever server answers first.
pub(crate) async fn check(context: &Context) -> Outcome {
    let sources = sources(&context.targets);
    if sources.is_empty() {
        return Outcome::not_available(FindingReason::NotConfigured);
    }
    match first_date(&context.client, sources).await {
        Ok(skew) => judge(skew),
        Err(reason) => Outcome::not_available(reason),
    }
}

/// The company's servers, and the probe outside: where a wrong clock makes every certificate look
/// bad, plain HTTP is the only one that can still tell the time.
fn sources(targets: &Targets) -> Vec<Source> {
    let company = [
        targets.identity_provider.as_ref().and_then(service::configuration_of),
        targets.agent.as_ref().and_then(service::health_of),
    ];
    let company = company.into_iter().flatten().filter(probe::is_secure).map(Source::Company);
    company.chain(targets.internet_probe.clone().map(Source::Probe)).collect()
}

#[derive(Debug, Clone)]
enum Source {
    Company(Url),
    Probe(Url),
}

impl Source {
    const fn url(&self) -> &Url {
        match self {
            Self::Company(url) | Self::Probe(url) => url,
        }
    }

    /// The probe is believed only if nobody answers in its place.
    const fn believes(&self, answer: &Answer) -> bool {
        match self {
            Self::Company(_) => true,
            Self::Probe(_) => answer.status == 204,
        }
    }
}

/// Seconds this clock is ahead, by the first source that can be believed.
async fn first_date(client: &Client, sources: Vec<Source>) -> Result<i64, FindingReason> {
    let mut asked = JoinSet::new();
    for source in sources {
        asked.spawn(ask(client.clone(), source));
    }
    let mut reason = FindingReason::Unreachable;
    while let Some(answer) = asked.join_next().await {
        match answer {
            Ok(Ok(skew)) => return Ok(skew),
            Ok(Err(silence)) => reason = silence,
            Err(_) => reason = FindingReason::CheckBroke,
        }
    }
    Err(reason)
}

async fn ask(client: Client, source: Source) -> Result<i64, FindingReason> {
    let answer =
        probe::get(&client, source.url()).await.map_err(|Silence { reason, .. }| reason)?;
    let date = answer.date.filter(|_| source.believes(&answer));
    let date = date.ok_or(FindingReason::UnexpectedAnswer)?;
    Ok(seconds_ahead(SystemTime::now(), answer.elapsed, date))
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
