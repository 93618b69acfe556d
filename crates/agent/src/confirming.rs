//! "Was this you?": what happened at somebody's account is shown to them, and what was not theirs goes to the
//! security team.

use audit::{Actor, Draft, EntryKind};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::{Deed, EventKind, Submission};
use uuid::Uuid;

use crate::desk::Desk;
use crate::enrolling::take_away;
use crate::intake;
use crate::store::confirmations::{self, Confirmation};
use crate::store::tickets::Owner;
use crate::store::{Session, StoreError, audit as trail, events, installations, visits};

/// Nobody is asked about what is longer ago.
const ASKED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Something that happened at a person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) subject: Subject,
    pub(crate) what: What,
    pub(crate) at: Timestamp,
}

/// What a person is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// An installation that became theirs.
    Installation(Uuid),
    /// A request by which their account was changed.
    Ticket(u32),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A device of this name signed in for the first time.
    Device(String),
    /// The agent did this for them.
    Deeds(Vec<Deed>),
}

impl Happened {
    /// As it is kept and sent: what happens again is asked about again.
    pub(crate) fn word(&self) -> String {
        let at = self.at.as_millisecond();
        match self.subject {
            Subject::Installation(id) => format!("installation {id} {at}"),
            Subject::Ticket(number) => format!("ticket {number} {at}"),
        }
    }
}

/// Whether it would help somebody who pretends to be the person.
pub(crate) const fn opens_account(deed: Deed) -> bool {
    match deed {
        Deed::AccountUnlocked
        | Deed::ResetLinkSent
        | Deed::AccessGiven
        | Deed::AccountExtended
        | Deed::VpnProfileSent
        | Deed::CertificateRenewed => true,
        Deed::SessionsEnded
        | Deed::RecordRenewed
        | Deed::RepairOrdered
        | Deed::LoanerReserved
        | Deed::SecurityCaseOpened
        | Deed::OnCallPaged
        | Deed::PrintQueueCleared
        | Deed::ServiceRestarted => false,
    }
}

/// What happened at a person's account of late and they have not spoken of, newest first.
pub(crate) async fn open_of(
    session: &mut Session,
    person: i64,
    now: Timestamp,
) -> Result<Vec<Happened>, StoreError> {
    let since = now.saturating_sub(ASKED_FOR).map_err(|_| StoreError::Range)?;
    let said = confirmations::all_of(session, person).await?;
    let mut open = Vec::new();
    for (id, name, at) in installations::linked_since(session, person, since).await? {
        open.push(Happened { subject: Subject::Installation(id), what: What::Device(name), at });
    }
    for (ticket, at, kind) in events::done_for(session, person, since).await? {
        let EventKind::Done { deeds } = kind else { continue };
        let deeds: Vec<Deed> = deeds.into_iter().filter(|it| opens_account(*it)).collect();
        if !deeds.is_empty() {
            open.push(Happened { subject: Subject::Ticket(ticket), what: What::Deeds(deeds), at });
        }
    }
    open.retain(|it| !said.iter().any(|(subject, ..)| *subject == it.word()));
    open.sort_by_key(|it| std::cmp::Reverse(it.at));
    Ok(open)
}

/// Takes it down that something was the person's own. False: they are not asked about it.
pub(crate) async fn was_theirs(
    desk: &Desk,
    person: i64,
    subject: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = desk.store.write().await?;
    if confirmations::find(&mut writing, person, subject).await?.is_some() {
        return Ok(true);
    }
    let open = open_of(&mut writing, person, now).await?;
    let Some(happened) = open.into_iter().find(|it| it.word() == subject) else {
        return Ok(false);
    };
    let said = Confirmation { is_theirs: true, ticket: None };
    say(&mut writing, person, &happened, said, now).await?;
    writing.commit("confirmed").await?;
    Ok(true)
}

/// Takes it down that something was not the person's own: it becomes a security report, and a device is not theirs
/// any more. What else is open of theirs at the portal ends, but for the visit they say it in. Gives the number of
/// the report; `None`: they are not asked about it.
pub(crate) async fn was_not_theirs(
    desk: &Desk,
    owner: Owner,
    visit: &str,
    subject: &str,
    report: impl FnOnce(&Happened) -> Result<Submission, StoreError>,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let Some(person) = owner.person else { return Ok(None) };
    let mut writing = desk.store.write().await?;
    if let Some(said) = confirmations::find(&mut writing, person, subject).await? {
        return Ok(said.ticket);
    }
    let open = open_of(&mut writing, person, now).await?;
    let Some(happened) = open.into_iter().find(|it| it.word() == subject) else {
        return Ok(None);
    };
    let number = intake::open(&mut writing, desk, owner, report(&happened)?, now).await?;
    if let Subject::Installation(id) = happened.subject {
        take_away(&mut writing, person, id, None, now).await?;
    }
    visits::end_others(&mut writing, person, Some(visit)).await?;
    let said = Confirmation { is_theirs: false, ticket: Some(number) };
    say(&mut writing, person, &happened, said, now).await?;
    writing.commit("denied").await?;
    desk.announce(Some(person));
    desk.bell.notify_one();
    Ok(Some(number))
}

async fn say(
    writing: &mut Session,
    person: i64,
    happened: &Happened,
    said: Confirmation,
    now: Timestamp,
) -> Result<(), StoreError> {
    confirmations::say(writing, person, &happened.word(), said, now).await?;
    let facts = json!({
        "person": person,
        "subject": happened.word(),
        "is_theirs": said.is_theirs,
        "report": said.ticket,
    });
    let ticket = match happened.subject {
        Subject::Ticket(number) => Some(number),
        Subject::Installation(_) => None,
    };
    let (actor, kind) = (Actor::Employee, EntryKind::Confirmed);
    trail::record(writing, Draft { at: now, ticket, actor, kind, facts }).await
}
