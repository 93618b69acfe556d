//! The worker: claims a job by lease, lets the pure crates decide, and writes the effect with
//! everything it changes in one transaction. Killed at any moment, it starts over and writes once.

use std::sync::Arc;
use std::time::Duration;

use audit::{Actor, Draft, EntryKind};
use decision::{Decision, Effect, Escalation, FiveLines, Step};
use jiff::Timestamp;
use serde_json::{Value, json};
use ticket::{EventKind, OpenRequest, Scenario, TicketStatus};
use tokio::sync::watch;
use triage::Triage;

use crate::at_desk;
use crate::case::{self, Facts};
use crate::counsel::Advice;
use crate::desk::Desk;
use crate::execute;
use crate::incidents::{self, Part};
use crate::outside::{self, Outside};
use crate::regroup;
use crate::runs;
use crate::store::jobs::{self, Job, Lane};
use crate::store::tickets::Ticket;
use crate::store::{Session, StoreError, advice, audit as trail, promises, tickets};
use crate::teamwork::{self, remind_at};
use crate::timeline::tell;
use crate::unowned;

/// Jobs given back after a failure become due without anybody ringing.
const POLL: Duration = Duration::from_secs(2);

/// Works until the agent stops.
pub(crate) async fn run(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match work_once(&desk).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = ?error, "the worker could not reach the database");
            }
        }
        // Nobody rings when a promise is about to be broken.
        if let Err(error) = teamwork::remind(&desk).await {
            tracing::error!(error = ?error, "a team was not reminded");
        }
        // Another process ends them, so nobody rings.
        if let Err(error) = incidents::tell_end(&desk).await {
            tracing::error!(error = ?error, "nobody was told of the end of an incident");
        }
        if let Err(error) = incidents::remind_of_review(&desk).await {
            tracing::error!(error = ?error, "nobody was reminded of a review");
        }
        tokio::select! {
            () = desk.bell.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
}

/// Does one job. False: none is due.
async fn work_once(desk: &Desk) -> Result<bool, StoreError> {
    let mut writing = desk.store.write().await?;
    let job = jobs::claim(&mut writing, desk.holder, Timestamp::now()).await?;
    let Some(job) = job else { return Ok(false) };
    writing.commit("job_claimed").await?;
    if let Err(error) = decide(desk, job, Timestamp::now()).await {
        tracing::error!(ticket = job.ticket, round = job.round, error = ?error, "a job failed");
        let mut writing = desk.store.write().await?;
        jobs::give_back(&mut writing, job, Timestamp::now()).await?;
        writing.commit("job_given_back").await?;
    }
    Ok(true)
}

/// Makes the decision of a job and writes what follows from it.
pub(crate) async fn decide(desk: &Desk, job: Job, now: Timestamp) -> Result<(), StoreError> {
    // As it is stored, so that deciding again gives the same.
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let mut reading = desk.store.read().await?;
    let modes = desk.modes(&mut reading, now).await?.for_ticket(job.ticket);
    let on_call = desk.connected.on_call.of(desk.knowledge.teams());
    let outside = Outside::of(&mut reading, job.ticket, modes, on_call).await?;
    let mut facts = case::gather(&mut reading, &desk.knowledge, job, outside, now).await?;
    drop(reading);
    outside::look(desk, &mut facts).await?;
    let mut decision = decision::next(&facts.case, &facts.rulebook, now);
    facts.advice = second_opinion(desk, &facts, &decision).await;
    if let Some(advice) = &facts.advice {
        facts.case.opinion = Some(advice.opinion);
        decision = decision::next(&facts.case, &facts.rulebook, now);
    }
    let decision = unowned::for_people(decision, &facts, now);
    let mut writing = desk.store.write().await?;
    if jobs::record_effect(&mut writing, job, &facts.understood(), &decision, now).await? {
        // Read again: a reply may have come in between.
        let ticket =
            tickets::by_number(&mut writing, job.ticket).await?.ok_or(StoreError::Range)?;
        if let Some(advice) = &facts.advice {
            advice::keep(&mut writing, job, advice).await?;
        }
        note(&mut writing, job, desk.knowledge.digest(), &facts, &decision, now).await?;
        understand(&mut writing, job, &ticket, &facts.case.triage, now).await?;
        let summary = summarize(&mut writing, desk, &facts, &decision).await?;
        apply(&mut writing, desk, &ticket, &decision.effect, now).await?;
        if let (Effect::RunStep { workflow, hand_off: None }, Some(attempt)) =
            (&decision.effect, &decision.attempt)
        {
            runs::begin(&mut writing, desk, job, workflow, attempt, now).await?;
        }
        let claimed = facts.case.incident;
        let part = incidents::correlate(&mut writing, desk, job.ticket, claimed, now).await?;
        let mut acts = execute::follows(&decision, &summary, part);
        acts.extend(at_desk::hears(&mut writing, desk, &facts, &decision.effect).await?);
        let primary = facts.case.triage.primary().map(|label| Lane::of(label.scenario));
        let lane = if decision.hands_to_security() { Lane::Pressing } else { Lane::Ordinary };
        let lane = primary.map_or(lane, |primary| primary.max(lane));
        execute::plan(&mut writing, desk, job, acts, lane, now).await?;
        if let Part::Opened(incident) = part {
            incidents::notify(&mut writing, desk, job, incident, now).await?;
        }
    }
    jobs::finish(&mut writing, job).await?;
    writing.commit("decided").await?;
    desk.acts_bell.notify_one();
    desk.announce(facts.ticket.owner.person);
    Ok(())
}

