//! Requests that were sent.

use serde::Serialize;
use specta::Type;
use ticket::{EventKind, Problem, ProblemCode, Question, ReplyAction};

use super::knowledge::ArticleLink;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Only on this device; goes out as soon as possible.
    Saved,
    /// A security report that can still be taken back.
    Cancellable,
    /// The agent refused it; the reason says what to do.
    Refused,
    /// Accepted.
    Received,
    /// Answered; waiting for "did this help?".
    Answered,
    /// A question is open.
    Question,
    /// A team has it.
    WithTeam,
    /// Solved.
    Solved,
    /// Closed.
    Closed,
}

/// A request in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestRow {
    /// Id of the submission.
    pub id: String,
    /// Ticket number, once accepted.
    pub number: Option<u32>,
    /// First line.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// The team that has it.
    pub team: Option<String>,
    /// Last change, RFC 3339.
    pub updated_at: String,
    /// Whether it waits for the employee.
    pub waits_for_me: bool,
    /// Whether it is a security report.
    pub security: bool,
}

/// A request, opened.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestView {
    /// The row.
    pub row: RequestRow,
    /// What was written.
    pub text: String,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// The open question.
    pub question: Option<Question>,
    /// Articles of the last answer.
    pub articles: Vec<ArticleLink>,
    /// Minutes until somebody answers, when a team has it.
    pub respond_within_minutes: Option<u32>,
    /// Why it still waits on this device, where the employee can do something about it.
    pub waits_because: Option<ProblemCode>,
    /// Replies that the agent does not have yet.
    pub replies: Vec<ReplyView>,
    /// Why the agent refused it, or a reply to it.
    pub refused: Option<Problem>,
    /// The exact document that was or will be sent, as JSON; absent when it was sent elsewhere.
    pub document: Option<String>,
}

/// A reply that is still on this device.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReplyView {
    /// What it says.
    pub action: ReplyAction,
    /// Why the agent refused it; absent while it waits.
    pub refused: Option<Problem>,
    /// Why it waits, where the employee can do something about it.
    pub waits_because: Option<ProblemCode>,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TimelineEntry {
    /// When, RFC 3339.
    pub at: String,
    /// What; absent: "saved on this device".
    pub event: Option<EventKind>,
}
