use content::{Priority, Routing};
use jiff::{SignedDuration, Timestamp};
use policy::{ActionClass, Approver, Attempt, Tier, Verdict};
use serde::{Deserialize, Serialize};
use ticket::{Question, Scenario, Span};

use crate::FiveLines;
use crate::next::is_for_security;

/// Everything a hand-off needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Id of the team.
    pub team: String,
    /// Its name in the language of the request.
    pub team_name: String,
    /// Minutes until a person answers.
    pub respond_within_minutes: u32,
    /// The moment those minutes end.
    pub respond_by: Timestamp,
    /// What the team reads first.
    pub message: FiveLines,
    /// The account or device must not be touched until security calls.
    pub hold_still: bool,
    /// Who is on call is woken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub page: bool,
}

/// Told where no team is configured at all: a person still looks.
const UNROUTED_NAME: &str = "IT";
const UNROUTED_MINUTES: u32 = 240;

impl Escalation {
    /// To the team that gets a scenario; its promise counts in its hours.
    #[must_use]
    pub fn to_team_for(
        scenario: Scenario,
        locale: &str,
        message: FiveLines,
        routing: &Routing,
        now: Timestamp,
    ) -> Self {
        let team = routing.team_for(scenario);
        let unrouted = SignedDuration::from_mins(i64::from(UNROUTED_MINUTES));
        let respond_by = team.map_or_else(
            || now.checked_add(unrouted).unwrap_or(Timestamp::MAX),
            |team| team.answers_by(now),
        );
        let name = team.map_or(UNROUTED_NAME, |team| team.name.get(locale));
        Self {
            team: team.map_or(&routing.fallback, |team| &team.id).clone(),
            team_name: name.to_owned(),
            respond_within_minutes: minutes_until(now, respond_by),
            respond_by,
            message,
            hold_still: false,
            page: false,
        }
    }
}

impl Escalation {
    /// Has who is on call woken: they answer as fast as the team, by the clock.
    pub(crate) fn wake(&mut self, routing: &Routing, now: Timestamp) {
        if let Some(team) = routing.teams.iter().find(|team| team.id == self.team) {
            self.respond_by = team.answers_by_clock(now);
            self.respond_within_minutes = minutes_until(now, self.respond_by);
        }
        self.page = true;
    }
}

/// Whole minutes, the last one begun.
#[must_use]
pub fn minutes_until(now: Timestamp, then: Timestamp) -> u32 {
    let minutes = (then.duration_since(now).as_secs() + 59) / 60;
    u32::try_from(minutes).unwrap_or_default()
}

/// A workflow for everyday requests that IT approved and a team carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Workflow {
    /// Gives approved standard software, or an ordinary group, to somebody whose role has it.
    GrantStandardAccess,
    /// Orders the repair of a device and lends another one meanwhile.
    RepairDevice,
}

impl Workflow {
    /// Its id, as policies call it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::GrantStandardAccess => "grant_standard_access",
            Self::RepairDevice => "repair_device",
        }
    }

    /// What it does to the world: an access can be taken away again, an order be called off.
    #[must_use]
    pub const fn action(self) -> ActionClass {
        match self {
            Self::GrantStandardAccess | Self::RepairDevice => ActionClass::Reversible,
        }
    }
}

/// What the agent does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Effect {
    /// Sends articles to follow.
    Answer {
        /// Their ids, best first; never empty.
        articles: Vec<String>,
    },
    /// Tells how the employee's open requests stand.
    FollowUp,
    /// Asks the one question.
    Ask {
        /// The question.
        question: Question,
        /// The request it may be the same matter as, where that is what is asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<u32>,
    },
    /// Asks for the approvals that are needed first. They are named and recorded; a team obtains them.
    AskApproval {
        /// Whose; never empty.
        from: Vec<Approver>,
        /// Who obtains them.
        hand_off: Escalation,
    },
    /// Starts an approved workflow.
    RunStep {
        /// Id of the workflow: a runbook, where the agent carries it out.
        workflow: String,
        /// The team that carries it out; absent: the agent does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hand_off: Option<Escalation>,
    },
    /// Hands off to a team.
    Escalate(Escalation),
    /// Makes a request of its own of each thing that is asked for.
    Split {
        /// The words of each; together they are the whole text.
        parts: Vec<Span>,
    },
    /// Adds the words to an earlier request of the same person, who said that it is about the same.
    LinkDuplicate {
        /// Number of the earlier request.
        to: u32,
    },
    /// Does nothing until somebody moves.
    Wait,
    /// Closes: the employee said it is solved.
    Close,
}

/// An effect with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What happens next.
    pub effect: Effect,
    /// The tier it rests on.
    pub tier: Tier,
    /// How soon it is looked at.
    #[serde(default)]
    pub priority: Priority,
    /// What the gate said, where it was asked.
    #[serde(default)]
    pub gate: Option<Verdict>,
    /// What it was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Attempt>,
    /// What was seen, inferred and chosen, in plain words. Holds no personal data.
    pub explanation: Vec<String>,
}

impl Effect {
    /// What the team reads that gets the case, if one does.
    #[must_use]
    pub const fn hand_off(&self) -> Option<&Escalation> {
        match self {
            Self::AskApproval { hand_off, .. } | Self::Escalate(hand_off) => Some(hand_off),
            Self::RunStep { hand_off, .. } => hand_off.as_ref(),
            Self::Answer { .. }
            | Self::FollowUp
            | Self::Ask { .. }
            | Self::Split { .. }
            | Self::LinkDuplicate { .. }
            | Self::Wait
            | Self::Close => None,
        }
    }
}

impl Decision {
    /// The same without what it quotes of a person.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let mut bare = self.clone();
        match &mut bare.effect {
            Effect::Ask { question, .. } => *question = question.without_words(),
            Effect::AskApproval { hand_off, .. }
            | Effect::RunStep { hand_off: Some(hand_off), .. }
            | Effect::Escalate(hand_off) => hand_off.message = FiveLines::default(),
            Effect::RunStep { hand_off: None, .. }
            | Effect::Answer { .. }
            | Effect::FollowUp
            | Effect::Split { .. }
            | Effect::LinkDuplicate { .. }
            | Effect::Wait
            | Effect::Close => {}
        }
        bare
    }

    /// Whether it gives to people what security must see.
    #[must_use]
    pub fn hands_to_security(&self) -> bool {
        matches!(self.effect, Effect::Escalate(_)) && is_for_security(self.tier.rule)
    }
}
