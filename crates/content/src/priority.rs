use serde::{Deserialize, Serialize};

/// How soon a ticket is looked at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is time.
    Low,
    /// In its turn.
    #[default]
    Normal,
    /// Before others.
    High,
    /// At once.
    Critical,
}

/// How many are hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Impact {
    /// One person.
    Person,
    /// Several people, or what several use.
    Several,
    /// A service or a site.
    Company,
}

/// How soon it hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing stands still.
    Low,
    /// Something does not work.
    Normal,
    /// There is haste, or a time by which it is needed.
    High,
}

/// Impact × urgency, as IT wrote it; `routing/priority.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priorities {
    /// Format version; 1.
    pub version: u16,
    /// Where one person is hit.
    pub person: ByUrgency,
    /// Where several are.
    pub several: ByUrgency,
    /// Where a service or a site is.
    pub company: ByUrgency,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByUrgency {
    /// Where nothing stands still.
    pub low: Priority,
    /// Where something does not work.
    pub normal: Priority,
    /// Where there is haste.
    pub high: Priority,
}

impl Priorities {
    /// The priority of a ticket.
    #[must_use]
    pub const fn of(&self, impact: Impact, urgency: Urgency) -> Priority {
        let row = match impact {
            Impact::Person => self.person,
            Impact::Several => self.several,
            Impact::Company => self.company,
        };
        match urgency {
            Urgency::Low => row.low,
            Urgency::Normal => row.normal,
            Urgency::High => row.high,
        }
    }
}

impl Default for Priorities {
    /// Everything in its turn: the table of who wrote none.
    fn default() -> Self {
        let row =
            ByUrgency { low: Priority::Normal, normal: Priority::Normal, high: Priority::Normal };
        Self { version: 1, person: row, several: row, company: row }
    }
}

impl Priority {
    /// The next higher one.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Low => Self::Normal,
            Self::Normal => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }
}
