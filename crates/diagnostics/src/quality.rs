//! How much of what is sent gets lost, and how long the way is.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use crate::connect;

/// Connections begun; enough that a third lost is told from one in a hundred.
const COUNT: u32 = 20;
/// Between two of them.
const APART: Duration = Duration::from_millis(12);
/// A first packet that was lost is sent again after a second (RFC 6298 §2.1).
const IN_TIME: Duration = Duration::from_millis(900);
/// How much longer than the quickest one on time another may take: ways differ by as much where
/// something else fills them.
const SLOWER: Duration = Duration::from_millis(550);
/// The way is much too long from here on, in one round trip.
const SLOW: Duration = Duration::from_millis(900);
/// Late ones from which on the way is called lossy: a sixth.
const LOSSY: u32 = 4;

/// What was measured on the way to one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quality {
    /// Connections whose fate is known.
    begun: u32,
    /// Those that did not stand at the first try.
    late: u32,
    /// The quickest.
    quickest: Option<Duration>,
}

impl Quality {
    pub(crate) fn is_slow(self) -> bool {
        self.quickest.is_some_and(|time| time >= SLOW)
    }

    pub(crate) fn is_lossy(self) -> bool {
        !self.is_slow() && self.quickest.is_some() && self.late >= LOSSY
    }

    pub(crate) fn lost_percent(self) -> Option<u32> {
        let known = self.quickest.is_some() && !self.is_slow();
        (known && self.late > 0).then(|| (self.late * 100).checked_div(self.begun).unwrap_or(0))
    }
}

/// Begins connections one after the other and sees which stand at once. Ends early where all do.
pub(crate) async fn measure(address: SocketAddr, patience: Duration) -> Quality {
    let until = Instant::now() + patience;
    let mut begun = JoinSet::new();
    for place in 0..COUNT {
        begun.spawn(async move {
            sleep(APART * place).await;
            let started = Instant::now();
            let stream = connect::one(address, None).await;
            // A refusal crosses the way there and back too.
            let crossed = match stream {
                Ok(_) => true,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            };
            crossed.then(|| started.elapsed())
        });
    }
    let mut times = Vec::new();
    let mut limit = until;
    while times.len() < COUNT as usize {
        let Ok(Some(ended)) = timeout_at(limit, begun.join_next()).await else { break };
        if let Ok(Some(time)) = ended {
            times.push(time);
            // One that is on time says how long the others may take, which begin after it.
            if time < IN_TIME {
                limit = limit.min(Instant::now() + APART * COUNT + SLOWER);
            }
        }
    }
    judge(&times)
}

fn judge(times: &[Duration]) -> Quality {
    let quickest = times.iter().min().copied();
    let in_time = times.iter().filter(|time| **time < IN_TIME).count();
    let in_time = u32::try_from(in_time).unwrap_or(COUNT);
    Quality { begun: COUNT, late: COUNT.saturating_sub(in_time), quickest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times: &[(u32, u64)], is_lossy: bool, is_slow: bool) {
        let times: Vec<_> = times
            .iter()
            .flat_map(|(count, ms)| (0..*count).map(|_| Duration::from_millis(*ms)))
            .collect();
        let quality = judge(&times);
        assert_eq!((quality.is_lossy(), quality.is_slow()), (is_lossy, is_slow), "{times:?}");
    }

    #[test]
    fn loss_is_told_from_distance() {
        check(&[(20, 30)], false, false);
        check(&[(19, 30), (1, 1030)], false, false);
        check(&[(13, 30), (4, 1030)], true, false);
        check(&[(20, 700)], false, false);
        check(&[(20, 2000)], false, true);
        check(&[(3, 4000)], false, true);
        check(&[], false, false);
    }

    #[tokio::test]
    async fn a_short_way_is_measured_at_once() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let quality = measure(listener.local_addr().unwrap(), Duration::from_secs(4)).await;
        assert_eq!(quality.lost_percent(), None);
        assert!(!quality.is_slow() && !quality.is_lossy() && quality.quickest.is_some());
    }
}
