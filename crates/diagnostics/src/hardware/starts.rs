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

/// A start of the system, or its orderly end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_os = "windows", allow(dead_code, reason = "its log tells of falls themselves"))]
pub(crate) enum Mark {
    /// In seconds.
    Start {
        at: i64,
    },
    End,
}

/// Judges marks in their order, the oldest first: a start that no shutdown comes before was a fall.
#[cfg_attr(target_os = "windows", allow(dead_code, reason = "its log tells of falls themselves"))]
pub(crate) fn judge_marks(marks: &[Mark]) -> Outcome {
    let starts: Vec<_> = marks
        .windows(2)
        .filter_map(|pair| match pair {
            [before, Mark::Start { at }] => Some((*at, *before != Mark::End)),
            _ => None,
        })
        .collect();
    let Some((newest, was_fall)) = starts.last().copied() else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let falls = starts.iter().filter(|(_, fall)| *fall).map(|(at, _)| *at).collect();
    judge(&Starts { newest, was_fall, falls })
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
