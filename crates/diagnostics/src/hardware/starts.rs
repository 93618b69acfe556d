use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

const MONTH_SECONDS: i64 = 30 * 24 * 60 * 60;

/// How a device was started, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Starts {
    pub(crate) newest: i64,
    /// Whether no shutdown came before the newest.
    pub(crate) was_fall: bool,
    /// The starts that no shutdown came before.
    pub(crate) falls: Vec<i64>,
}

/// Counts the unexpected stops of the month before the newest start.
pub(crate) fn judge(starts: &Starts) -> Outcome {
    let is_recent = |at: &&i64| starts.newest - **at <= MONTH_SECONDS;
    let falls = starts.falls.iter().filter(is_recent).count();
    let outcome = if starts.was_fall {
        Outcome::attention().because(FindingReason::UnexpectedStop)
    } else {
        Outcome::fine()
    };
    outcome.with(EvidenceKey::UnexpectedStops, &falls)
}
