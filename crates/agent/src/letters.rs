//! Mail to people of the company, where the app may not reach them: to who has to say yes or no, to who asked
//! from the portal, and to whose account something happened at. A letter holds closed words, numbers and the
//! address of the portal alone; what it is about is read there, after a sign-in.

mod text;

use std::sync::Arc;
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use connectors::{ActError, DirectoryPort, Letter, LetterKey, LetterPort};
use jiff::{SignedDuration, Timestamp};
use runbook::Standing;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::EventKind;
use tokio::sync::watch;

use crate::confirming::{self, Subject, opens_account};
use crate::desk::Desk;
use crate::execute::{LONGEST_CALL, send_letter};
use crate::fault;
use crate::store::approvals;
use crate::store::letters::{self, Due};
use crate::store::people::{self, Person};
use crate::store::{Session, StoreError, audit as trail};
use text::Told;

/// Letters become due without anybody ringing.
const POLL: Duration = Duration::from_secs(2);
/// What could not be sent for so long is not sent any more: it is in the portal, and would only confuse.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub(crate) enum Notice {
    /// Their word is needed.
    ApprovalAsked { approval: u32, ticket: u32 },
    /// It is needed soon, or it is too late.
    ApprovalEnds { approval: u32, ticket: u32 },
    /// Something happened at their account.
    WasThisYou { subject: Subject },
    /// Something is new in a request of theirs.
    RequestMoved { ticket: u32, news: News },
}

/// What is new in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    Answered,
    Asked,
    ApprovalAsked,
    ApprovalEnded,
    FollowedUp,
    Linked,
    Split,
    HandedOff,
    TeamStarted,
    TeamWrote,
    TeamClosed,
    IncidentJoined,
    IncidentOver,
}

impl Notice {
    /// What it is called in the audit.
    const fn name(&self) -> &'static str {
        match self {
            Self::ApprovalAsked { .. } => "approval_asked",
            Self::ApprovalEnds { .. } => "approval_ends",
            Self::WasThisYou { .. } => "was_this_you",
            Self::RequestMoved { .. } => "request_moved",
        }
    }

    /// In whose chain it is noted.
    const fn ticket(self) -> Option<u32> {
        match self {
            Self::ApprovalAsked { ticket, .. }
            | Self::ApprovalEnds { ticket, .. }
            | Self::RequestMoved { ticket, .. }
            | Self::WasThisYou { subject: Subject::Ticket(ticket) } => Some(ticket),
            Self::WasThisYou { subject: Subject::Installation(_) } => None,
        }
    }
}

/// What a line of a timeline is told as; nothing, where they did it themselves or it needs no word.
const fn news(kind: &EventKind) -> Option<News> {
    match kind {
        EventKind::Answered { .. } => Some(News::Answered),
        EventKind::Asked { .. } => Some(News::Asked),
        EventKind::ApprovalAsked { .. } => Some(News::ApprovalAsked),
        EventKind::ApprovalEnded { .. } => Some(News::ApprovalEnded),
        EventKind::FollowedUp { .. } => Some(News::FollowedUp),
        EventKind::Linked { .. } => Some(News::Linked),
        EventKind::Split { .. } => Some(News::Split),
        EventKind::HandedOff { .. } => Some(News::HandedOff),
        EventKind::TeamStarted { .. } => Some(News::TeamStarted),
        EventKind::TeamWrote { .. } => Some(News::TeamWrote),
        EventKind::TeamClosed { .. } => Some(News::TeamClosed),
        EventKind::IncidentJoined { .. } => Some(News::IncidentJoined),
        EventKind::IncidentOver { .. } => Some(News::IncidentOver),
        EventKind::Received
        | EventKind::Understood { .. }
        | EventKind::Done { .. }
        | EventKind::Replied { .. }
        | EventKind::OnCall { .. }
        | EventKind::Solved
        | EventKind::Reopened => None,
    }
}

/// Has letters written about a line of a ticket's timeline.
pub(crate) async fn follow(
    writing: &mut Session,
    ticket: u32,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let EventKind::Done { deeds } = kind
        && deeds.iter().any(|deed| opens_account(*deed))
    {
        let notice = Notice::WasThisYou { subject: Subject::Ticket(ticket) };
        letters::write_to_owner(writing, ticket, &notice, true, now).await?;
    }
    match news(kind) {
        Some(news) => {
            let notice = Notice::RequestMoved { ticket, news };
            letters::write_to_owner(writing, ticket, &notice, false, now).await
        }
        None => Ok(()),
    }
}

/// How letters get to people.
struct Post<'a> {
    directory: &'a dyn DirectoryPort,
    letters: &'a dyn LetterPort,
    /// Address of the portal.
    portal: &'a str,
}

impl<'a> Post<'a> {
    /// Nothing, if one of the three is missing.
    fn of(desk: &'a Desk) -> Option<Self> {
        let directory = desk.ports.directory.as_deref()?;
        let letters = desk.ports.letters.as_deref()?;
        Some(Self { directory, letters, portal: desk.portal.as_deref()? })
    }
}

