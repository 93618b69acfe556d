//! What teams say of the tickets they got: that they are at it, and by when; that it is done, and whether it
//! had to come to people at all. A team that says nothing is reminded once, before its promise is broken.

use audit::{Actor, Draft, EntryKind};
use connectors::{Act, ActKey, DeskReply};
use content::Team;
use decision::is_with_security;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ticket::{EventKind, MAX_TEXT_CHARS, TicketStatus};

use crate::at_desk;
use crate::case;
use crate::config::Config;
use crate::desk::Desk;
use crate::store::jobs::Lane;
use crate::store::tickets::Ticket;
use crate::store::{Session, Store, StoreError, acts, audit as trail, closings, promises, tickets};
use crate::timeline::tell;

/// Whether a ticket had to come to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It needed a person.
    NeededMe,
    /// The agent could have done it by itself.
    CouldBeAutomatic,
    /// It should have gone to another team.
    WrongTeam,
    /// The agent should have handed it over earlier.
    ShouldHaveComeSooner,
}

/// How often something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VerdictSum {
    /// What.
    pub verdict: Verdict,
    /// How often.
    pub count: u32,
}

/// Why the word of a team was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TeamworkError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such ticket.
    #[error("there is no ticket {0}")]
    NoTicket(u32),
    /// No team has it.
    #[error("no team has ticket {0}: it is closed already, or the agent or its employee is next")]
    NoTeam(u32),
}

/// The word of teams, beside the running agent.
#[derive(Debug)]
pub struct Teamwork(Store);

impl Teamwork {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// It or its key cannot be used.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        Ok(Self(Store::open(config).await?))
    }

    /// Says that a team is at it, and within how many minutes it expects to be done. It is not reminded then.
    ///
    /// # Errors
    /// No team has it, or the database refuses: nothing is changed.
    pub async fn start(
        &self,
        number: u32,
        within_minutes: Option<u32>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), TeamworkError> {
        let mut writing = self.0.write().await?;
        let team = team_of(&mut writing, number).await?;
        let word = Word { by, desk_ticket: None };
        started(&mut writing, number, &team, within_minutes, word, now).await?;
        Ok(writing.commit("ticket_started").await?)
    }

    /// Closes what a team has. Its employee is told and can say that it is not solved.
    ///
    /// # Errors
    /// No team has it, or the database refuses: nothing is changed.
    pub async fn close(
        &self,
        number: u32,
        verdict: Verdict,
        by: &str,
        now: Timestamp,
    ) -> Result<(), TeamworkError> {
        let mut writing = self.0.write().await?;
        let team = team_of(&mut writing, number).await?;
        let word = Word { by, desk_ticket: None };
        closed(&mut writing, number, &team, Some(verdict), word, now).await?;
        Ok(writing.commit("ticket_closed").await?)
    }

    /// How often teams said what since then.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sums(&self, since: Timestamp) -> Result<Vec<VerdictSum>, StoreError> {
        let mut reading = self.0.read().await?;
        let sums = closings::sums(&mut reading, since).await?.into_iter();
        Ok(sums.map(|(verdict, count)| VerdictSum { verdict, count }).collect())
    }
}

/// Whose word it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// Who says it.
    pub(crate) by: &'a str,
    /// What the ticket is called at the help desk, where it was said there.
    pub(crate) desk_ticket: Option<&'a str>,
}

/// A team is at a ticket, and expects to be done within so many minutes.
pub(crate) async fn started(
    writing: &mut Session,
    number: u32,
    team: &str,
    within_minutes: Option<u32>,
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    promises::acknowledge(writing, number).await?;
    let facts = json!({ "by": word.by, "desk_ticket": word.desk_ticket,
        "within_minutes": within_minutes });
    note(writing, number, EntryKind::TeamStarted, Actor::HelpDesk, facts, now).await?;
    let team = team.to_owned();
    let kind = EventKind::TeamStarted { team, done_within_minutes: within_minutes };
    tell(writing, number, TicketStatus::WithTeam, &kind, now).await
}

/// Somebody of a team wrote to the employee at the help desk: nobody has to be reminded of the answer any more.
pub(crate) async fn wrote(
    writing: &mut Session,
    ticket: &Ticket,
    team: &str,
    reply: &DeskReply,
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    promises::acknowledge(writing, ticket.number).await?;
    let facts = json!({ "by": word.by, "desk_ticket": word.desk_ticket, "reply": reply.id });
    note(writing, ticket.number, EntryKind::TeamWrote, Actor::HelpDesk, facts, now).await?;
    // As long as what an employee may write; all of it is at the help desk.
    let text = redaction::redact(&reply.text).text.chars().take(MAX_TEXT_CHARS).collect();
    let kind = EventKind::TeamWrote { team: team.to_owned(), text };
    tell(writing, ticket.number, ticket.status, &kind, now).await
}

