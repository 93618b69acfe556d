//! The only place from which the outside world is changed: by acts of a hand-off, by letters to people, and by
//! steps of runbooks, which need a [`Warrant`] of the gate. Acts wait in the database from the
//! transaction that decided them; each is tried until its system did it or refuses it for good, with
//! the same key every time. Killed in between, it is asked again.

use std::sync::Arc;
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use connectors::{
    Act, ActError, ActKey, Channel, DeskStatus, Letter, LetterKey, LetterPort, Ports, StepKey,
    Target,
};
use decision::Decision;
use jiff::Timestamp;
use policy::{Attempt, Outcome as Answer, Verdict};
use serde_json::json;
use tokio::sync::watch;

use crate::at_desk;
use crate::desk::Desk;
use crate::fault;
use crate::incidents::Part;
use crate::knowledge::Knowledge;
use crate::runs;
use crate::store::acts::{self, Due, Outcome};
use crate::store::jobs::{Job, Lane};
use crate::store::{Session, StoreError, audit as trail, desk_tickets, pages};

/// Acts given back after a failure become due without anybody ringing.
const POLL: Duration = Duration::from_secs(2);
/// A system gets this long for one act.
pub(crate) const LONGEST_CALL: Duration = Duration::from_secs(20);

/// What a decision changes outside: a hand-off assigns, notifies and sets the status, each attempted
/// even if another fails; a critical outage wakes who is on call. What belongs to an incident notifies nobody
/// once more. Approvals and workflows are obtained and carried out by the team.
pub(crate) fn follows(decision: &Decision, summary: &str, part: Part) -> Vec<Act> {
    let Some(to) = decision.effect.hand_off() else { return Vec::new() };
    // What security must see is told to security, whatever else it belongs to.
    let part = if decision.hands_to_security() { Part::None } else { part };
    let status = if to.hold_still { DeskStatus::Escalated } else { DeskStatus::PendingHumanReview };
    let team = to.team.clone();
    let mut acts = vec![
        Act::AssignOwner { team: team.clone() },
        Act::NotifyTeam { team, message: summary.to_owned() },
        Act::SetStatus { status },
    ];
    if to.page {
        acts.push(Act::Page { team: to.team.clone(), message: summary.to_owned() });
    }
    acts.retain(|act| match act {
        Act::NotifyTeam { .. } => part == Part::None,
        // Who has an open incident is awake.
        Act::Page { .. } => part != Part::Added,
        Act::AssignOwner { .. } | Act::AddNote { .. } | Act::SetStatus { .. } => true,
    });
    acts
}

/// Writes down what follows outside from a decision, for the systems that are connected.
pub(crate) async fn plan(
    writing: &mut Session,
    desk: &Desk,
    job: Job,
    all: Vec<Act>,
    lane: Lane,
    now: Timestamp,
) -> Result<(), StoreError> {
    let assigns = |it: &Act| matches!(it, Act::AssignOwner { .. });
    let is_at_desk = all.iter().find(|it| assigns(it)).is_none_or(|it| desk.connected.take(it));
    let is_taken = |it: &Act| {
        let is_for_desk = matches!(it, Act::SetStatus { .. } | Act::AddNote { .. });
        desk.connected.take(it) && (is_at_desk || !is_for_desk)
    };
    for (place, act) in (0..).zip(all.into_iter().filter(is_taken)) {
        let key = ActKey { ticket: job.ticket, round: job.round, place };
        let lane = match &act {
            Act::Page { team, .. } if !is_due(writing, desk, team, now).await? => continue,
            Act::Page { .. } => Lane::Waking,
            _ => lane,
        };
        acts::enqueue(writing, key, &act, lane, now).await?;
    }
    Ok(())
}

/// Whether nobody of a team was woken a short while ago.
async fn is_due(
    writing: &mut Session,
    desk: &Desk,
    team: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let since = now.saturating_sub(desk.limits.pages_again_after).map_err(|_| StoreError::Range)?;
    pages::take(writing, team, since, now).await
}

