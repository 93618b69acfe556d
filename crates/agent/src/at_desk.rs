//! Tickets at the company's help desk: what is written there, and what people do with them there. How a ticket
//! stands there is compared with how it stood before, so that what was seen twice happens once and what was
//! missed is made up for.

use std::sync::Arc;
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use connectors::{
    Act, ActError, ActKey, Channel, DeskPort, DeskReply, DeskStatus, DeskTicket, DeskWatchPort,
    ReadError, SeenTicket,
};
use decision::{Effect, RunEnd, Step};
use jiff::Timestamp;
use serde_json::json;
use ticket::{ReplyAction, Scenario, TicketStatus};
use tokio::sync::watch;

use crate::case::Facts;
use crate::desk::Desk;
use crate::execute::{LONGEST_CALL, Undone};
use crate::fault;
use crate::page;
use crate::record;
use crate::store::desk_tickets::{self, DeskTicket as Known};
use crate::store::jobs::Lane;
use crate::store::{Session, StoreError, acts, audit as trail, closings, tickets};
use crate::teamwork::{self, REMINDERS, Verdict, Word};

/// Whose word it is that was said there.
const BY: &str = "help desk";
/// The desk may have much to tell, once the agent was away for long.
const LONGEST_LOOK: Duration = Duration::from_secs(120);
/// What the agent did there a moment ago may not be seen yet.
const MOMENT: Duration = Duration::from_secs(2);

/// A ticket as it is written there: what the person wrote, and for the team the five lines, then what it would ask
/// for.
pub(crate) async fn written(
    desk: &Desk,
    port: &dyn DeskPort,
    ticket: u32,
) -> Result<DeskTicket, StoreError> {
    let mut reading = desk.store.read().await?;
    let ticket = tickets::by_number(&mut reading, ticket).await?.ok_or(StoreError::Range)?;
    let title = Channel::MailSubject.encode(ticket.title());
    let record = record::record(&mut reading, ticket).await?;
    let mark = reading.mark(&mark_of(record.number));
    let link = format!("{}/portal/verdict/{}/{mark}", desk.public_url, record.number);
    drop(reading);
    let channel = port.channel();
    let is_first = record.desk_ticket.is_none();
    let requestor = match &record.verified.subject {
        Some(subject) if is_first => address_of(desk, subject).await,
        _ => None,
    };
    let more = if is_first { page::details(&record) } else { page::done(&record) };
    let note = format!("{}\n\n{more}", record.summary.join("\n"));
    // What the agent did itself needed nobody.
    let asked = desk.portal.as_ref().filter(|_| record.status == TicketStatus::WithTeam);
    let asked = asked.map(|_| format!("\nWhen it is done, one tap: did it need you?\n{link}"));
    let asked = asked.unwrap_or_default();
    let words = if record.text.trim().is_empty() { "(no words)" } else { &record.text };
    Ok(DeskTicket {
        subject: format!("[Deskside {}] {title}", record.number),
        words: channel.encode(words),
        note: format!("{}{asked}", channel.encode(&note)),
        id: record.desk_ticket,
        link,
        requestor,
    })
}

/// What the link of a ticket has that nobody can guess. With another database it is another one, so that a ticket
/// is never taken for one of the same number from before.
fn mark_of(ticket: u32) -> String {
    format!("verdict {ticket}")
}

/// Takes a team's word on whether a ticket had to come to it, said by the link that it has there. False: there is
/// no such ticket or no such link.
pub(crate) async fn judge(
    desk: &Desk,
    number: u32,
    mark: &str,
    verdict: Verdict,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !is_known(&mut desk.store.read().await?, number, mark).await? {
        return Ok(false);
    }
    let mut writing = desk.store.write().await?;
    let ticket = tickets::by_number(&mut writing, number).await?.ok_or(StoreError::Range)?;
    if ticket.status == TicketStatus::WithTeam {
        desk_tickets::judge(&mut writing, number, Some(verdict)).await?;
    } else {
        closings::judge(&mut writing, number, verdict).await?;
    }
    let facts = json!({ "verdict": verdict, "by": BY });
    let (ticket, kind) = (Some(number), EntryKind::TeamJudged);
    let draft = Draft { at: now, ticket, actor: Actor::HelpDesk, kind, facts };
    trail::record(&mut writing, draft).await?;
    writing.commit("team_judged").await?;
    Ok(true)
}

/// Whether a ticket is at the desk and has this mark.
pub(crate) async fn is_known(
    session: &mut Session,
    number: u32,
    mark: &str,
) -> Result<bool, StoreError> {
    let is_its = session.has_mark(&mark_of(number), mark);
    Ok(is_its && desk_tickets::of(session, number).await?.is_some())
}

/// Where somebody gets mail. The desk does not wait for the directory.
async fn address_of(desk: &Desk, subject: &str) -> Option<String> {
    let directory = desk.ports.directory.as_ref()?;
    let found = tokio::time::timeout(LONGEST_CALL, directory.mailbox(subject)).await;
    match found {
        Ok(Ok(mailbox)) => mailbox.map(|it| it.address),
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "the desk is not told whose ticket it is");
            None
        }
        Err(_) => None,
    }
}