/// What the connected model says, if there is one and the decision is not one that waits for
/// nothing: security has a report at once. Without an answer the decision stands as it is.
async fn second_opinion(desk: &Desk, facts: &Facts, decision: &Decision) -> Option<Advice> {
    let counsel = desk.counsel.as_ref()?;
    let is_settled =
        matches!(decision.effect, Effect::Wait | Effect::Close | Effect::LinkDuplicate { .. });
    if is_settled || decision.hands_to_security() {
        return None;
    }
    let said = counsel.ask(&facts.words).await;
    said.inspect_err(|error| {
        tracing::warn!(ticket = facts.ticket.number, error = ?error, "decided without the model");
    })
    .ok()
}

/// Writes the labels and the decision into the ticket's audit chain.
async fn note(
    writing: &mut Session,
    job: Job,
    content: &str,
    facts: &Facts,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let triage = &facts.case.triage;
    let labels: Vec<Value> = triage
        .labels
        .iter()
        .map(|label| {
            let rules: Vec<_> = label.reasons.iter().map(|reason| &reason.rule).collect();
            json!({ "scenario": label.scenario, "confidence": label.confidence,
                "source": label.source, "rules": rules })
        })
        .collect();
    let signals: Vec<_> = triage.signals.iter().map(|(signal, _)| signal).collect();
    let labelled = json!({ "round": job.round, "labels": labels, "domain": triage.domain,
        "risk_floor": triage.risk_floor, "signals": signals,
        "advice": facts.advice.as_ref().map(Advice::facts) });
    let decided = json!({ "round": job.round, "effect": effect_facts(&decision.effect),
        "tier": decision.tier, "priority": decision.priority, "gate": decision.gate, "content": content });
    for (kind, facts) in [(EntryKind::Labelled, labelled), (EntryKind::Decided, decided)] {
        let draft = Draft { at: now, ticket: Some(job.ticket), actor: Actor::Agent, kind, facts };
        trail::record(writing, draft).await?;
    }
    Ok(())
}

/// An effect as enum values and ids, without what people wrote.
fn effect_facts(effect: &Effect) -> Value {
    match effect {
        Effect::Answer { articles } => json!({ "type": "answer", "articles": articles }),
        Effect::FollowUp => json!({ "type": "follow_up" }),
        Effect::Ask { question, about } => {
            json!({ "type": "ask", "question": question.id, "about": about })
        }
        Effect::AskApproval { from, hand_off: to } => json!({ "type": "ask_approval",
            "from": from, "team": to.team,
            "respond_within_minutes": to.respond_within_minutes }),
        Effect::RunStep { workflow, hand_off: Some(to) } => json!({ "type": "run_step",
            "workflow": workflow, "team": to.team,
            "respond_within_minutes": to.respond_within_minutes }),
        Effect::RunStep { workflow, hand_off: None } => {
            json!({ "type": "run_step", "workflow": workflow })
        }
        Effect::Escalate(to) => json!({ "type": "escalate", "team": to.team,
            "respond_within_minutes": to.respond_within_minutes, "hold_still": to.hold_still }),
        Effect::Split { parts } => json!({ "type": "split", "parts": parts }),
        Effect::LinkDuplicate { to } => json!({ "type": "link_duplicate", "to": to }),
        Effect::Wait => json!({ "type": "wait" }),
        Effect::Close => json!({ "type": "close" }),
    }
}

/// Keeps the labels; the first time the employee is told what was understood.
async fn understand(
    writing: &mut Session,
    job: Job,
    ticket: &Ticket,
    triage: &Triage,
    now: Timestamp,
) -> Result<(), StoreError> {
    tickets::set_triage(writing, job.ticket, &serde_json::to_string(triage)?).await?;
    match triage.primary() {
        Some(label) if job.round == 0 => {
            let kind = EventKind::Understood { scenario: label.scenario };
            tell(writing, job.ticket, ticket.status, &kind, now).await
        }
        Some(_) | None => Ok(()),
    }
}