/// A team has closed a ticket; whether it was needed it says now or later.
pub(crate) async fn closed(
    writing: &mut Session,
    number: u32,
    team: &str,
    verdict: Option<Verdict>,
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let round = tickets::next_round(writing, number).await?;
    closings::keep(writing, number, round, verdict, word.by, now).await?;
    let facts = json!({ "round": round, "verdict": verdict, "by": word.by,
        "desk_ticket": word.desk_ticket });
    if word.desk_ticket.is_none() {
        at_desk::close(writing, number, round, now).await?;
    }
    note(writing, number, EntryKind::TeamClosed, Actor::HelpDesk, facts, now).await?;
    let kind = EventKind::TeamClosed { team: team.to_owned() };
    tell(writing, number, TicketStatus::Solved, &kind, now).await
}

/// People gave a ticket to another team, or took it up again.
pub(crate) async fn moved(
    writing: &mut Session,
    desk: &Desk,
    ticket: &Ticket,
    team: &Team,
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let name = team.name.get(&ticket.submission.locale).to_owned();
    // What security has is held still wherever it goes.
    let so_far = ticket.round.saturating_add(1);
    let hold_still = is_with_security(&case::history(writing, ticket.number, so_far).await?);
    let by = team.answers_by(now);
    let remind_at = remind_at(now, by, desk.limits.reminded_after);
    promises::hand_off(writing, ticket.number, &name, by, remind_at).await?;
    let facts = json!({ "team": team.id, "by": word.by, "desk_ticket": word.desk_ticket });
    note(writing, ticket.number, EntryKind::TeamChanged, Actor::HelpDesk, facts, now).await?;
    let kind = EventKind::HandedOff {
        team: name,
        respond_within_minutes: decision::minutes_until(now, by),
        hold_still,
    };
    tell(writing, ticket.number, TicketStatus::WithTeam, &kind, now).await
}

/// The name of the team that has a ticket.
async fn team_of(session: &mut Session, number: u32) -> Result<String, TeamworkError> {
    let ticket = tickets::by_number(session, number).await?;
    let ticket = ticket.ok_or(TeamworkError::NoTicket(number))?;
    let team = ticket.team.filter(|_| ticket.status == TicketStatus::WithTeam);
    team.ok_or(TeamworkError::NoTeam(number))
}

async fn note(
    writing: &mut Session,
    ticket: u32,
    kind: EntryKind,
    actor: Actor,
    facts: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    trail::record(writing, Draft { at: now, ticket: Some(ticket), actor, kind, facts }).await
}

/// Places of reminders among the acts of a round, beyond those of its decision and of an incident.
pub(crate) const REMINDERS: u32 = 200;

/// A team is reminded when so many of a hundred parts of its time are over, and not more than an hour before
/// the end.
pub(crate) fn remind_at(now: Timestamp, respond_by: Timestamp, parts: i32) -> Timestamp {
    let left = respond_by.duration_since(now) * (100 - parts) / 100;
    let before = left.min(SignedDuration::from_hours(1));
    respond_by.saturating_sub(before).unwrap_or(respond_by)
}

/// Reminds one team that its answer is due soon. False: none needs it.
pub(crate) async fn remind(desk: &Desk) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let Some(number) = promises::take_due_soon(&mut writing, now).await? else { return Ok(false) };
    let ticket = tickets::by_number(&mut writing, number).await?.ok_or(StoreError::Range)?;
    let name = ticket.team.clone().unwrap_or_default();
    if let (Some(team), Some(by)) = (desk.knowledge.team_named(&name), ticket.respond_by) {
        let minutes = decision::minutes_until(now, by);
        let message = format!(
            "Ticket {number} waits for an answer, promised within {minutes} minutes. \
             Say that you are at it: deskside-agent ticket start {number}\n\
             More at {}: deskside-agent ticket show {number}",
            desk.public_url
        );
        let act = Act::NotifyTeam { team: team.to_owned(), message };
        if desk.connected.take(&act) {
            let before = acts::from_place(&mut writing, number, ticket.round, REMINDERS).await?;
            let key = ActKey { ticket: number, round: ticket.round, place: REMINDERS + before };
            acts::enqueue(&mut writing, key, &act, Lane::Ordinary, now).await?;
        }
        let facts = json!({ "team": team, "minutes_left": minutes });
        note(&mut writing, number, EntryKind::TeamReminded, Actor::Agent, facts, now).await?;
    }
    writing.commit("team_reminded").await?;
    desk.acts_bell.notify_one();
    Ok(true)
}