/// What the desk hears of a decision beside hand-offs: what the agent did itself stands there as done, a word of the
/// employee as a note, and that nothing is left to do.
pub(crate) async fn hears(
    writing: &mut Session,
    desk: &Desk,
    facts: &Facts,
    effect: &Effect,
) -> Result<Vec<Act>, StoreError> {
    let solved = Act::SetStatus { status: DeskStatus::Solved };
    let last = facts.case.history.last();
    let has_done = matches!(last, Some(Step::Ran { end: RunEnd::Done, .. }));
    if has_done && effect.hand_off().is_none() {
        let scenario = facts.case.triage.primary().map_or(Scenario::Other, |it| it.scenario);
        let team = desk.knowledge.team_for(scenario).map(str::to_owned);
        let acts = team.map(|team| vec![Act::AssignOwner { team }, solved]);
        return Ok(acts.unwrap_or_default());
    }
    // What never was there needs no note.
    if !acts::are_of(writing, facts.ticket.number).await? {
        return Ok(Vec::new());
    }
    let note = match last {
        Some(Step::Replied { action, .. }) => Some(Act::AddNote { message: said(action) }),
        _ => None,
    };
    Ok(note.into_iter().chain(matches!(effect, Effect::Close).then_some(solved)).collect())
}

/// A reply as a team reads it.
fn said(action: &ReplyAction) -> String {
    match action {
        ReplyAction::Write { text } => text.clone(),
        ReplyAction::Choose { answer, .. } => format!("(chose: {answer})"),
        ReplyAction::Solved => "(says that it is solved)".to_owned(),
        ReplyAction::NotSolved => "(says that it is not solved)".to_owned(),
    }
}

/// What a ticket is called there, for what is done after it was opened.
pub(crate) async fn id_of(desk: &Desk, key: ActKey) -> Result<String, Undone> {
    let mut reading = desk.store.read().await?;
    if let Some(known) = desk_tickets::of(&mut reading, key.ticket).await? {
        return Ok(known.id);
    }
    let waits = acts::waits_before(&mut reading, key).await?;
    Err(Undone::Act(if waits {
        ActError::Later("it is not opened there yet".to_owned())
    } else {
        ActError::Refused("it was never opened there".to_owned())
    }))
}

/// Plans that a ticket is closed there, if it is open there.
pub(crate) async fn close(
    writing: &mut Session,
    ticket: u32,
    round: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = desk_tickets::of(writing, ticket).await?;
    if known.is_none_or(|it| it.is_over) {
        return Ok(());
    }
    let place = REMINDERS + acts::from_place(writing, ticket, round, REMINDERS).await?;
    let act = Act::SetStatus { status: DeskStatus::Solved };
    acts::enqueue(writing, ActKey { ticket, round, place }, &act, Lane::Ordinary, now).await
}

