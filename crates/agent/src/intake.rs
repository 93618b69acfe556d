//! Accepting a submission: exactly once, whatever is sent again.

mod together;

use std::sync::Arc;

use audit::{Actor, Draft, EntryKind};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::json;
use ticket::{EventKind, Receipt, Submission, SubmissionKind, TicketStatus};

use crate::desk::Desk;
use crate::store::jobs::{self, Lane};
use crate::store::tickets::{self, Arrival, Owner};
use crate::store::{Session, StoreError, audit as trail};
use crate::timeline::tell;
pub(crate) use together::Arrivals;
use together::Waiting;

/// Accepted from one installation without a sign-in, per minute and kind: requests never use up
/// what a security report needs.
const UNOWNED_PER_MINUTE: u32 = 5;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Intake {
    /// Accepted now.
    New(Receipt),
    /// Accepted before; the same word again.
    Known(Receipt),
    /// Its id belongs to another content or another sender.
    Conflict,
    /// This installation sends too often without a sign-in.
    TooMany,
}

/// Accepts a valid submission: ticket, audit, event and job in one transaction.
pub(crate) async fn accept(
    desk: &Arc<Desk>,
    owner: Owner,
    mut submission: Submission,
    now: Timestamp,
) -> Result<Intake, StoreError> {
    let received = content_digest(&submission)?;
    redact(&mut submission);
    // As it is stored, so that the same word is given again.
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    together::accept(desk, Waiting { owner, submission, received, now }).await
}

/// Accepts one of a transaction.
async fn take(writing: &mut Session, desk: &Desk, waiting: &Waiting) -> Result<Intake, StoreError> {
    let Waiting { owner, submission, received, now } = waiting;
    if let Some((ticket, digest)) = tickets::by_submission(writing, submission.id).await? {
        let is_same = digest == *received && same_sender(submission.kind, ticket.owner, *owner);
        return Ok(if is_same { Intake::Known(ticket.receipt()) } else { Intake::Conflict });
    }
    if is_over_limit(writing, *owner, submission.kind, *now).await? {
        return Ok(Intake::TooMany);
    }
    let (number, arrival) = insert(writing, desk, *owner, submission, received, *now).await?;
    Ok(Intake::New(arrival.receipt(submission.id, number, owner.verification)))
}

/// Opens a ticket that follows from another one.
pub(crate) async fn open(
    writing: &mut Session,
    desk: &Desk,
    owner: Owner,
    submission: &Submission,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let digest = content_digest(submission)?;
    Ok(insert(writing, desk, owner, submission, &digest, now).await?.0)
}

/// Ticket, audit, event and job.
async fn insert(
    writing: &mut Session,
    desk: &Desk,
    owner: Owner,
    submission: &Submission,
    digest: &[u8],
    now: Timestamp,
) -> Result<(u32, Arrival), StoreError> {
    let arrival =
        Arrival { at: now, respond_within_minutes: desk.knowledge.promise(submission, now) };
    let number = tickets::insert(writing, owner, submission, digest, arrival).await?;
    note_arrival(writing, number, owner, submission, now).await?;
    jobs::enqueue(writing, number, 0, lane(submission.kind), now).await?;
    Ok((number, arrival))
}

async fn note_arrival(
    writing: &mut Session,
    ticket: u32,
    owner: Owner,
    submission: &Submission,
    now: Timestamp,
) -> Result<(), StoreError> {
    let received = json!({
        "submission": submission.id,
        "kind": submission.kind,
        "removed": submission.removed,
        "findings": submission.findings.len(),
        "tried": submission.tried.len(),
    });
    let verified = json!({
        "level": owner.verification,
        "person": owner.person,
        "installation": owner.installation,
    });
    for (actor, kind, facts) in [
        (Actor::Employee, EntryKind::Received, received),
        (Actor::System, EntryKind::Verified, verified),
    ] {
        let draft = Draft { at: now, ticket: Some(ticket), actor, kind, facts };
        trail::record(writing, draft).await?;
    }
    tell(writing, ticket, TicketStatus::Received, &EventKind::Received, now).await
}

async fn is_over_limit(
    writing: &mut Session,
    owner: Owner,
    kind: SubmissionKind,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (None, Some(installation)) = (owner.person, owner.installation) else { return Ok(false) };
    let since = now.saturating_sub(SignedDuration::from_mins(1)).map_err(|_| StoreError::Range)?;
    Ok(tickets::count_since(writing, installation, kind, since).await? >= UNOWNED_PER_MINUTE)
}

/// A person is the same on any device; without one, the installation is the sender. A security
/// report does not wait for a sign-in, so its second try may come without the person of the first.
fn same_sender(kind: SubmissionKind, one: Owner, other: Owner) -> bool {
    let is_same_person = one.person.is_some() && one.person == other.person;
    let is_same_device = one.installation.is_some() && one.installation == other.installation;
    let is_nobody = one.person.is_none() && other.person.is_none();
    match kind {
        SubmissionKind::Request => is_same_person || (is_nobody && is_same_device),
        SubmissionKind::SecurityReport => is_same_person || is_same_device,
    }
}

fn lane(kind: SubmissionKind) -> Lane {
    match kind {
        SubmissionKind::Request => Lane::Ordinary,
        SubmissionKind::SecurityReport => Lane::Security,
    }
}

/// Masks secrets the app may have missed.
fn redact(submission: &mut Submission) {
    submission.text = redaction::redact(&submission.text).text;
    for step in &mut submission.tried {
        step.detail = step.detail.take().map(|detail| redaction::redact(&detail).text);
    }
}

/// SHA-256 of what was received, so that the same id can be held to the same content.
pub(crate) fn content_digest<T: Serialize>(content: &T) -> Result<Vec<u8>, StoreError> {
    Ok(digest(&SHA256, &serde_json::to_vec(content)?).as_ref().to_vec())
}
