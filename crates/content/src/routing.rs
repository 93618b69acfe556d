use serde::Deserialize;
use ticket::{Domain, Scenario};

use crate::{LocalizedText, Priorities};

/// Who gets what; `routing/teams.yaml`. Only for the agent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Format version; 1.
    pub version: u16,
    /// The teams.
    pub teams: Vec<Team>,
    /// The team that gets what no other one claims.
    pub fallback: String,
    /// What is looked at first; `routing/priority.yaml`.
    #[serde(skip)]
    pub priorities: Priorities,
}

/// A team of IT.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Names it.
    pub id: String,
    /// Shown to employees.
    pub name: LocalizedText,
    /// Scenarios handed off to it.
    pub scenarios: Vec<Scenario>,
    /// Domain it owns, for routing.
    pub domain: Domain,
    /// Minutes until a person answers, in its hours.
    pub respond_within_minutes: u32,
}

impl Routing {
    /// The team for a scenario: the first that claims it, or the fallback.
    #[must_use]
    pub fn team_for(&self, scenario: Scenario) -> Option<&Team> {
        self.teams
            .iter()
            .find(|team| team.scenarios.contains(&scenario))
            .or_else(|| self.teams.iter().find(|team| team.id == self.fallback))
    }
}
