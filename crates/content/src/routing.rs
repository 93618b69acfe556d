use jiff::Timestamp;
use serde::Deserialize;
use ticket::{Domain, Scenario};

use crate::hours::clock_after;
use crate::{Hours, LocalizedText, OnCall, Priorities};

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
    /// Who is on call; `routing/on-call.yaml`.
    #[serde(skip)]
    pub on_call: Vec<OnCall>,
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
    /// Where it reads its mail; absent: it gets none.
    #[serde(default)]
    pub mail: Option<String>,
    /// When it answers; absent: always.
    #[serde(default)]
    pub hours: Option<Hours>,
}

impl Team {
    /// The moment by which somebody of it answers.
    #[must_use]
    pub fn answers_by(&self, now: Timestamp) -> Timestamp {
        let minutes = self.respond_within_minutes;
        let by_clock = || self.answers_by_clock(now);
        self.hours.as_ref().map_or_else(by_clock, |hours| hours.after(now, minutes))
    }

    /// The same for who is on call, whatever its hours.
    #[must_use]
    pub fn answers_by_clock(&self, now: Timestamp) -> Timestamp {
        clock_after(now, self.respond_within_minutes)
    }

    /// Whether this is its name in one of its languages.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name.languages().any(|it| self.name.get(it) == name)
    }

    /// Whether nobody of it is there now.
    #[must_use]
    pub fn is_away(&self, now: Timestamp) -> bool {
        self.hours.as_ref().is_some_and(|hours| !hours.contain(now))
    }
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