/// How a letter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Sent,
    /// The mail server refuses it for good.
    Refused,
    /// The directory has no address for them.
    NoAddress,
    /// It could not be sent for too long.
    Late,
    /// There is no way to send letters, or nothing to tell any more.
    Needless,
}

/// Sends what is due until the agent stops.
pub(crate) async fn run(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let is_sent = send_one(&desk).await.unwrap_or_else(|error| {
            tracing::error!(error = ?error, "a letter could not be recorded");
            false
        });
        if is_sent {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
}

/// Sends one letter. False: none is due.
async fn send_one(desk: &Desk) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let Some(due) = letters::claim(&mut writing, desk.holder, now).await? else {
        return Ok(false);
    };
    writing.commit("letter_claimed").await?;
    let ended = deliver(desk, &due, now).await;
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    match ended {
        Ok(outcome) => {
            letters::remove(&mut writing, due.id).await?;
            if outcome != Outcome::Needless {
                note(&mut writing, &due, outcome, now).await?;
            }
            writing.commit("letter_ended").await?;
        }
        Err(why) => {
            tracing::warn!(letter = due.id, attempts = due.attempts, why, "a letter was not sent");
            letters::give_back(&mut writing, &due, now).await?;
            writing.commit("letter_given_back").await?;
        }
    }
    Ok(true)
}

/// Writes a letter and sends it, if somebody needs it; an error is for later.
async fn deliver(desk: &Desk, due: &Due, now: Timestamp) -> Result<Outcome, String> {
    let Some(post) = Post::of(desk) else { return Ok(Outcome::Needless) };
    if now.duration_since(due.since) > LATE {
        return Ok(Outcome::Late);
    }
    let found = async {
        let mut reading = desk.store.read().await?;
        told(&mut reading, due, now).await
    };
    match found.await.map_err(|error| error.to_string())? {
        Some((person, told)) => send(&post, due, &person, &told).await,
        None => Ok(Outcome::Needless),
    }
}

/// To whom it goes and what it tells, if that is still so; nothing, if nobody needs it any more.
async fn told(
    session: &mut Session,
    due: &Due,
    now: Timestamp,
) -> Result<Option<(Person, Told)>, StoreError> {
    let notice = due.notice.ok_or(StoreError::Range)?;
    let told = match notice {
        Notice::ApprovalAsked { approval, ticket } | Notice::ApprovalEnds { approval, ticket } => {
            let until = open_until(session, approval, due.person, now).await?;
            let is_last = matches!(notice, Notice::ApprovalEnds { .. });
            until.map(|until| Told::Approval { ticket, until, is_last })
        }
        Notice::WasThisYou { subject } => {
            let open = confirming::open_of(session, due.person, now).await?;
            open.into_iter().find(|it| it.subject == subject).map(Told::WasThisYou)
        }
        Notice::RequestMoved { ticket, news } => Some(Told::RequestMoved { ticket, news }),
    };
    let person = people::by_id(session, due.person).await?;
    Ok(person.zip(told))
}

/// Until when the word of a person is waited for, if it still is.
async fn open_until(
    session: &mut Session,
    approval: u32,
    person: i64,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let approval = approvals::by_id(session, approval).await?.ok_or(StoreError::Range)?;
    let is_open = approval.outcome.is_none()
        && approval.envelope.standing(&approval.said, now) == Standing::Open
        && !approval.said.iter().any(|said| said.person == person);
    Ok(is_open.then_some(approval.envelope.expires_at))
}

/// Looks up where they get mail and how they like to read, and sends it there; an error is for later.
async fn send(post: &Post<'_>, due: &Due, person: &Person, told: &Told) -> Result<Outcome, String> {
    let found = tokio::time::timeout(LONGEST_CALL, post.directory.mailbox(&person.subject));
    let mailbox = match fault::around("call_mailbox", found).await {
        Ok(Ok(Some(mailbox))) => mailbox,
        Ok(Ok(None)) => return Ok(Outcome::NoAddress),
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("the directory did not answer in time".to_owned()),
    };
    let (subject, body) = told
        .written(mailbox.language.as_deref(), post.portal)
        .map_err(|error| error.to_string())?;
    let letter = Letter { to: mailbox.address, subject, body };
    match send_letter(post.letters, LetterKey(due.id), &letter).await {
        Ok(()) => Ok(Outcome::Sent),
        Err(ActError::Refused(why)) => {
            tracing::warn!(letter = due.id, why, "a letter was refused");
            Ok(Outcome::Refused)
        }
        Err(error @ (ActError::Later(_) | ActError::NotConnected)) => Err(error.to_string()),
    }
}

async fn note(
    writing: &mut Session,
    due: &Due,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let notice = due.notice.as_ref().map(Notice::name);
    let facts = json!({ "person": due.person, "notice": notice, "outcome": outcome,
        "attempts": due.attempts, "key": LetterKey(due.id).to_string() });
    let (ticket, kind) = (due.notice.and_then(Notice::ticket), EntryKind::LetterSent);
    trail::record(writing, Draft { at: now, ticket, actor: Actor::Agent, kind, facts }).await
}
