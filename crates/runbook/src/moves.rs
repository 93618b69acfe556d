use std::fmt;

use content::{Act, Manual, Reading, Sponsor};

/// What is to be done next in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move<'a> {
    /// Look at something.
    Read {
        /// Id of the step.
        step: &'a str,
        /// At what.
        reading: Reading,
    },
    /// Wait for the word of people.
    Approve {
        /// Id of the step.
        step: &'a str,
        /// Whose.
        from: &'a [Sponsor],
    },
    /// Wait until a team has done something by hand.
    Manual {
        /// Id of the step.
        step: &'a str,
        /// Who, and what.
        manual: &'a Manual,
    },
    /// Change something. Asked again with the same key, a system does it once.
    Act {
        /// Id of the step.
        step: &'a str,
        /// What.
        act: Act,
    },
    /// Look whether that change is as it should be.
    Check {
        /// Id of the step.
        step: &'a str,
        /// At what.
        reading: Reading,
    },
    /// Take a change back, because a later one failed.
    Undo {
        /// Id of the step that is taken back.
        step: &'a str,
        /// By what.
        act: Act,
    },
    /// Nothing: it is over.
    End(End<'a>),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End<'a> {
    /// Everything was done and read back.
    Done,
    /// A step could not be done. What was changed before was taken back.
    Stopped {
        /// Id of that step.
        at: &'a str,
        /// Why.
        why: Why<'a>,
        /// Ids of steps whose change stays: it has no way back, or that failed too.
        left: Vec<&'a str>,
    },
}

/// Why a run stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why<'a> {
    /// What the runbook requires is not so. It says why that matters.
    NotSo(&'a str),
    /// It could not be read.
    Unread,
    /// A system, a team or somebody who was asked refused.
    Refused,
    /// No answer came in time.
    Expired,
    /// What would be done changed each time people had said yes to it.
    Changed,
    /// It was called off.
    Canceled,
    /// After the change, it is not as it should be.
    NotAsExpected,
}

impl Why<'_> {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NotSo(_) => "not so",
            Self::Unread => "unread",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Changed => "changed",
            Self::Canceled => "canceled",
            Self::NotAsExpected => "not as expected",
        }
    }
}

/// As tests of runbooks and the record name it.
impl fmt::Display for Move<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { step, .. } => write!(f, "read {step}"),
            Self::Approve { step, .. } => write!(f, "approve {step}"),
            Self::Manual { step, .. } => write!(f, "manual {step}"),
            Self::Act { step, .. } => write!(f, "act {step}"),
            Self::Check { step, .. } => write!(f, "check {step}"),
            Self::Undo { step, .. } => write!(f, "undo {step}"),
            Self::End(end) => write!(f, "{end}"),
        }
    }
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Stopped { at, why, left } => {
                write!(f, "stopped at {at}: {}", why.word())?;
                if left.is_empty() { Ok(()) } else { write!(f, ", left {}", left.join(" ")) }
            }
        }
    }
}
