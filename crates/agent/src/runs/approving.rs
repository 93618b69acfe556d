//! People who are asked before a run goes on: what they are shown, whose word counts, and what the run is told.

use std::collections::BTreeSet;

use audit::{Actor, Draft, EntryKind};
use connectors::{DirectoryError, Target};
use content::{Act, Answer, Fact, Known, RunbookStep, Sponsor, Work};
use jiff::{SignedDuration, Timestamp};
use policy::Approver;
use ring::digest::{SHA256, digest};
use runbook::{Asked, Envelope, Objection, Said as Heard, Standing, Word};
use serde_json::json;
use ticket::{
    ApprovalCheck, ApprovalOutcome, ApprovalRequest, ApprovalWord, ApproverRole, Deed, EventKind,
    TicketStatus,
};

use super::{AtWork, Said, is_called_off, note, read};
use crate::desk::Desk;
use crate::execute::LONGEST_CALL;
use crate::fault;
use crate::knowledge::hex;
use crate::letters::Notice;
use crate::store::approvals::{self, Approval};
use crate::store::people::{self, Person};
use crate::store::tickets::{self, Ticket};
use crate::store::{Session, StoreError, audit as trail, letters, runs};
use crate::timeline::tell;

/// What came of a word.
pub(crate) enum Spoken {
    /// It counts.
    Counts,
    /// Nobody asked them that.
    NoSuch,
    /// It does not count.
    Objected(u32, Objection),
    /// The directory does not answer, so nobody knows whether they may.
    Later,
}

/// Asks, waits, or says what came of it.
pub(super) async fn wait(
    desk: &Desk,
    it: &AtWork,
    step: &str,
    from: &[Sponsor],
) -> Result<Said, StoreError> {
    let mut reading = desk.store.read().await?;
    let asked = current(&mut reading, it, step).await?;
    drop(reading);
    match asked {
        Some(approval) => look(desk, it, approval.id).await,
        None => ask(desk, it, step, from).await,
    }
}

/// What people were asked this time.
async fn current(
    session: &mut Session,
    it: &AtWork,
    step: &str,
) -> Result<Option<Approval>, StoreError> {
    let all = approvals::of_run(session, it.run.ticket, it.run.run).await?;
    let turn = it.turn(step);
    Ok(all.into_iter().find(|it| it.envelope.step == step && it.envelope.turn == turn))
}

/// Goes to rest or ends the asking, in one transaction: no word comes in between.
async fn look(desk: &Desk, it: &AtWork, id: u32) -> Result<Said, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let approval = approvals::by_id(&mut writing, id).await?.ok_or(StoreError::Range)?;
    if let Some(outcome) = approval.outcome {
        return Ok(Said::Now(answer(outcome)));
    }
    let Some(ticket) = still_ours(&mut writing, it).await? else {
        return Ok(Said::Now(Answer::Canceled));
    };
    let outcome = match approval.envelope.standing(&approval.said, now) {
        Standing::Open => {
            runs::rest(&mut writing, &it.run, approval.envelope.expires_at).await?;
            writing.commit("approval_waits").await?;
            return Ok(Said::Waits);
        }
        Standing::Given => ApprovalOutcome::Given,
        Standing::Refused => ApprovalOutcome::Refused,
        Standing::Expired => ApprovalOutcome::Expired,
    };
    approvals::end(&mut writing, id, outcome).await?;
    let facts = json!({ "approval": id, "outcome": outcome });
    note(&mut writing, it.run.ticket, EntryKind::ApprovalEnded, facts, now).await?;
    // Of several, who said no.
    let no = approval.said.iter().find(|word| !word.is_yes).map(|word| word.person);
    let asked = &approval.envelope.asked;
    let told = no.and_then(|no| approval.envelope.asked_of(no)).or_else(|| asked.first());
    if let Some(told) = told {
        let kind = EventKind::ApprovalEnded { of: role(told.sponsor), outcome };
        // A no is the answer; whoever wants more says so.
        let status = match outcome {
            ApprovalOutcome::Refused => TicketStatus::Answered,
            ApprovalOutcome::Given | ApprovalOutcome::Expired => ticket.status,
        };
        tell(&mut writing, it.run.ticket, status, &kind, now).await?;
    }
    writing.commit("approval_ended").await?;
    desk.announce(it.ticket.owner.person);
    Ok(Said::Now(answer(outcome)))
}

/// The ticket as it is now; nothing, if people took it over since the move began.
async fn still_ours(session: &mut Session, it: &AtWork) -> Result<Option<Ticket>, StoreError> {
    let ticket = tickets::by_number(session, it.run.ticket).await?.ok_or(StoreError::Range)?;
    Ok(Some(ticket).filter(|ticket| !is_called_off(ticket)))
}

