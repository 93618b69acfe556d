//! Requests that become part of another one, and requests that become several. Nothing that was
//! written is lost on the way.

use audit::{Actor, Draft, EntryKind};
use jiff::Timestamp;
use serde_json::json;
use ticket::{EventKind, OpenRequest, Reply, ReplyAction, Span, Submission, TicketStatus};
use uuid::Uuid;

use crate::desk::Desk;
use crate::intake::{self, content_digest};
use crate::replying;
use crate::store::replies::Known;
use crate::store::tickets::{self, Ticket};
use crate::store::{Session, StoreError, audit as trail};
use crate::timeline::tell;

/// Adds the words of a ticket to an earlier one, as a reply there, and ends this one.
pub(crate) async fn link(
    writing: &mut Session,
    ticket: &Ticket,
    to: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let earlier = tickets::by_number(writing, to).await?.ok_or(StoreError::Range)?;
    let text = ticket.submission.text.clone();
    let kind = EventKind::Replied { text: text.clone() };
    let reply = Reply { id: Uuid::now_v7(), action: ReplyAction::Write { text } };
    let known = Known { ticket: to, digest: content_digest(&reply)? };
    let facts = json!({ "reply": reply.id, "action": "write", "from": ticket.number });
    let draft =
        Draft { at: now, ticket: Some(to), actor: Actor::Agent, kind: EntryKind::Replied, facts };
    trail::record(writing, draft).await?;
    let status = match earlier.status {
        TicketStatus::WithTeam => TicketStatus::WithTeam,
        _ => TicketStatus::Received,
    };
    replying::open_round(writing, &reply, &known, &kind, status, now).await?;
    let kind = EventKind::Linked { to: open_request(&earlier) };
    tell(writing, ticket.number, TicketStatus::Closed, &kind, now).await
}

/// Makes a ticket of each part of a text and ends this one.
pub(crate) async fn split(
    writing: &mut Session,
    desk: &Desk,
    ticket: &Ticket,
    parts: &[Span],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut into = Vec::new();
    for part in parts {
        let submission = Submission {
            id: Uuid::now_v7(),
            text: words(&ticket.submission.text, *part)?.trim().to_owned(),
            ..ticket.submission.clone()
        };
        let number = intake::open(writing, desk, ticket.owner, submission, now).await?;
        tickets::set_parent(writing, number, ticket.number).await?;
        let child = tickets::by_number(writing, number).await?.ok_or(StoreError::Range)?;
        into.push(open_request(&child));
    }
    tell(writing, ticket.number, TicketStatus::Closed, &EventKind::Split { into }, now).await
}

fn words(text: &str, part: Span) -> Result<&str, StoreError> {
    let at = |byte: u32| usize::try_from(byte).map_err(|_| StoreError::Range);
    text.get(at(part.start)?..at(part.end)?).ok_or(StoreError::Range)
}

pub(crate) fn open_request(ticket: &Ticket) -> OpenRequest {
    OpenRequest {
        number: ticket.number,
        title: ticket.title().to_owned(),
        team: ticket.team.clone(),
    }
}
