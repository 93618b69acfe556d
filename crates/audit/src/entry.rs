use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Digest;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who asked for help.
    Employee,
    /// The agent's decision.
    Agent,
    /// Somebody of the help desk.
    HelpDesk,
    /// Somebody who was asked whether something may be done.
    Approver,
    /// The machinery around it.
    System,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A submission was accepted.
    Received,
    /// The level of verification was set.
    Verified,
    /// Labels were given.
    Labelled,
    /// An effect was decided.
    Decided,
    /// A system outside did, or refused, what was decided.
    Performed,
    /// A runbook is carried out from now on.
    RunStarted,
    /// One of its steps is about to change something outside.
    StepBegun,
    /// What became of one of its moves.
    StepEnded,
    /// It is over.
    RunEnded,
    /// People are asked before it goes on.
    ApprovalAsked,
    /// One of them answered.
    ApprovalSaid,
    /// What came of asking them.
    ApprovalEnded,
    /// A runbook is trusted more or less, once enough people signed it.
    ModeChanged,
    /// A person signed that.
    ModeSigned,
    /// The agent has other content.
    ContentChanged,
    /// A person accepted or corrected a label.
    LabelSettled,
    /// A status event was sent to the employee.
    EventSent,
    /// A letter to a person was sent, or could not be.
    LetterSent,
    /// The employee replied.
    Replied,
    /// A call was refused.
    Refused,
    /// A team said that it is at it.
    TeamStarted,
    /// Somebody of a team wrote to the employee at the help desk.
    TeamWrote,
    /// A team was reminded of its promise.
    TeamReminded,
    /// A team closed a ticket and said how it went.
    TeamClosed,
    /// People gave it to another team at the help desk, or took it up again there.
    TeamChanged,
    /// A team said by its link at the help desk whether it had to come to it.
    TeamJudged,
    /// Several people have the same fault.
    IncidentOpened,
    /// That fault is mended.
    IncidentClosed,
    /// Somebody looked at how it went.
    IncidentReviewed,
    /// An installation key was enrolled.
    InstallationEnrolled,
    /// An installation key was revoked.
    InstallationRevoked,
    /// Somebody signed in at the agent's own page.
    SignedIn,
    /// A person said whether something at their account was theirs.
    Confirmed,
    /// A person was shown what the directory says of their own account.
    AccountShown,
    /// Counts of how articles are used were taken.
    UsageReported,
    /// A token was refused.
    SignInRefused,
    /// Everything that is kept of a person was given out.
    PersonExported,
    /// Everything a person wrote was erased.
    PersonErased,
}

/// An entry before it has its place in a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// When it happened, the agent's clock; kept to the millisecond.
    pub at: Timestamp,
    /// The ticket whose chain it joins; absent for the chain of everything else.
    pub ticket: Option<u32>,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub kind: EntryKind,
    /// Enum values, ids and counts. No personal data. Fractions are kept as text with three
    /// decimals, so that reading them back cannot change the digest.
    pub facts: Value,
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 1 for the first of a chain, then one more each.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The ticket whose chain this is.
    pub ticket: Option<u32>,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub kind: EntryKind,
    /// Enum values, ids and counts.
    pub facts: Value,
    /// Digest of the entry before; [`Digest::START`] for the first.
    pub previous: Digest,
    /// SHA-256 over the canonical JSON of every other field.
    pub digest: Digest,
}