const fn answer(outcome: ApprovalOutcome) -> Answer {
    match outcome {
        ApprovalOutcome::Given => Answer::Done,
        ApprovalOutcome::Refused => Answer::Refused,
        ApprovalOutcome::Expired => Answer::Expired,
    }
}

async fn ask(desk: &Desk, it: &AtWork, step: &str, from: &[Sponsor]) -> Result<Said, StoreError> {
    let Some(person) = it.ticket.owner.person else { return Ok(Said::Now(Answer::Refused)) };
    let mut subjects = Vec::new();
    for sponsor in from {
        match sponsor_of(desk, *sponsor, &it.target).await {
            Ok(Some(named)) => subjects.push((*sponsor, named)),
            Ok(None) => return Ok(Said::Now(Answer::Refused)),
            Err(why) => return Ok(Said::Later(why)),
        }
    }
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let Some(ticket) = still_ours(&mut writing, it).await? else {
        return Ok(Said::Now(Answer::Canceled));
    };
    let (mut asked, issuer) = (Vec::new(), &desk.expected.issuer);
    for (sponsor, named) in &subjects {
        let person = people::id_of(&mut writing, issuer, &named.subject).await?;
        asked.push(Asked { sponsor: *sponsor, person, delegate: None });
    }
    for (place, (_, named)) in subjects.iter().enumerate() {
        let Some(delegate) = &named.delegate else { continue };
        let delegate = people::id_of(&mut writing, issuer, delegate).await?;
        // Nobody answers about themselves, or for two.
        let is_free = delegate != person && !asked.iter().any(|it| it.is(delegate));
        if let Some(asked) = asked.get_mut(place).filter(|_| is_free) {
            asked.delegate = Some(delegate);
        }
    }
    let open_for = SignedDuration::try_from(desk.limits.approval_expires).unwrap_or_default();
    let envelope = Envelope {
        ticket: it.run.ticket,
        run: it.run.run,
        turn: it.turn(step),
        runbook: it.book.id.clone(),
        source: it.run.digest.clone(),
        step: step.to_owned(),
        subject: person,
        acts: follow(&it.book.steps, step),
        known: known(&it.answers),
        access: it.target.access.clone(),
        asked,
        asked_at: now,
        expires_at: now.saturating_add(open_for).map_err(|_| StoreError::Range)?,
    };
    if !envelope.is_sound() {
        // Who asks would decide about themselves, or one person twice.
        return Ok(Said::Now(Answer::Refused));
    }
    let written = serde_json::to_string(&envelope)?;
    let digest = hex(digest(&SHA256, written.as_bytes()).as_ref());
    let id = approvals::ask(&mut writing, &envelope, &written, &digest).await?;
    let facts = json!({ "approval": id, "digest": digest, "from": from,
        "expires_at": envelope.expires_at });
    note(&mut writing, it.run.ticket, EntryKind::ApprovalAsked, facts, now).await?;
    for person in envelope.people() {
        let (approval, ticket) = (id, it.run.ticket);
        let asked = Notice::ApprovalAsked { approval, ticket };
        letters::write(&mut writing, person, &asked, now).await?;
        let ends = Notice::ApprovalEnds { approval, ticket };
        letters::write(&mut writing, person, &ends, warn_at(&envelope)).await?;
    }
    for Asked { sponsor, .. } in &envelope.asked {
        let (of, deeds) = (role(*sponsor), deeds(&envelope));
        let kind = EventKind::ApprovalAsked { of, deeds, until: envelope.expires_at };
        tell(&mut writing, it.run.ticket, ticket.status, &kind, now).await?;
    }
    runs::rest(&mut writing, &it.run, envelope.expires_at).await?;
    writing.commit("approval_asked").await?;
    desk.announce(Some(person));
    envelope.people().for_each(|person| desk.announce(Some(person)));
    Ok(Said::Waits)
}

/// Who has not said anything by then is written to again: a quarter of the time is left.
fn warn_at(envelope: &Envelope) -> Timestamp {
    let left = envelope.expires_at.duration_since(envelope.asked_at) / 4;
    envelope.expires_at.saturating_sub(left).unwrap_or(envelope.expires_at)
}

/// What is done after a yes, as people read it.
fn deeds(envelope: &Envelope) -> Vec<Deed> {
    envelope.acts.iter().filter_map(|act| act.deed()).collect()
}

