//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::bail;

/// Far more than anything here takes, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// Tries until there is an answer.
///
/// # Errors
/// The attempt failed for good, or there was no answer within `limit`; `what` names what was awaited.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    mut attempt: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(found) = attempt().await? {
            return Ok(found);
        }
        if begin.elapsed() > limit {
            bail!("waited {} s for {what}", limit.as_secs());
        }
        tokio::time::sleep(PAUSE).await;
    }
}