/// Keeps the five lines a team reads first, also while no team has the ticket; empty where nothing is
/// new.
async fn summarize(
    writing: &mut Session,
    desk: &Desk,
    facts: &Facts,
    decision: &Decision,
) -> Result<String, StoreError> {
    let lines = match &decision.effect {
        Effect::AskApproval { hand_off: to, .. }
        | Effect::RunStep { hand_off: Some(to), .. }
        | Effect::Escalate(to) => to.message.clone(),
        Effect::Answer { .. }
        | Effect::FollowUp
        | Effect::Ask { .. }
        | Effect::RunStep { hand_off: None, .. } => own_lines(facts, decision),
        Effect::Wait if matches!(facts.case.history.last(), Some(Step::Ran { .. })) => {
            own_lines(facts, decision)
        }
        Effect::Split { .. } | Effect::LinkDuplicate { .. } | Effect::Wait | Effect::Close => {
            return Ok(String::new());
        }
    };
    let number = facts.ticket.number;
    let reference =
        format!("Ticket {number} at {}: deskside-agent ticket show {number}", desk.public_url);
    let summary = lines.with_reference(&reference).to_string();
    tickets::set_summary(writing, number, &summary).await?;
    Ok(summary)
}

/// The lines where no team gets the ticket.
fn own_lines(facts: &Facts, decision: &Decision) -> FiveLines {
    let primary = facts.case.triage.primary();
    let scenario = primary.map_or(Scenario::Other, |label| label.scenario);
    decision::five_lines(&facts.case, scenario, decision.tier.rule)
}

/// Writes what an effect changes here.
async fn apply(
    writing: &mut Session,
    desk: &Desk,
    ticket: &Ticket,
    effect: &Effect,
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = ticket.number;
    match effect {
        Effect::Answer { articles } => {
            let kind = EventKind::Answered { articles: articles.clone() };
            tell(writing, number, TicketStatus::Answered, &kind, now).await
        }
        Effect::FollowUp => {
            let kind = EventKind::FollowedUp { open: open_beside(writing, ticket).await? };
            tell(writing, number, TicketStatus::Answered, &kind, now).await
        }
        Effect::Ask { question, .. } => {
            let kind = EventKind::Asked { question: question.clone() };
            tell(writing, number, TicketStatus::Question, &kind, now).await
        }
        Effect::AskApproval { hand_off: to, .. }
        | Effect::RunStep { hand_off: Some(to), .. }
        | Effect::Escalate(to) => hand_off(writing, desk, number, to, now).await,
        Effect::Split { parts } => regroup::split(writing, desk, ticket, parts, now).await,
        Effect::LinkDuplicate { to } => regroup::link(writing, ticket, *to, now).await,
        Effect::Wait | Effect::RunStep { hand_off: None, .. } => Ok(()),
        Effect::Close if ticket.status == TicketStatus::Solved => Ok(()),
        Effect::Close => tell(writing, number, TicketStatus::Solved, &EventKind::Solved, now).await,
    }
}

/// What else of the same person is not finished, newest first.
async fn open_beside(
    reading: &mut Session,
    ticket: &Ticket,
) -> Result<Vec<OpenRequest>, StoreError> {
    let Some(person) = ticket.owner.person else { return Ok(Vec::new()) };
    let all = tickets::newest_of(reading, person).await?.into_iter();
    let is_over = |status| matches!(status, TicketStatus::Solved | TicketStatus::Closed);
    let open = all.filter(|it| it.number != ticket.number && !is_over(it.status));
    Ok(open.map(|it| regroup::open_request(&it)).collect())
}

async fn hand_off(
    writing: &mut Session,
    desk: &Desk,
    ticket: u32,
    to: &Escalation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let remind_at = remind_at(now, to.respond_by, desk.limits.reminded_after);
    promises::hand_off(writing, ticket, &to.team_name, to.respond_by, remind_at).await?;
    // What waits for people here is called off.
    crate::store::runs::wake(writing, ticket, now).await?;
    let kind = EventKind::HandedOff {
        team: to.team_name.clone(),
        respond_within_minutes: to.respond_within_minutes,
        hold_still: to.hold_still,
    };
    tell(writing, ticket, TicketStatus::WithTeam, &kind, now).await?;
    match desk.knowledge.on_call_line(&to.team).filter(|_| to.page) {
        Some(line) => {
            let kind = EventKind::OnCall { team: to.team_name.clone(), line: line.to_owned() };
            tell(writing, ticket, TicketStatus::WithTeam, &kind, now).await
        }
        None => Ok(()),
    }
}
