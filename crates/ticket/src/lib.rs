//! The shared words and the wire: what the app sends, what the agent answers, and the closed
//! vocabularies both understand. Pure data; anything the app puts in here is a *report* until the
//! agent has verified it itself.

mod access;
mod approval;
mod check;
mod deed;
mod diagnosis;
mod event;
mod finding_reason;
mod label;
mod problem;
mod signature;
mod submission;
mod support_code;
mod usage;
mod verification;
mod view;

pub use access::{Access, Right, is_entry_id};
pub use approval::{ApprovalCheck, ApprovalOutcome, ApprovalRequest, ApprovalWord, ApproverRole};
pub use check::{CheckId, Evidence, EvidenceKey, Finding, FindingStatus, Stage};
pub use deed::Deed;
pub use diagnosis::{Cause, Certainty, ReportedDiagnosis};
pub use event::{EventKind, OpenRequest, StatusEvent, TicketStatus};
pub use finding_reason::FindingReason;
pub use label::{Domain, Label, LabelSource, Reason, Risk, Scenario, Span};
pub use problem::{Problem, ProblemCode};
pub use signature::{SIGNATURE_LABEL, SignatureInput, signature_base};
pub use submission::{
    DetailGroup, DeviceReport, MAX_SUBMISSION_BYTES, MAX_TEXT_CHARS, Submission, SubmissionError,
    SubmissionKind, TriedOutcome, TriedStep, WIRE_VERSION,
};
pub use support_code::SupportCode;
pub use usage::{MAX_QUESTION_CHARS, MAX_QUESTIONS, SharedQuestion, UsageCount, UsageReport, Used};
pub use verification::Verification;
pub use view::{
    AccountState, Enrollment, Installation, Me, OpenIncident, OwnAccount, Question, QuickAnswer,
    Receipt, Reply, ReplyAction, ServerFacts, TicketView,
};