/// What is changed after a step, until people are asked again.
fn follow(steps: &[RunbookStep], step: &str) -> Vec<Act> {
    let after = steps.iter().skip_while(|it| it.id != step).skip(1);
    let until = after.take_while(|it| !matches!(it.work, Work::Approve(_)));
    let changes = until.filter_map(|it| match &it.work {
        Work::Change(change) => Some(change.act),
        _ => None,
    });
    changes.collect()
}

/// What was read so far, the newest word on each.
fn known(answers: &[Answer]) -> Known {
    let mut known = Known::new();
    for answer in answers {
        if let Answer::Read(more) = answer {
            known.extend(more.clone());
        }
    }
    known
}

/// Somebody the directory names, and whom they named to answer in their place.
#[derive(Debug)]
struct Named {
    subject: String,
    delegate: Option<String>,
}

/// Whom the directory names: the manager of the person, the owner of what was chosen. Nobody knows who else there is.
async fn sponsor_of(
    desk: &Desk,
    sponsor: Sponsor,
    target: &Target,
) -> Result<Option<Named>, String> {
    let Some(directory) = &desk.ports.directory else { return Ok(None) };
    let asked = async {
        let named = match (sponsor, &target.person, &target.access) {
            (Sponsor::Manager, Some(person), _) => directory.manager(person).await?,
            (Sponsor::Owner, _, Some(access)) => directory.owner(access).await?,
            _ => None,
        };
        let Some(subject) = named else { return Ok(None) };
        let delegate = directory.delegate(&subject).await?;
        Ok::<_, DirectoryError>(Some(Named { subject, delegate }))
    };
    match fault::around("call_sponsor", tokio::time::timeout(LONGEST_CALL, asked)).await {
        Ok(Ok(named)) => Ok(named),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

/// Whether something that people were shown is not so any more. Nothing: all of it is, or nobody was asked.
pub(super) async fn has_changed(desk: &Desk, it: &AtWork) -> Result<Option<Said>, StoreError> {
    let mut session = desk.store.read().await?;
    let asked = approvals::of_run(&mut session, it.run.ticket, it.run.run).await?;
    drop(session);
    if asked.is_empty() {
        return Ok(None);
    }
    let known = known(&it.answers);
    let readings: BTreeSet<_> = known.keys().map(|fact| fact.told().0).collect();
    for reading in readings {
        let before = known.iter().filter(|(fact, _)| fact.told().0 == reading);
        match read(desk, it, reading).await? {
            Said::Now(Answer::Read(now)) if before.eq(now.iter()) => {}
            Said::Now(Answer::Read(_)) => return Ok(Some(Said::Now(Answer::Changed))),
            other => return Ok(Some(other)),
        }
    }
    Ok(None)
}

/// Whether somebody who was asked said no.
pub(super) async fn was_declined(session: &mut Session, it: &AtWork) -> Result<bool, StoreError> {
    let all = approvals::of_run(session, it.run.ticket, it.run.run).await?;
    Ok(all.last().is_some_and(|it| it.outcome == Some(ApprovalOutcome::Refused)))
}

/// As what people said yes to what is at hand, for the gate.
pub(super) async fn given(session: &mut Session, it: &AtWork) -> Result<Vec<Approver>, StoreError> {
    let all = approvals::of_run(session, it.run.ticket, it.run.run).await?;
    let last = all.into_iter().rfind(|it| it.outcome == Some(ApprovalOutcome::Given));
    let asked = last.into_iter().flat_map(|it| it.envelope.asked);
    Ok(asked.filter_map(|it| approver(it.sponsor)).collect())
}

/// What a person is asked now, oldest first.
pub(crate) async fn waiting_for(
    session: &mut Session,
    person: &Person,
    now: Timestamp,
) -> Result<Vec<ApprovalRequest>, StoreError> {
    let mut requests = Vec::new();
    for approval in approvals::waiting_for(session, person.id).await? {
        let Approval { id, envelope, digest, said, .. } = approval;
        let ticket = ticket_of(session, &envelope).await?;
        let subject = people::by_id(session, envelope.subject).await?.ok_or(StoreError::Range)?;
        let is_open = envelope.standing(&said, now) == Standing::Open && !is_called_off(&ticket);
        let Some(asked) = envelope.asked_of(person.id) else { continue };
        let is_answered = said.iter().any(|word| asked.is(word.person));
        if !is_open || is_answered {
            continue;
        }
        requests.push(ApprovalRequest {
            id,
            digest,
            of: role(asked.sponsor),
            is_delegate: asked.person != person.id,
            person: subject.name,
            words: ticket.submission.text,
            deeds: deeds(&envelope),
            access: envelope.access.clone(),
            checks: checks(&envelope.known),
            can_be_undone: envelope.acts.iter().all(|act| act.can_be_taken_back()),
            asked_at: envelope.asked_at,
            until: envelope.expires_at,
        });
    }
    Ok(requests)
}

/// What was read, as people read it.
fn checks(known: &Known) -> Vec<ApprovalCheck> {
    let check = |(fact, word): (&Fact, &String)| match (fact, word.as_str()) {
        (Fact::AccountState, "active") => Some(ApprovalCheck::AccountInUse),
        (Fact::AccountState, "expired") => Some(ApprovalCheck::AccountEnded),
        (Fact::Protected, "no") => Some(ApprovalCheck::NoAdministrator),
        (Fact::Compromise, "no") => Some(ApprovalCheck::NoSignOfOthers),
        (Fact::Qualifies, "yes") => Some(ApprovalCheck::RoleFits),
        (Fact::Granted, "no") => Some(ApprovalCheck::NotGiven),
        (Fact::GroupClass, "sensitive") => Some(ApprovalCheck::Sensitive),
        _ => None,
    };
    known.iter().filter_map(check).collect()
}

async fn ticket_of(session: &mut Session, envelope: &Envelope) -> Result<Ticket, StoreError> {
    tickets::by_number(session, envelope.ticket).await?.ok_or(StoreError::Range)
}

/// Takes the word of somebody who signed in a moment ago.
pub(crate) async fn say(
    desk: &Desk,
    person: &Person,
    id: u32,
    word: &ApprovalWord,
) -> Result<Spoken, StoreError> {
    let mut reading = desk.store.read().await?;
    let Some(approval) = approvals::by_id(&mut reading, id).await? else {
        return Ok(Spoken::NoSuch);
    };
    let subject = people::by_id(&mut reading, approval.envelope.subject).await?;
    let subject = subject.ok_or(StoreError::Range)?.subject;
    let envelope = &approval.envelope;
    let Some(asked) = envelope.asked_of(person.id) else { return Ok(Spoken::NoSuch) };
    let sponsor = people::by_id(&mut reading, asked.person).await?.ok_or(StoreError::Range)?;
    drop(reading);
    let (person_of, access) = (Some(subject), envelope.access.clone());
    let target = Target { person: person_of, access, ..Target::default() };
    let Ok(named) = sponsor_of(desk, asked.sponsor, &target).await else {
        return Ok(Spoken::Later);
    };
    let may = named.is_some_and(|named| {
        let answers =
            if asked.person == person.id { Some(named.subject.clone()) } else { named.delegate };
        named.subject == sponsor.subject && answers.as_ref() == Some(&person.subject)
    });
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let approval = approvals::by_id(&mut writing, id).await?.ok_or(StoreError::Range)?;
    let Approval { envelope, digest, said, outcome, .. } = &approval;
    let number = envelope.ticket;
    let ticket = ticket_of(&mut writing, envelope).await?;
    let is_yes = word.is_yes;
    let asked = Word { person: person.id, is_yes, digest: &word.digest, at: now, may };
    if *digest == word.digest && said.contains(&Heard { person: person.id, is_yes }) {
        // Sent again, because the answer was lost: it counted.
        return Ok(Spoken::Counts);
    }
    let heard = envelope.hear(digest, said, asked);
    if let Err(objection) = heard {
        return Ok(Spoken::Objected(number, objection));
    }
    if outcome.is_some() || is_called_off(&ticket) {
        return Ok(Spoken::Objected(number, Objection::Over));
    }
    approvals::say(&mut writing, id, Heard { person: person.id, is_yes }, now).await?;
    runs::wake(&mut writing, number, now).await?;
    let facts = json!({ "approval": id, "digest": digest, "is_yes": is_yes, "person": person.id });
    let (actor, kind) = (Actor::Approver, EntryKind::ApprovalSaid);
    let draft = Draft { at: now, ticket: Some(number), actor, kind, facts };
    trail::record(&mut writing, draft).await?;
    writing.commit("approval_said").await?;
    desk.acts_bell.notify_one();
    Ok(Spoken::Counts)
}

const fn role(sponsor: Sponsor) -> ApproverRole {
    match sponsor {
        Sponsor::Manager => ApproverRole::Manager,
        Sponsor::Owner => ApproverRole::Owner,
        Sponsor::Peer => ApproverRole::Peer,
        Sponsor::IncidentCommander => ApproverRole::IncidentCommander,
    }
}

/// The gate knows no owners.
pub(crate) const fn approver(sponsor: Sponsor) -> Option<Approver> {
    match sponsor {
        Sponsor::Manager => Some(Approver::Manager),
        Sponsor::Peer => Some(Approver::Peer),
        Sponsor::IncidentCommander => Some(Approver::IncidentCommander),
        Sponsor::Owner => None,
    }
}
