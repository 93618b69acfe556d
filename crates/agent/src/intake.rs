//! Accepting a submission: exactly once, whatever is sent again.

mod together;

use std::collections::BTreeMap;
use std::sync::Arc;

use audit::{Actor, Draft, EntryKind};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::json;
use ticket::{EventKind, Receipt, Submission, SubmissionKind, TicketStatus};

use crate::desk::Desk;
use crate::store::jobs::{self, Lane, Wanted};
use crate::store::tickets::{self, Arrival, New, Owner};
use crate::store::{Session, StoreError, audit as trail, events};
use crate::timeline;
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

/// Accepts all of a transaction, in the order of `group`: what is new and somebody's with one statement for each
/// table, the rest one after the other.
async fn take_all(
    writing: &mut Session,
    desk: &Desk,
    group: &[&Waiting],
) -> Result<Vec<Intake>, StoreError> {
    let ids: Vec<_> = group.iter().map(|waiting| waiting.submission.id).collect();
    let mut seen = tickets::accepted(writing, &ids).await?;
    let is_new = |(_, waiting): &(usize, &Waiting)| {
        waiting.owner.person.is_some() && seen.insert(waiting.submission.id)
    };
    let (new, rest): (Vec<_>, Vec<_>) = group.iter().copied().enumerate().partition(is_new);
    let mut answers = BTreeMap::new();
    let (places, new): (Vec<_>, Vec<_>) = new.into_iter().unzip();
    for (place, receipt) in places.into_iter().zip(insert(writing, desk, &new).await?) {
        answers.insert(place, Intake::New(receipt));
    }
    for (place, waiting) in rest {
        answers.insert(place, take(writing, desk, waiting).await?);
    }
    Ok(answers.into_values().collect())
}

/// Accepts one that may have come before, or that nobody in particular sent.
async fn take(writing: &mut Session, desk: &Desk, waiting: &Waiting) -> Result<Intake, StoreError> {
    let Waiting { owner, submission, received, now } = waiting;
    if let Some((ticket, digest)) = tickets::by_submission(writing, submission.id).await? {
        let is_same = digest == *received && same_sender(submission.kind, ticket.owner, *owner);
        return Ok(if is_same { Intake::Known(ticket.receipt()) } else { Intake::Conflict });
    }
    if is_over_limit(writing, *owner, submission.kind, *now).await? {
        return Ok(Intake::TooMany);
    }
    let receipts = insert(writing, desk, &[waiting]).await?;
    receipts.into_iter().next().map(Intake::New).ok_or(StoreError::Range)
}

/// Opens a ticket that follows from another one.
pub(crate) async fn open(
    writing: &mut Session,
    desk: &Desk,
    owner: Owner,
    submission: Submission,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let received = content_digest(&submission)?;
    let waiting = Waiting { owner, submission, received, now };
    let receipts = insert(writing, desk, &[&waiting]).await?;
    receipts.first().map(|receipt| receipt.number).ok_or(StoreError::Range)
}

/// Tickets, audit, events and jobs; a receipt for each.
async fn insert(
    writing: &mut Session,
    desk: &Desk,
    all: &[&Waiting],
) -> Result<Vec<Receipt>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let new: Vec<_> = all.iter().map(|waiting| ticket_of(desk, waiting)).collect();
    let numbers = tickets::insert(writing, &new).await?;
    let (mut begun, mut wanted, mut receipts) = (Vec::new(), Vec::new(), Vec::new());
    for (ticket, New { owner, submission, arrival, .. }) in numbers.into_iter().zip(new) {
        note_arrival(writing, ticket, owner, submission, arrival.at).await?;
        begun.push((ticket, owner.person, arrival.at));
        wanted.push(Wanted { ticket, round: 0, lane: lane(desk, submission), at: arrival.at });
        receipts.push(arrival.receipt(submission.id, ticket, owner.verification));
    }
    events::begin(writing, &begun).await?;
    jobs::enqueue(writing, &wanted).await?;
    Ok(receipts)
}

fn ticket_of<'a>(desk: &Desk, waiting: &'a Waiting) -> New<'a> {
    let Waiting { owner, submission, received, now } = waiting;
    let respond_within_minutes = desk.knowledge.promise(submission, *now);
    let arrival = Arrival { at: *now, respond_within_minutes };
    New { owner: *owner, submission, digest: received, arrival }
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
    let told = timeline::sent(ticket, TicketStatus::Received, &EventKind::Received, now);
    trail::record(writing, told).await
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

/// Which lane a submission is decided in: what its writer chose, or rules alone hear. The model is asked when it is
/// decided; here it would hold up everybody.
fn lane(desk: &Desk, submission: &Submission) -> Lane {
    if submission.kind == SubmissionKind::SecurityReport {
        return Lane::Pressing;
    }
    let chosen = submission.scenario.map_or(Lane::Ordinary, Lane::of);
    let is_pressing = |scenario| Lane::of(scenario) == Lane::Pressing;
    let is_heard = || desk.knowledge.classifier().rules_say(&submission.text, is_pressing);
    if chosen == Lane::Ordinary && is_heard() { Lane::Pressing } else { chosen }
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
