//! Taking a reply: exactly once, and the next decision opened in the same transaction.

use audit::{Actor, Draft, EntryKind};
use decision::is_with_security;
use jiff::Timestamp;
use serde_json::json;
use ticket::{
    EventKind, MAX_TEXT_CHARS, Reply, ReplyAction, TicketStatus, TicketView, Verification,
};
use uuid::Uuid;

use crate::auth::Caller;
use crate::case;
use crate::desk::Desk;
use crate::intake::content_digest;
use crate::store::jobs::{self, Lane, Wanted};
use crate::store::replies::{self, Known};
use crate::store::{Session, StoreError, audit as trail, tickets};
use crate::timeline::tell;

/// Who replies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker {
    pub(crate) person: i64,
    /// The installation that signed it.
    pub(crate) installation: Option<Uuid>,
    pub(crate) verification: Verification,
}

impl From<&Caller> for Speaker {
    fn from(caller: &Caller) -> Self {
        Self {
            person: caller.person.id,
            installation: Some(caller.installation),
            verification: caller.verification,
        }
    }
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Replied {
    /// Taken now or before; the ticket after it.
    Taken(Box<TicketView>),
    /// There is no such ticket, or it is somebody else's.
    NotFound,
    /// Its id has another content, or the question it answers is not open.
    Conflict,
}

/// Whether a reply is in the form we take.
pub(crate) fn is_sound(reply: &Reply) -> bool {
    let is_text = |text: &str| {
        !text.trim().is_empty()
            && text.chars().count() <= MAX_TEXT_CHARS
            && !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
    };
    let is_action_sound = match &reply.action {
        ReplyAction::Write { text } => is_text(text),
        ReplyAction::Choose { question, answer } => is_text(question) && is_text(answer),
        ReplyAction::Solved | ReplyAction::NotSolved => true,
    };
    reply.id.get_version() == Some(uuid::Version::SortRand) && is_action_sound
}

/// Takes a sound reply of a person to their ticket.
pub(crate) async fn take(
    desk: &Desk,
    speaker: Speaker,
    number: u32,
    mut reply: Reply,
    now: Timestamp,
) -> Result<Replied, StoreError> {
    let received = Known { ticket: number, digest: content_digest(&reply)? };
    let mut writing = desk.store.write().await?;
    let Some(ticket) = tickets::owned(&mut writing, number, speaker.person).await? else {
        return Ok(Replied::NotFound);
    };
    let known = replies::find(&mut writing, reply.id).await?;
    let view = tickets::view(&mut writing, ticket).await?;
    match known {
        Some(known) if known == received => return Ok(Replied::Taken(Box::new(view))),
        Some(_) => return Ok(Replied::Conflict),
        None => {}
    }
    let Some((kind, status)) = effect_of(&mut reply.action, &view) else {
        return Ok(Replied::Conflict);
    };
    note(&mut writing, speaker, number, &reply, now).await?;
    open_round(&mut writing, &reply, &received, &kind, status, now).await?;
    let ticket = tickets::by_number(&mut writing, number).await?.ok_or(StoreError::Range)?;
    let view = tickets::view(&mut writing, ticket).await?;
    writing.commit("reply_taken").await?;
    desk.announce(Some(speaker.person));
    desk.bell.notify_one();
    Ok(Replied::Taken(Box::new(view)))
}

/// Keeps a reply, tells it in the timeline and opens the next decision.
pub(crate) async fn open_round(
    writing: &mut Session,
    reply: &Reply,
    received: &Known,
    kind: &EventKind,
    status: TicketStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = received.ticket;
    let round = tickets::next_round(writing, number).await?;
    let history = case::history(writing, number, round).await?;
    // Only an analyst closes what security has; what the employee says is an event, no more.
    let (status, lane) = if is_with_security(&history) {
        (TicketStatus::WithTeam, Lane::Pressing)
    } else {
        (status, Lane::Ordinary)
    };
    replies::insert(writing, reply, received, round, now).await?;
    tell(writing, number, status, kind, now).await?;
    let wanted = Wanted { ticket: number, round, lane, at: now };
    jobs::enqueue(writing, &[wanted]).await
}

/// What a reply says in the timeline and where the ticket stands after it; `None`: it answers a
/// question that is not open. Secrets in it are masked.
fn effect_of(action: &mut ReplyAction, view: &TicketView) -> Option<(EventKind, TicketStatus)> {
    let undecided = match view.status {
        TicketStatus::WithTeam => TicketStatus::WithTeam,
        _ => TicketStatus::Received,
    };
    match action {
        ReplyAction::Choose { question, answer } => {
            let open = view.question.as_ref().filter(|open| open.id == *question)?;
            let chosen = open.answers.iter().find(|possible| possible.id == *answer)?;
            Some((EventKind::Replied { text: chosen.text.clone() }, undecided))
        }
        ReplyAction::Write { text } => {
            *text = redaction::redact(text).text;
            let status = match view.status {
                TicketStatus::Question => TicketStatus::Received,
                other => other,
            };
            Some((EventKind::Replied { text: text.clone() }, status))
        }
        ReplyAction::Solved => Some((EventKind::Solved, TicketStatus::Solved)),
        ReplyAction::NotSolved => Some((EventKind::Reopened, undecided)),
    }
}

async fn note(
    writing: &mut Session,
    speaker: Speaker,
    ticket: u32,
    reply: &Reply,
    now: Timestamp,
) -> Result<(), StoreError> {
    let facts = json!({
        "reply": reply.id,
        "action": name(&reply.action),
        "level": speaker.verification,
        "person": speaker.person,
        "installation": speaker.installation,
    });
    let draft = Draft {
        at: now,
        ticket: Some(ticket),
        actor: Actor::Employee,
        kind: EntryKind::Replied,
        facts,
    };
    trail::record(writing, draft).await
}

fn name(action: &ReplyAction) -> &'static str {
    match action {
        ReplyAction::Choose { .. } => "choose",
        ReplyAction::Write { .. } => "write",
        ReplyAction::Solved => "solved",
        ReplyAction::NotSolved => "not_solved",
    }
}
