use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket::{ProblemCode, Receipt, Reply, Submission, SubmissionKind};
use uuid::Uuid;

use crate::{Owner, RETRY_LIMIT, backoff};

/// Longest time an entry can be held back for a change of mind.
pub const HOLD_LIMIT: Duration = Duration::from_mins(1);

/// Something that waits to be sent, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who wrote it. It leaves in their name only.
    pub owner: Owner,
    /// What is sent.
    pub payload: Payload,
    /// Where it stands.
    pub state: State,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Payload {
    /// A request or a security report.
    Submission {
        /// As it is sent.
        submission: Box<Submission>,
    },
    /// A reply to a ticket.
    Reply {
        /// Number of the ticket.
        ticket: u32,
        /// As it is sent.
        reply: Reply,
    },
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum State {
    /// Waits for a try.
    Waiting {
        /// Tries that failed.
        attempts: u32,
        /// When the next one is due.
        not_before: Timestamp,
        /// Why the last one failed, where a person can do something about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ProblemCode>,
    },
    /// Can still be cancelled.
    Held {
        /// When it leaves.
        until: Timestamp,
    },
    /// The agent refused it; it stays until its owner decides.
    Refused {
        /// Why.
        code: ProblemCode,
        /// Finds the refusal in the agent's logs.
        reference: String,
        /// When, this device's clock.
        at: Timestamp,
    },
    /// The agent has it.
    Accepted {
        /// The agent's word.
        receipt: Receipt,
    },
}

/// How a try to deliver an entry ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The agent accepted a submission.
    Accepted(Receipt),
    /// The agent has it and there is nothing to keep, as with a reply: the entry goes.
    Taken,
    /// The agent will never take it like this.
    Refused {
        /// Why.
        code: ProblemCode,
        /// Finds the refusal in the agent's logs.
        reference: String,
    },
    /// Not now.
    Retry {
        /// The agent asked to wait this long.
        after: Option<Duration>,
        /// Why, where a person can do something about it.
        reason: Option<ProblemCode>,
    },
}

impl Entry {
    /// An entry that is due at once.
    #[must_use]
    pub fn new(owner: Owner, payload: Payload, now: Timestamp) -> Self {
        Self { owner, payload, state: State::due(now) }
    }

    /// An entry that can be cancelled for a while, at most [`HOLD_LIMIT`].
    #[must_use]
    pub fn held(owner: Owner, payload: Payload, now: Timestamp, hold: Duration) -> Self {
        Self { owner, payload, state: State::Held { until: later(now, hold.min(HOLD_LIMIT)) } }
    }

    /// Its id, the one the agent recognizes it by.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match &self.payload {
            Payload::Submission { submission } => submission.id,
            Payload::Reply { reply, .. } => reply.id,
        }
    }

    /// Whether it is a security report.
    #[must_use]
    pub fn is_report(&self) -> bool {
        match &self.payload {
            Payload::Submission { submission } => submission.kind == SubmissionKind::SecurityReport,
            Payload::Reply { .. } => false,
        }
    }

    /// Whether it still has to leave this device.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        match self.state {
            State::Waiting { .. } | State::Held { .. } | State::Refused { .. } => true,
            State::Accepted { .. } => false,
        }
    }
}

impl State {
    /// Waits for its first try.
    pub(crate) const fn due(now: Timestamp) -> Self {
        Self::Waiting { attempts: 0, not_before: now, reason: None }
    }

    /// When a try is due, if one is. A time too far ahead to be meant was written by a clock that
    /// has jumped back since, and is now.
    pub(crate) fn due_at(&self, now: Timestamp) -> Option<Timestamp> {
        let (at, limit) = match self {
            Self::Waiting { not_before, .. } => (*not_before, RETRY_LIMIT),
            Self::Held { until } => (*until, HOLD_LIMIT),
            Self::Refused { .. } | Self::Accepted { .. } => return None,
        };
        Some(if at > later(now, limit) { now } else { at })
    }

    /// The state after a try. Accepted is final: a late answer to another try changes nothing.
    pub(crate) fn after(&self, outcome: Outcome, now: Timestamp, random: u64) -> Self {
        let attempts = match self {
            Self::Waiting { attempts, .. } => *attempts,
            Self::Held { .. } => 0,
            Self::Accepted { .. } => return self.clone(),
            Self::Refused { .. } => return self.after_refusal(outcome),
        };
        match outcome {
            Outcome::Accepted(receipt) => Self::Accepted { receipt },
            Outcome::Refused { code, reference } => Self::Refused { code, reference, at: now },
            Outcome::Retry { after, reason } => {
                let wait = after.unwrap_or_default().saturating_add(backoff(attempts, random));
                let not_before = later(now, wait.min(RETRY_LIMIT));
                Self::Waiting { attempts: attempts.saturating_add(1), not_before, reason }
            }
            Outcome::Taken => self.clone(),
        }
    }

    fn after_refusal(&self, outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted(receipt) => Self::Accepted { receipt },
            Outcome::Refused { .. } | Outcome::Retry { .. } | Outcome::Taken => self.clone(),
        }
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn waiting(attempts: u32, not_before: Timestamp) -> State {
        State::Waiting { attempts, not_before, reason: None }
    }

    fn check_due(state: &State, now: i64, expect: Option<i64>) {
        assert_eq!(state.due_at(at(now)), expect.map(at), "{state:?} at {now}");
    }

    #[test]
    fn is_due_in_time_and_at_once_when_the_clock_jumped_back() {
        let three = waiting(3, at(1_000_300));
        check_due(&three, 1_000_000, Some(1_000_300));
        check_due(&three, 1_000_301, Some(1_000_300));
        check_due(&three, 999_999, Some(999_999));
        check_due(&three, 0, Some(0));
        let held = State::Held { until: at(1_000_010) };
        check_due(&held, 1_000_000, Some(1_000_010));
        check_due(&held, 999_000, Some(999_000));
        check_due(&waiting(0, Timestamp::MAX), 0, Some(0));
        let refused =
            State::Refused { code: ProblemCode::TooLarge, reference: String::new(), at: at(0) };
        check_due(&refused, 1_000_000, None);
    }

    fn check_wait(attempts: u32, after: Option<u64>, random: u64, expect: i64) {
        let state = waiting(attempts, at(0));
        let outcome = Outcome::Retry { after: after.map(Duration::from_secs), reason: None };
        let expect = waiting(attempts + 1, at(100 + expect));
        assert_eq!(state.after(outcome, at(100), random), expect);
    }

    #[test]
    fn waits_longer_after_every_failure_and_as_the_agent_asks() {
        check_wait(0, None, 0, 0);
        check_wait(0, None, u64::MAX, 1);
        check_wait(4, None, u64::MAX, 16);
        check_wait(40, None, u64::MAX, 300);
        check_wait(0, Some(30), 0, 30);
        check_wait(0, Some(30), u64::MAX, 31);
        check_wait(0, Some(9_000), u64::MAX, 300);
    }
}
