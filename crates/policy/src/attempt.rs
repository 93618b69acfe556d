use serde::{Deserialize, Serialize};
use ticket::{Scenario, Verification};

use crate::Confidence;

/// What a step does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionClass {
    /// It only looks.
    ReadOnly,
    /// It can be taken back.
    Reversible,
    /// It cannot be taken back.
    Irreversible,
    /// Nobody said what it does.
    Unclassified,
}

/// Whose account, device or data a step touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// That of who asks.
    Own,
    /// A system, nobody's in particular.
    System,
    /// That of somebody else.
    Colleague,
    /// That of an administrator who is under special protection.
    ProtectedAdministrator,
    /// Nobody knows.
    Unknown,
}

/// How much depends on a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// Little: approved standard software, ordinary folders and groups.
    Low,
    /// Much.
    High,
    /// The company stands still without it.
    Critical,
    /// Nobody knows.
    Unknown,
    /// Two sources contradict each other.
    Conflict,
}

/// Whether changes are allowed at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// They are.
    Open,
    /// They are not.
    Closed,
    /// Nobody knows.
    Unknown,
}

/// How far a workflow is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Not at all.
    Off,
    /// What it would do is written down.
    Shadow,
    /// A person approves each change.
    Recommend,
    /// It acts for a few.
    Canary,
    /// It acts.
    Act,
}

/// In what role a person approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// A second pair of eyes in IT.
    Peer,
    /// The manager of who asks.
    Manager,
    /// Whoever leads the incident.
    IncidentCommander,
}

/// A step that is about to be done, and everything the gate looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Id of the workflow it belongs to.
    pub workflow: String,
    /// What it does to the world.
    pub action: ActionClass,
    /// Whose account, device or data it touches.
    pub subject: Subject,
    /// Whether it sets, removes or passes by a second factor.
    pub second_factor: bool,
    /// How many people, devices or systems it touches.
    pub subjects: u32,
    /// What the case is about.
    pub scenario: Scenario,
    /// How sure that is.
    pub confidence: Confidence,
    /// How well the agent knows who asks.
    pub verification: Verification,
    /// Seconds since the person last showed who they are.
    pub verified_seconds_ago: u32,
    /// How much depends on the system.
    pub criticality: Criticality,
    /// Whether changes are allowed now.
    pub window: Window,
    /// How far the workflow is trusted.
    pub mode: Mode,
    /// Who approved this very step, each person once.
    pub approvals: Vec<Approver>,
}

impl ActionClass {
    /// Every class.
    pub const ALL: [Self; 4] =
        [Self::ReadOnly, Self::Reversible, Self::Irreversible, Self::Unclassified];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Reversible => "reversible",
            Self::Irreversible => "irreversible",
            Self::Unclassified => "unclassified",
        }
    }
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 5] =
        [Self::Own, Self::System, Self::Colleague, Self::ProtectedAdministrator, Self::Unknown];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::System => "system",
            Self::Colleague => "colleague",
            Self::ProtectedAdministrator => "protected_administrator",
            Self::Unknown => "unknown",
        }
    }
}

impl Criticality {
    /// Every criticality.
    pub const ALL: [Self; 5] =
        [Self::Low, Self::High, Self::Critical, Self::Unknown, Self::Conflict];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
            Self::Conflict => "conflict",
        }
    }
}

impl Window {
    /// Every window.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Unknown];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        }
    }
}

impl Mode {
    /// Every mode, from no trust to full trust.
    pub const ALL: [Self; 5] = [Self::Off, Self::Shadow, Self::Recommend, Self::Canary, Self::Act];

    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::Recommend => "recommend",
            Self::Canary => "canary",
            Self::Act => "act",
        }
    }
}

impl Approver {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Peer, Self::Manager, Self::IncidentCommander];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Manager => "manager",
            Self::IncidentCommander => "incident_commander",
        }
    }
}
