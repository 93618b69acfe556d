use audit::{Actor, Draft, EntryKind};
use jiff::Timestamp;
use serde_json::json;
use ticket::{EventKind, TicketStatus};

use crate::letters;
use crate::store::{Session, StoreError, audit as trail, events};

/// Tells the employee something: a line of the timeline, its entry in the audit trail, and a letter where the app may
/// not reach them.
pub(crate) async fn tell(
    writing: &mut Session,
    ticket: u32,
    status: TicketStatus,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    events::add(writing, ticket, status, kind, now).await?;
    letters::follow(writing, ticket, kind, now).await?;
    trail::record(writing, sent(ticket, status, kind, now)).await
}

/// The entry in the audit trail about a line of a timeline.
pub(crate) fn sent(ticket: u32, status: TicketStatus, kind: &EventKind, now: Timestamp) -> Draft {
    Draft {
        at: now,
        ticket: Some(ticket),
        actor: Actor::Agent,
        kind: EntryKind::EventSent,
        facts: json!({ "event": name(kind), "status": status }),
    }
}

/// The name of an event without what people wrote.
fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Received => "received",
        EventKind::Understood { .. } => "understood",
        EventKind::Answered { .. } => "answered",
        EventKind::Done { .. } => "done",
        EventKind::ApprovalAsked { .. } => "approval_asked",
        EventKind::ApprovalEnded { .. } => "approval_ended",
        EventKind::FollowedUp { .. } => "followed_up",
        EventKind::Asked { .. } => "asked",
        EventKind::Linked { .. } => "linked",
        EventKind::Split { .. } => "split",
        EventKind::Replied { .. } => "replied",
        EventKind::HandedOff { .. } => "handed_off",
        EventKind::OnCall { .. } => "on_call",
        EventKind::TeamStarted { .. } => "team_started",
        EventKind::TeamWrote { .. } => "team_wrote",
        EventKind::TeamClosed { .. } => "team_closed",
        EventKind::IncidentJoined { .. } => "incident_joined",
        EventKind::IncidentOver { .. } => "incident_over",
        EventKind::Solved => "solved",
        EventKind::Reopened => "reopened",
    }
}