/// Looks at the desk again and again, until the agent stops.
pub(crate) async fn run(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    let Some(port) = desk.ports.desk_watch.clone() else { return };
    while !*stopping.borrow() {
        if let Err(error) = look(&desk, port.as_ref()).await {
            tracing::error!(error = ?error, "what people did at the help desk was not taken over");
        }
        tokio::select! {
            () = tokio::time::sleep(desk.desk_looks) => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
}

/// Looks at the desk, unless another process did.
async fn look(desk: &Desk, port: &dyn DeskWatchPort) -> Result<(), StoreError> {
    let asked_at = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let taken = desk_tickets::take_look(&mut writing, desk.desk_looks, asked_at).await?;
    let Some(since) = taken else { return Ok(()) };
    writing.commit("desk_look_taken").await?;
    let asked = tokio::time::timeout(LONGEST_LOOK, port.changed(since));
    let seen = fault::around("call_desk_watch", asked).await.unwrap_or_else(|_| Err(no_answer()));
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => {
            tracing::warn!(error = ?error, "the help desk was not looked at");
            return Ok(());
        }
    };
    let mut heard = Vec::new();
    for ticket in &seen {
        heard.push(replies(desk, port, &ticket.id).await?);
    }
    let mut writing = desk.store.write().await?;
    let (mut people, mut is_behind) = (Vec::new(), false);
    for (ticket, replies) in seen.iter().zip(heard) {
        let Some(known) = desk_tickets::called(&mut writing, &ticket.id).await? else { continue };
        let since = asked_at.saturating_sub(MOMENT).map_err(|_| StoreError::Range)?;
        let is_at_work = acts::is_at_work(&mut writing, known.ticket, since).await?;
        // Another process may have taken over some of them meanwhile.
        let replies = replies.filter(|it| it.after == known.heard && !is_at_work);
        let Some(replies) = replies else {
            // It is seen again next time, and what comes after it, too: that is no news then.
            is_behind = true;
            continue;
        };
        people.extend(hear(&mut writing, desk, &known, &replies.new).await?);
        people.extend(take_over(&mut writing, desk, &known, ticket).await?);
        if !is_behind {
            desk_tickets::seen_to(&mut writing, ticket.changed_at).await?;
        }
    }
    writing.commit("desk_seen").await?;
    people.into_iter().for_each(|person| desk.announce(Some(person)));
    Ok(())
}

/// What was written in a ticket to its employee.
#[derive(Debug, Default)]
struct Replies {
    /// After which reply; none: from the beginning.
    after: Option<String>,
    new: Vec<DeskReply>,
}

/// What was written in a ticket of ours to its employee since it was looked at; nothing, if the desk did not say.
async fn replies(
    desk: &Desk,
    port: &dyn DeskWatchPort,
    id: &str,
) -> Result<Option<Replies>, StoreError> {
    let mut reading = desk.store.read().await?;
    let known = desk_tickets::called(&mut reading, id).await?;
    drop(reading);
    let Some(Known { ticket, heard: after, .. }) = known else {
        return Ok(Some(Replies::default()));
    };
    let asked = tokio::time::timeout(LONGEST_CALL, port.replies(id, after.as_deref()));
    let said = fault::around("call_desk_replies", asked).await;
    match said.unwrap_or_else(|_| Err(no_answer())) {
        Ok(new) => Ok(Some(Replies { after, new })),
        Err(error) => {
            tracing::warn!(ticket, error = ?error, "replies at the help desk were not read");
            Ok(None)
        }
    }
}

fn no_answer() -> ReadError {
    ReadError::Later("no answer in time".to_owned())
}

/// Takes over what was written to the employee of a ticket there. Whom it is news for.
async fn hear(
    writing: &mut Session,
    desk: &Desk,
    known: &Known,
    replies: &[DeskReply],
) -> Result<Option<i64>, StoreError> {
    let Some(last) = replies.last() else { return Ok(None) };
    let ticket = tickets::by_number(writing, known.ticket).await?.ok_or(StoreError::Range)?;
    let word = Word { by: BY, desk_ticket: Some(&known.id) };
    // What the agent did itself has a queue there and no team here.
    let of_queue = known.team.as_deref().and_then(|id| desk.knowledge.team(id));
    let of_queue = of_queue.map(|team| team.name.get(&ticket.submission.locale).to_owned());
    let team = ticket.team.clone().or(of_queue).unwrap_or_else(|| "IT".to_owned());
    // Nobody is left to read it where they were erased.
    for reply in replies.iter().filter(|_| !ticket.is_erased) {
        teamwork::wrote(writing, &ticket, &team, reply, word, Timestamp::now()).await?;
    }
    desk_tickets::heard(writing, known.ticket, &last.id).await?;
    Ok(ticket.owner.person)
}

/// Takes over what people did with one ticket there. Whom it is news for.
async fn take_over(
    writing: &mut Session,
    desk: &Desk,
    known: &Known,
    seen: &SeenTicket,
) -> Result<Option<i64>, StoreError> {
    let as_known = (known.team.as_ref(), known.is_taken, known.is_over);
    if as_known == (seen.team.as_ref(), seen.is_taken, seen.is_over) {
        return Ok(None);
    }
    let now = Timestamp::now();
    let ticket = tickets::by_number(writing, known.ticket).await?.ok_or(StoreError::Range)?;
    desk_tickets::saw(writing, seen).await?;
    let word = Word { by: BY, desk_ticket: Some(&seen.id) };
    let is_with_team = ticket.status == TicketStatus::WithTeam;
    let is_done = matches!(ticket.status, TicketStatus::Solved | TicketStatus::Answered);
    let reopens = known.is_over && !seen.is_over && is_done;
    if seen.is_over {
        if !is_with_team {
            return Ok(None);
        }
        let team = ticket.team.clone().unwrap_or_default();
        let verdict = desk_tickets::verdict(writing, ticket.number).await?;
        desk_tickets::judge(writing, ticket.number, None).await?;
        teamwork::closed(writing, ticket.number, &team, verdict, word, now).await?;
        return Ok(ticket.owner.person);
    }
    let team = seen.team.as_deref().and_then(|id| desk.knowledge.team(id));
    let moved = team.filter(|_| seen.team != known.team).filter(|team| {
        let is_same = ticket.team.as_deref().is_some_and(|name| team.is_called(name));
        is_with_team && !is_same
    });
    if let Some(team) = moved.or(team.filter(|_| reopens)) {
        teamwork::moved(writing, desk, &ticket, team, word, now).await?;
    }
    if seen.is_taken && !known.is_taken && (is_with_team || reopens) {
        let within = seen.due.map(|due| decision::minutes_until(now, due));
        let current = tickets::by_number(writing, known.ticket).await?.ok_or(StoreError::Range)?;
        let team = current.team.unwrap_or_default();
        teamwork::started(writing, ticket.number, &team, within, word, now).await?;
    }
    Ok(ticket.owner.person)
}
