use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ApprovalOutcome, ApproverRole, Cause, Deed, Question, Scenario};

/// Where a ticket stands, as the employee sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum TicketStatus {
    /// Accepted, not decided yet.
    Received,
    /// An answer or a checklist was sent; waiting for "did this help?".
    Answered,
    /// One question is open for the employee.
    Question,
    /// A team has it.
    WithTeam,
    /// The employee said it is solved.
    Solved,
    /// Nothing more happens here: it goes on in other requests.
    Closed,
}

/// What happened to a ticket. Every line of the timeline is one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum EventKind {
    /// The agent has it.
    Received,
    /// The agent understood what it is about.
    Understood {
        /// The primary label.
        scenario: Scenario,
    },
    /// The agent answered with articles to follow.
    Answered {
        /// Ids of the articles.
        articles: Vec<String>,
    },
    /// The agent did something for the employee.
    Done {
        /// What, in the order it was done.
        deeds: Vec<Deed>,
    },
    /// Somebody is asked whether it may be done for the employee.
    ApprovalAsked {
        /// As what.
        of: ApproverRole,
        /// What is done after a yes.
        deeds: Vec<Deed>,
        /// Nothing is done from then on.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        #[cfg_attr(feature = "bindings", specta(type = String))]
        until: Timestamp,
    },
    /// What came of that.
    ApprovalEnded {
        /// As what they were asked.
        of: ApproverRole,
        /// What they said.
        outcome: ApprovalOutcome,
    },
    /// The agent told how the employee's other requests stand.
    FollowedUp {
        /// Those that are open, newest first.
        open: Vec<OpenRequest>,
    },
    /// The agent asks one thing.
    Asked {
        /// The question.
        question: Question,
    },
    /// It is the matter of an earlier request, the employee said, and goes on there.
    Linked {
        /// The earlier request.
        to: OpenRequest,
    },
    /// It was about several things; each goes on by itself.
    Split {
        /// One request for each, in the order they were written.
        into: Vec<OpenRequest>,
    },
    /// The employee replied.
    Replied {
        /// What they wrote, or the words of the quick answer.
        text: String,
    },
    /// A team has it now.
    HandedOff {
        /// Name of the team.
        team: String,
        /// Minutes until somebody answers.
        respond_within_minutes: u32,
        /// The account or device must not be touched until security calls.
        hold_still: bool,
    },
    /// Who is on call for that team has it.
    OnCall {
        /// Name of the team.
        team: String,
        /// Where they are reached, such as a telephone number.
        line: String,
    },
    /// The team that has it is at it.
    TeamStarted {
        /// Name of the team.
        team: String,
        /// Minutes until it expects to be done, where it said so.
        done_within_minutes: Option<u32>,
    },
    /// Somebody of the team that has it wrote to the employee.
    TeamWrote {
        /// Name of the team.
        team: String,
        /// What they wrote.
        text: String,
    },
    /// The team that had it says that it is done.
    TeamClosed {
        /// Name of the team.
        team: String,
    },
    /// Others have the same fault; people look for its cause.
    IncidentJoined {
        /// Number of the incident.
        incident: u32,
        /// What is broken.
        cause: Cause,
    },
    /// That fault is mended.
    IncidentOver {
        /// Number of the incident.
        incident: u32,
        /// What was broken.
        cause: Cause,
    },
    /// The employee said it is solved.
    Solved,
    /// The employee said it is not solved.
    Reopened,
}

impl EventKind {
    /// The same without what a person wrote.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let nameless = |it: &OpenRequest| OpenRequest { title: String::new(), ..it.clone() };
        match self {
            Self::FollowedUp { open } => {
                Self::FollowedUp { open: open.iter().map(nameless).collect() }
            }
            Self::Asked { question } => Self::Asked { question: question.without_words() },
            Self::Linked { to } => Self::Linked { to: nameless(to) },
            Self::Split { into } => Self::Split { into: into.iter().map(nameless).collect() },
            Self::Replied { .. } => Self::Replied { text: String::new() },
            Self::TeamWrote { team, .. } => {
                Self::TeamWrote { team: team.clone(), text: String::new() }
            }
            Self::Received
            | Self::Understood { .. }
            | Self::Answered { .. }
            | Self::Done { .. }
            | Self::ApprovalAsked { .. }
            | Self::ApprovalEnded { .. }
            | Self::HandedOff { .. }
            | Self::OnCall { .. }
            | Self::TeamStarted { .. }
            | Self::TeamClosed { .. }
            | Self::IncidentJoined { .. }
            | Self::IncidentOver { .. }
            | Self::Solved
            | Self::Reopened => self.clone(),
        }
    }
}

/// A request of the same employee that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct OpenRequest {
    /// Number of the ticket.
    pub number: u32,
    /// First line of what was written.
    pub title: String,
    /// Team that has it.
    pub team: Option<String>,
}

/// One thing that happened, as delivered by `GET /v1/events`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct StatusEvent {
    /// Grows with every event; the resume point.
    pub sequence: u32,
    /// Number of the ticket.
    pub ticket: u32,
    /// Id of the submission that made it.
    pub submission: Uuid,
    /// The agent's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub at: Timestamp,
    /// Where the ticket stands after it.
    pub status: TicketStatus,
    /// What happened.
    pub kind: EventKind,
}
