use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use content::{Approval, Routing, Sensitivity};
use jiff::Timestamp;
use policy::{ActionClass, Approver, Gate, Look, Mode};
use serde::{Deserialize, Serialize};
use ticket::{Cause, ReplyAction, Right, Scenario, Submission, Verification};
use triage::{Likeness, Part, Signal, Triage, fold, signals};

/// Who is asking, as the agent knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// Name to show.
    pub name: String,
}

/// Something that already happened in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Step {
    /// Articles were sent.
    Answered {
        /// Their ids.
        articles: Vec<String>,
    },
    /// It was told how open requests stand.
    FollowedUp,
    /// The one question was asked.
    Asked {
        /// Its id.
        question: String,
        /// The request it may be the same matter as, where that was asked.
        about: Option<u32>,
    },
    /// The employee replied.
    Replied {
        /// With what.
        action: ReplyAction,
        /// Whether they wrote thanks and nothing else.
        is_thanks: bool,
    },
    /// A team got it.
    HandedOff {
        /// Id of the team.
        team: String,
        /// Whether it was for security's sake: from then on only an analyst closes it.
        for_security: bool,
    },
    /// The agent began to carry out a runbook.
    Started {
        /// Its id.
        runbook: String,
    },
    /// That run ended.
    Ran {
        /// Id of the runbook.
        runbook: String,
        /// How.
        end: RunEnd,
    },
    /// It was closed, by its employee's word or by the team that had it.
    Closed,
}

/// How a run of a runbook ended, as far as decisions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Everything was done and read back.
    Done,
    /// Something could not be done, or was not as the runbook requires.
    Stopped,
    /// It stopped at a sign that somebody else is at it, which security must see.
    Suspicious,
    /// Somebody whose word it needs said no.
    Declined,
}

impl Step {
    /// The employee's reply.
    #[must_use]
    pub fn replied(action: ReplyAction) -> Self {
        let is_thanks = match &action {
            ReplyAction::Write { text } => signals(&fold(text)).has(Signal::Thanks),
            ReplyAction::Choose { .. } | ReplyAction::Solved | ReplyAction::NotSolved => false,
        };
        Self::Replied { action, is_thanks }
    }

    /// The same without what a person wrote; it leads to the same decision.
    #[must_use]
    pub fn without_words(&self) -> Self {
        match self {
            Self::Replied { action, is_thanks } => {
                Self::Replied { action: action.without_words(), is_thanks: *is_thanks }
            }
            Self::Answered { .. }
            | Self::FollowedUp
            | Self::Asked { .. }
            | Self::HandedOff { .. }
            | Self::Started { .. }
            | Self::Ran { .. }
            | Self::Closed => self.clone(),
        }
    }
}

/// One request with everything the decision may look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What was sent.
    pub submission: Submission,
    /// How well the agent knew who sent it.
    pub verification: Verification,
    /// When it knew that.
    pub accepted_at: Timestamp,
    /// Who sent it; nobody for signed-out reports.
    pub requester: Option<Requester>,
    /// Labels and signals of [`words`].
    pub triage: Triage,
    /// What happened so far, oldest first.
    pub history: Vec<Step>,
    /// An open request of the same person that a first text seems to be about.
    pub similar: Option<Similar>,
    /// The things that are asked for, where a first text lists several.
    pub parts: Vec<Part>,
    /// The open incident that its writer says they have too.
    pub incident: Option<u32>,
    /// What is wrong, as far as the agent found out itself: it read the directory and looked through what
    /// the checks of the device found.
    pub causes: Vec<Cause>,
    /// What a model that IT connected makes of it. It only ever adds caution.
    pub opinion: Option<Opinion>,
}

/// What a connected model makes of a text, in closed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// What it seems to be about.
    pub scenario: Scenario,
    /// Whom it seems to need.
    pub needs: Look,
}

impl Opinion {
    /// How it looks at the text: an incident is risky whatever else is said.
    #[must_use]
    pub fn look(self) -> Look {
        if self.scenario == Scenario::SecurityIncident { Look::Risky } else { self.needs }
    }
}

/// Another open request that seems to be about the same matter, and why it seems so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// Its number.
    pub number: u32,
    /// First line of what was written.
    pub title: String,
    /// How alike the two are.
    pub likeness: Likeness,
}

impl Similar {
    /// The same without what a person wrote.
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self { title: String::new(), ..self.clone() }
    }
}

/// Whether security has a case with this history. The employee's word is heard and closes nothing; an
/// analyst's does.
#[must_use]
pub fn is_with_security(history: &[Step]) -> bool {
    let since = history.iter().rev().take_while(|step| **step != Step::Closed);
    since.into_iter().any(|step| matches!(step, Step::HandedOff { for_security: true, .. }))
}

/// What IT configured, as far as decisions need it.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// Ids of the articles an answer offers, best first.
    pub articles: BTreeMap<Scenario, Vec<String>>,
    /// Who gets what.
    pub routing: Routing,
    /// What may be done, and with whose approval.
    pub gate: Arc<Gate>,
    /// What the agent can carry out by itself.
    pub runbooks: Vec<Procedure>,
    /// What can be asked for, by its id.
    pub catalogue: BTreeMap<String, Offer>,
    /// The teams that have somebody on call who can be woken.
    pub on_call: BTreeSet<String>,
}

/// An entry of the catalogue as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// How much harm wrong access does.
    pub sensitivity: Sensitivity,
    /// Who says yes.
    pub approval: Approval,
    /// What can be asked for.
    pub rights: Vec<Right>,
}

/// A runbook as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// Its id.
    pub id: String,
    /// What the requests are about that it is for.
    pub scenario: Scenario,
    /// What it does away with.
    pub causes: Vec<Cause>,
    /// The entries of the catalogue it gives, by who says yes to them.
    pub grants: Option<Approval>,
    /// How well who asks must be known.
    pub needs: Verification,
    /// The gravest thing it does.
    pub action: ActionClass,
    /// How far it is trusted.
    pub mode: Mode,
    /// Whose word it waits for by itself.
    pub asks: Vec<Approver>,
}

/// The text to label: the request and everything the employee wrote since. Spans of the request
/// stay valid, because it comes first.
#[must_use]
pub fn words(submission: &Submission, history: &[Step]) -> String {
    let mut text = submission.text.clone();
    for step in history {
        if let Step::Replied { action: ReplyAction::Write { text: more }, .. } = step {
            text.push('\n');
            text.push_str(more);
        }
    }
    text
}
