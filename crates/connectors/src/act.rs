use std::fmt;

use serde::{Deserialize, Serialize};

/// A change of the outside world. This list is closed: the agent can ask for nothing else, whatever
/// a ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Act {
    /// Gives the ticket at the desk to a team.
    AssignOwner {
        /// Id of the team, from the routing.
        team: String,
    },
    /// Tells a team, with the mention that the routing has for it.
    NotifyTeam {
        /// Id of the team, from the routing.
        team: String,
        /// What it reads. Holds words of people; encoded for the channel when it leaves.
        message: String,
    },
    /// Wakes who is on call.
    Page {
        /// Id of the team, from the routing.
        team: String,
        /// What they read. Holds words of people; encoded for the channel when it leaves.
        message: String,
    },
    /// Tells the desk what its employee wrote, as a note on the ticket.
    AddNote {
        /// What they wrote; encoded when it leaves.
        message: String,
    },
    /// Sets where the ticket stands at the desk.
    SetStatus {
        /// Where.
        status: DeskStatus,
    },
}

impl Act {
    /// What it is called in the audit.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AssignOwner { .. } => "assign_owner",
            Self::NotifyTeam { .. } => "notify_team",
            Self::Page { .. } => "page",
            Self::AddNote { .. } => "add_note",
            Self::SetStatus { .. } => "set_status",
        }
    }
}

/// Where a ticket stands at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskStatus {
    /// A team must look now.
    Escalated,
    /// A person decides what the agent must not.
    PendingHumanReview,
    /// Nothing is left to do.
    Solved,
}

/// Names one act for good: a system that is asked twice with it does it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActKey {
    /// Number of the ticket.
    pub ticket: u32,
    /// Round of its decision.
    pub round: u32,
    /// Place among the acts of that decision.
    pub place: u32,
}

impl fmt::Display for ActKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deskside-{}-{}-{}", self.ticket, self.round, self.place)
    }
}