/// Does what is due until the agent stops.
pub(crate) async fn run(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let acted = execute_once(&desk).await.unwrap_or_else(|error| {
            tracing::error!(error = ?error, "an act could not be recorded");
            false
        });
        let advanced = runs::advance(&desk).await.unwrap_or_else(|error| {
            tracing::error!(error = ?error, "a run could not be recorded");
            false
        });
        if acted || advanced {
            continue;
        }
        tokio::select! {
            () = desk.acts_bell.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
}

/// Does one act. False: none is due.
async fn execute_once(desk: &Desk) -> Result<bool, StoreError> {
    let mut writing = desk.store.write().await?;
    let due = acts::claim(&mut writing, desk.holder, Timestamp::now()).await?;
    let Some(due) = due else { return Ok(false) };
    writing.commit("act_claimed").await?;
    let done = match perform(desk, due.key, &due.act).await {
        Ok(desk_ticket) => Ok(desk_ticket),
        Err(Undone::Act(error)) => Err(error),
        Err(Undone::Store(error)) => return Err(error),
    };
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let outcome = match &done {
        Ok(desk_ticket) => {
            keep(&mut writing, &due, desk_ticket.as_deref()).await?;
            Outcome::Done
        }
        Err(ActError::Refused(_)) => Outcome::Refused,
        Err(ActError::Later(_) | ActError::NotConnected) => {
            acts::give_back(&mut writing, &due, now).await?;
            writing.commit("act_given_back").await?;
            tell(&due, &done);
            return Ok(true);
        }
    };
    acts::end(&mut writing, due.key, outcome, now).await?;
    if let (Outcome::Refused, Act::Page { team, .. }) = (outcome, &due.act) {
        pages::give_back(&mut writing, team).await?;
    }
    note(&mut writing, &due, outcome, now).await?;
    writing.commit("act_ended").await?;
    tell(&due, &done);
    Ok(true)
}

/// Keeps what is known of the ticket at the help desk after an act.
async fn keep(writing: &mut Session, due: &Due, id: Option<&str>) -> Result<(), StoreError> {
    let ticket = due.key.ticket;
    match (&due.act, id) {
        (Act::AssignOwner { team }, Some(id)) => {
            desk_tickets::assigned(writing, ticket, id, team).await
        }
        (Act::SetStatus { status }, _) => {
            desk_tickets::set(writing, ticket, *status == DeskStatus::Solved).await
        }
        _ => Ok(()),
    }
}

/// Asks the system an act is for. Words of people are encoded for its channel here. What the ticket is called at
/// the help desk, where it was opened there.
async fn perform(desk: &Desk, key: ActKey, act: &Act) -> Result<Option<String>, Undone> {
    let ports = &desk.ports;
    match act {
        Act::AssignOwner { team } => {
            let port = ports.desk.as_ref().ok_or(ActError::NotConnected)?;
            let ticket = at_desk::written(desk, port.as_ref(), key.ticket).await?;
            return Ok(Some(ask(port.assign_owner(key, team, &ticket)).await?));
        }
        Act::NotifyTeam { team, message } => {
            let port = ports.messages.as_ref().ok_or(ActError::NotConnected)?;
            ask(port.notify_team(key, team, &port.channel(team).encode(message))).await?;
        }
        Act::Page { team, message } => {
            let port = ports.pager.as_ref().ok_or(ActError::NotConnected)?;
            ask(port.page(key, team, &Channel::MailBody.encode(message))).await?;
        }
        Act::AddNote { message } => {
            let port = ports.desk.as_ref().ok_or(ActError::NotConnected)?;
            let id = at_desk::id_of(desk, key).await?;
            ask(port.add_note(key, &id, &port.channel().encode(message))).await?;
        }
        Act::SetStatus { status } => {
            let port = ports.desk.as_ref().ok_or(ActError::NotConnected)?;
            let id = at_desk::id_of(desk, key).await?;
            ask(port.set_status(key, &id, *status)).await?;
        }
    }
    Ok(None)
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undone {
    /// Its system did not do it.
    #[error(transparent)]
    Act(#[from] ActError),
    /// What it needs could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Waits for a system, but not for long.
async fn ask<T>(asked: impl Future<Output = Result<T, ActError>>) -> Result<T, ActError> {
    let asked = tokio::time::timeout(LONGEST_CALL, asked);
    fault::around("call_act", asked).await.unwrap_or_else(|_| Err(no_answer()))
}

fn no_answer() -> ActError {
    ActError::Later("no answer in time".to_owned())
}

/// What the gate said to a step of a runbook.
pub(crate) enum Permission {
    /// It may be done now.
    Given(Warrant),
    /// It may not.
    Refused(Verdict),
}

/// Lets one step be done, once. Only the gate gives one, see [`allow`]: without it nothing is changed,
/// whoever calls [`perform_step`].
pub(crate) struct Warrant(Verdict);

impl Permission {
    pub(crate) const fn verdict(&self) -> &Verdict {
        match self {
            Self::Given(Warrant(verdict)) | Self::Refused(verdict) => verdict,
        }
    }
}

/// Asks the gate about a step that is about to be done.
pub(crate) fn allow(knowledge: &Knowledge, attempt: &Attempt) -> Permission {
    let verdict = knowledge.gate().decide(attempt);
    match verdict.outcome {
        Answer::Permit => Permission::Given(Warrant(verdict)),
        Answer::NeedsApproval { .. } | Answer::Forbid => Permission::Refused(verdict),
    }
}

/// Asks the system for one step of a runbook.
pub(crate) async fn perform_step(
    ports: &Ports,
    _: Warrant,
    key: &StepKey,
    act: content::Act,
    on: &Target,
) -> Result<(), ActError> {
    let port = ports.acts.iter().find(|port| port.acts().contains(&act));
    let port = port.ok_or(ActError::NotConnected)?;
    let asked = tokio::time::timeout(LONGEST_CALL, port.act(key, act, on));
    let done = fault::around("call_step", asked).await;
    done.unwrap_or_else(|_| Err(no_answer()))
}

/// Asks the mail server for one letter to a person.
pub(crate) async fn send_letter(
    port: &dyn LetterPort,
    key: LetterKey,
    letter: &Letter,
) -> Result<(), ActError> {
    let asked = tokio::time::timeout(LONGEST_CALL, port.send_letter(key, letter));
    let done = fault::around("call_letter", asked).await;
    done.unwrap_or_else(|_| Err(no_answer()))
}

fn tell<T>(due: &Due, done: &Result<T, ActError>) {
    if let Err(error) = done {
        let (ticket, act, attempts) = (due.key.ticket, due.act.name(), due.attempts);
        tracing::warn!(ticket, act, attempts, error = ?error, "a system did not do what was decided");
    }
}

/// Writes into the ticket's audit chain what became of an act.
async fn note(
    writing: &mut Session,
    due: &Due,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let facts = json!({ "round": due.key.round, "act": due.act.name(), "outcome": outcome,
        "attempts": due.attempts, "key": due.key.to_string() });
    let (ticket, kind) = (Some(due.key.ticket), EntryKind::Performed);
    trail::record(writing, Draft { at: now, ticket, actor: Actor::Agent, kind, facts }).await
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use policy::{ActionClass, Confidence, Criticality, Mode, Subject, Window};
    use ticket::{Scenario, Verification};

    use super::*;

    /// Whoever calls [`perform_step`] needs a warrant, and in these modes there is none.
    #[test]
    fn only_where_a_runbook_is_trusted_is_there_a_warrant() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
        let knowledge = Knowledge::load(Path::new(folder)).unwrap();
        let is_given = |mode: Mode, action: ActionClass| {
            let attempt = Attempt {
                workflow: "unlock-account".to_owned(),
                action,
                subject: Subject::Own,
                second_factor: false,
                subjects: 1,
                scenario: Scenario::PasswordResetLockout,
                confidence: Confidence::High,
                verification: Verification::Session,
                verified_seconds_ago: 1,
                criticality: Criticality::Low,
                window: Window::Open,
                mode,
                approvals: Vec::new(),
            };
            matches!(allow(&knowledge, &attempt), Permission::Given(_))
        };
        for mode in [Mode::Off, Mode::Shadow, Mode::Recommend] {
            assert!(!is_given(mode, ActionClass::Reversible), "{mode:?}");
        }
        assert!(is_given(Mode::Canary, ActionClass::Reversible));
        assert!(is_given(Mode::Act, ActionClass::Reversible));
        assert!(!is_given(Mode::Act, ActionClass::Irreversible));
    }
}
