//! Carries out runbooks, one move after the other. Each move follows from the runbook and the answers that
//! are kept; before something is changed that is written down, and afterwards what became of it. Killed
//! anywhere, a run goes on where it was, and a change that may have been made is looked for before it is
//! asked for again, with the same key.

pub(crate) mod approving;

use audit::{Actor, Draft, EntryKind};
use connectors::{ActError, ReadError, StepKey, Target};
use content::{Act, Answer, Fact, Known, Reading, Runbook, Work};
use decision::RunEnd;
use jiff::Timestamp;
use policy::{ActionClass, Attempt, Mode};
use runbook::{End, Move, Why};
use serde_json::{Value, json};
use ticket::{EventKind, Scenario, SubmissionKind, TicketStatus};
use triage::Triage;

use crate::desk::Desk;
use crate::execute::{self, Permission, allow};
use crate::fault;
use crate::modes::Held;
use crate::store::approvals;
use crate::store::changes::{self, Change};
use crate::store::jobs::{self, Job, Lane, Wanted};
use crate::store::runs::{self, Beginning, Run};
use crate::store::tickets::{self, Ticket};
use crate::store::{Session, StoreError, audit as trail, people};
use crate::timeline::tell;

/// What the outside said to a move.
enum Said {
    /// This; it is kept.
    Now(Answer),
    /// Nothing yet.
    Later(String),
    /// Nothing, until people answer; the run rests.
    Waits,
}

/// A run with everything its next move depends on.
struct AtWork {
    run: Run,
    book: Runbook,
    answers: Vec<Answer>,
    /// The moves these are the answers to.
    made: Vec<String>,
    ticket: Ticket,
    target: Target,
}

/// Begins a run that was decided.
pub(crate) async fn begin(
    writing: &mut Session,
    desk: &Desk,
    job: Job,
    runbook: &str,
    attempt: &Attempt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let book = desk.knowledge.book(runbook).ok_or(StoreError::Range)?;
    let beginning = Beginning {
        ticket: job.ticket,
        round: job.round,
        attempt,
        runbook: &book.runbook,
        digest: &book.digest,
        lane: Lane::of(book.runbook.scenario),
    };
    let run = runs::begin(writing, beginning, now).await?;
    let facts = json!({ "run": run, "round": job.round, "runbook": runbook,
        "revision": book.runbook.revision, "digest": book.digest, "mode": attempt.mode });
    note(writing, job.ticket, EntryKind::RunStarted, facts, now).await
}

/// Makes one move of one run. False: none is due.
pub(crate) async fn advance(desk: &Desk) -> Result<bool, StoreError> {
    let mut writing = desk.store.write().await?;
    let claimed = runs::claim(&mut writing, desk.holder, Timestamp::now()).await?;
    let Some(run) = claimed else { return Ok(false) };
    writing.commit("run_claimed").await?;
    if let Err(error) = make_a_move(desk, &run).await {
        tracing::error!(ticket = run.ticket, run = run.run, error = ?error, "a run failed");
        let mut writing = desk.store.write().await?;
        runs::give_back(&mut writing, &run, Timestamp::now()).await?;
        writing.commit("run_given_back").await?;
    }
    Ok(true)
}

async fn make_a_move(desk: &Desk, run: &Run) -> Result<(), StoreError> {
    let at_work = load(&mut desk.store.read().await?, run.clone()).await?;
    let made = runbook::next(&at_work.book, &at_work.answers);
    if let Move::End(end) = &made {
        return finish(desk, &at_work, end, Timestamp::now()).await;
    }
    let said = carry_out(desk, &at_work, &made).await?;
    let answer = match said {
        Said::Waits => return Ok(()),
        Said::Now(answer) => Some(answer),
        Said::Later(why) => {
            let (ticket, attempts) = (at_work.run.ticket, at_work.run.attempts);
            tracing::warn!(ticket, made = %made, attempts, why, "a move of a run was not made");
            (attempts >= desk.limits.tries_of_a_step).then_some(Answer::Expired)
        }
    };
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    match answer {
        Some(answer) => {
            let made = made.to_string();
            runs::answer(&mut writing, &at_work.run, &made, &answer, now).await?;
            let facts = json!({ "run": at_work.run.run, "move": made, "answer": answer,
                "attempts": at_work.run.attempts });
            note(&mut writing, at_work.run.ticket, EntryKind::StepEnded, facts, now).await?;
        }
        None => runs::give_back(&mut writing, &at_work.run, now).await?,
    }
    writing.commit("step_ended").await
}

async fn load(session: &mut Session, run: Run) -> Result<AtWork, StoreError> {
    let book = Runbook::reread(&run.source).map_err(|_| StoreError::Range)?;
    let taken = runs::taken(session, run.ticket, run.run).await?;
    let ticket = tickets::by_number(session, run.ticket).await?.ok_or(StoreError::Range)?;
    let person = match ticket.owner.person {
        Some(person) => people::by_id(session, person).await?.map(|person| person.subject),
        None => None,
    };
    let access = ticket.submission.access.clone();
    let target = Target { ticket: Some(run.ticket), person, access, ..Target::default() };
    let (answers, made) = taken.into_iter().map(|it| (it.answer, it.made)).unzip();
    Ok(AtWork { run, book, answers, made, ticket, target })
}

/// Whether people went on with a ticket without the agent.
const fn is_called_off(ticket: &Ticket) -> bool {
    matches!(ticket.status, TicketStatus::WithTeam | TicketStatus::Solved | TicketStatus::Closed)
}

impl AtWork {
    /// How often people answered in a step before.
    fn turn(&self, step: &str) -> u32 {
        let asking = Move::Approve { step, from: &[] }.to_string();
        self.made.iter().filter(|made| **made == asking).fold(0, |turn, _| turn + 1)
    }

    fn key(&self, step: &str, is_undo: bool) -> StepKey {
        StepKey {
            ticket: self.run.ticket,
            run: self.run.run,
            runbook: self.book.id.clone(),
            revision: self.book.revision,
            step: step.to_owned(),
            is_undo,
        }
    }
}

async fn carry_out(desk: &Desk, it: &AtWork, made: &Move<'_>) -> Result<Said, StoreError> {
    let canceled = Ok(Said::Now(Answer::Canceled));
    match made {
        Move::Read { .. } if is_called_off(&it.ticket) => canceled,
        Move::Read { reading, .. } | Move::Check { reading, .. } => read(desk, it, *reading).await,
        Move::Act { .. } if is_called_off(&it.ticket) => canceled,
        Move::Act { step, act } => {
            if it.run.attempts > 1
                && let Some(said) = look_for(desk, it, step).await?
            {
                return Ok(said);
            }
            if let Some(said) = approving::has_changed(desk, it).await? {
                return Ok(said);
            }
            change(desk, it, &it.key(step, false), *act).await
        }
        Move::Undo { step, act } => change(desk, it, &it.key(step, true), *act).await,
        Move::Approve { .. } if is_called_off(&it.ticket) => canceled,
        Move::Approve { step, from } => approving::wait(desk, it, step, from).await,
        // No runbook that waits for a team is begun.
        Move::Manual { .. } | Move::End(_) => canceled,
    }
}

/// Looks for a change that was asked for before. Nothing: it was not made, and can be asked for again; as long
/// as that cannot be told, it is not.
async fn look_for(desk: &Desk, it: &AtWork, step: &str) -> Result<Option<Said>, StoreError> {
    let Some(change) = it.book.change(step) else { return Ok(None) };
    Ok(match read(desk, it, change.read).await? {
        Said::Now(Answer::Read(known)) => {
            change.expect.hold(&known).then_some(Said::Now(Answer::Done))
        }
        Said::Now(_) => Some(Said::Now(Answer::Expired)),
        nothing @ (Said::Later(_) | Said::Waits) => Some(nothing),
    })
}

/// Asks the gate, writes down that a change is about to be made, and has it made.
async fn change(desk: &Desk, it: &AtWork, key: &StepKey, act: Act) -> Result<Said, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let stand = desk.modes(&mut writing, now).await?.of(&it.book.id).cloned();
    // A run goes on with the text it began with; what was signed since is another one.
    let is_same = desk.knowledge.book(&it.book.id).is_some_and(|book| book.digest == it.run.digest);
    let mode = stand.as_ref().map_or(Mode::Off, |stand| stand.for_ticket(it.run.ticket));
    let is_killed = stand.is_some_and(|stand| stand.held == Some(Held::KillSwitch));
    let age = now.duration_since(it.ticket.accepted_at).as_secs().max(0);
    let approvals = approving::given(&mut writing, it).await?;
    let attempt = Attempt {
        action: class(act),
        mode: if is_same { mode } else { mode.min(Mode::Shadow) },
        verified_seconds_ago: u32::try_from(age).unwrap_or(u32::MAX),
        approvals: approvals.clone(),
        ..it.run.attempt.clone()
    };
    // What was changed is taken back whatever the trust in it now, except where everything is switched off.
    let undo = Attempt { approvals, ..it.run.attempt.clone() };
    let attempt = if key.is_undo && !is_killed { undo } else { attempt };
    let permission = allow(&desk.knowledge, &attempt);
    let facts = json!({ "run": it.run.run, "act": act, "key": key.to_string(),
        "mode": attempt.mode, "gate": permission.verdict(), "attempts": it.run.attempts });
    note(&mut writing, it.run.ticket, EntryKind::StepBegun, facts, now).await?;
    writing.commit("step_begun").await?;
    let Permission::Given(warrant) = permission else { return Ok(Said::Now(Answer::Canceled)) };
    Ok(match execute::perform_step(&desk.ports, warrant, key, act, &it.target).await {
        Ok(()) => Said::Now(Answer::Done),
        Err(ActError::Later(why)) => Said::Later(why),
        Err(error @ (ActError::Refused(_) | ActError::NotConnected)) => {
            tracing::warn!(key = %key, error = ?error, "a step of a run was refused");
            Said::Now(Answer::Refused)
        }
    })
}

const fn class(act: Act) -> ActionClass {
    if act.can_be_taken_back() { ActionClass::Reversible } else { ActionClass::Irreversible }
}

/// The gravest thing a runbook does.
pub(crate) fn gravest(runbook: &Runbook) -> ActionClass {
    let changes = runbook.steps.iter().filter_map(|step| match &step.work {
        Work::Change(change) => Some(class(change.act)),
        _ => None,
    });
    changes.max().unwrap_or(ActionClass::ReadOnly)
}

/// Reads what every system that has it says, and what is known here.
async fn read(desk: &Desk, it: &AtWork, reading: Reading) -> Result<Said, StoreError> {
    let mut known = Known::new();
    let ports = desk.ports.reads.iter().filter(|port| port.readings().contains(&reading));
    let mut has_answered = false;
    for port in ports {
        let asked = tokio::time::timeout(execute::LONGEST_CALL, port.read(reading, &it.target));
        match fault::around("call_read", asked).await {
            Ok(Ok(more)) => known.extend(more),
            Ok(Err(ReadError::Later(why))) => return Ok(Said::Later(why)),
            Ok(Err(error @ (ReadError::Refused(_) | ReadError::NotOne(_)))) => {
                tracing::warn!(ticket = it.run.ticket, error = ?error, "a run could not read");
                return Ok(Said::Now(Answer::Refused));
            }
            Err(_) => return Ok(Said::Later("no answer in time".to_owned())),
        }
        has_answered = true;
    }
    // No system talks the agent out of what it knows itself.
    known.extend(own(desk, &it.ticket, reading).await?);
    Ok(Said::Now(if has_answered { Answer::Read(known) } else { Answer::Refused }))
}

/// What the agent knows itself: whether security has something open of this person.
async fn own(desk: &Desk, ticket: &Ticket, reading: Reading) -> Result<Known, StoreError> {
    let (Reading::Account, Some(person)) = (reading, ticket.owner.person) else {
        return Ok(Known::new());
    };
    let mut session = desk.store.read().await?;
    let all = tickets::newest_of(&mut session, person).await?;
    let is_compromised = all.iter().any(is_open_incident);
    let word = if is_compromised { "yes" } else { "no" };
    Ok(Known::from([(Fact::Compromise, word.to_owned())]))
}

fn is_open_incident(ticket: &Ticket) -> bool {
    let is_over = matches!(ticket.status, TicketStatus::Solved | TicketStatus::Closed);
    let triage = ticket.triage.as_deref().and_then(|it| serde_json::from_str::<Triage>(it).ok());
    let is_incident = ticket.submission.kind == SubmissionKind::SecurityReport
        || triage
            .is_some_and(|it| it.labels.iter().any(|it| it.scenario == Scenario::SecurityIncident));
    is_incident && !is_over
}

/// Ends a run: the employee hears what was done, and the decision that follows is opened.
async fn finish(desk: &Desk, it: &AtWork, end: &End<'_>, now: Timestamp) -> Result<(), StoreError> {
    let number = it.run.ticket;
    let mut writing = desk.store.write().await?;
    let as_decided = match summary(&it.book, end) {
        RunEnd::Stopped if approving::was_declined(&mut writing, it).await? => RunEnd::Declined,
        other => other,
    };
    let round = tickets::next_round(&mut writing, number).await?;
    runs::end(&mut writing, &it.run, as_decided, round, now).await?;
    approvals::give_up(&mut writing, number).await?;
    let facts = json!({ "run": it.run.run, "end": end.to_string(), "round": round });
    note(&mut writing, number, EntryKind::RunEnded, facts, now).await?;
    let deeds: Vec<_> = match end {
        End::Done => it.book.steps.iter().filter_map(deed).collect(),
        End::Stopped { .. } => Vec::new(),
    };
    if !deeds.is_empty() {
        // Read again: a team may have got it in between.
        let ticket = tickets::by_number(&mut writing, number).await?.ok_or(StoreError::Range)?;
        let status = if is_called_off(&ticket) { ticket.status } else { TicketStatus::Answered };
        tell(&mut writing, number, status, &EventKind::Done { deeds }, now).await?;
    }
    let is_well = matches!(as_decided, RunEnd::Done | RunEnd::Declined);
    if it.run.attempt.mode == Mode::Canary && !is_well {
        fall_back(&mut writing, it, end, now).await?;
    }
    let lane = if as_decided == RunEnd::Suspicious { Lane::Pressing } else { Lane::Ordinary };
    jobs::enqueue(&mut writing, &[Wanted { ticket: number, round, lane, at: now }]).await?;
    writing.commit("run_ended").await?;
    desk.bell.notify_one();
    desk.announce(it.ticket.owner.person);
    Ok(())
}

fn deed(step: &content::RunbookStep) -> Option<ticket::Deed> {
    match &step.work {
        Work::Change(change) => change.act.deed(),
        _ => None,
    }
}

/// The end as far as decisions need it.
fn summary(book: &Runbook, end: &End<'_>) -> RunEnd {
    let End::Stopped { at, why, .. } = end else { return RunEnd::Done };
    let step = book.steps.iter().find(|step| step.id == *at);
    let is_alarm = step
        .is_some_and(|step| matches!(&step.work, Work::Require(require) if require.for_security));
    if is_alarm && matches!(why, Why::NotSo(_)) { RunEnd::Suspicious } else { RunEnd::Stopped }
}

/// A runbook on trial stops itself with the first run that does not end well. That something is not as it
/// requires is no bad end.
async fn fall_back(
    writing: &mut Session,
    it: &AtWork,
    end: &End<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if matches!(end, End::Stopped { why: Why::NotSo(_) | Why::Canceled, .. } | End::Done) {
        return Ok(());
    }
    let change = Change {
        id: 0,
        at: now,
        runbook: Some(it.book.id.clone()),
        digest: Some(it.run.digest.clone()),
        mode: Mode::Shadow,
        share: None,
        reason: format!("on trial, ticket {}: {end}", it.run.ticket),
        made_by: "deskside-agent".to_owned(),
        signatures: Vec::new(),
    };
    let id = changes::add(writing, &change).await?;
    let facts: Value = json!({ "change": id, "runbook": it.book.id, "mode": Mode::Shadow,
        "ticket": it.run.ticket });
    let kind = EntryKind::ModeChanged;
    let draft = Draft { at: now, ticket: None, actor: Actor::Agent, kind, facts };
    trail::record(writing, draft).await
}

async fn note(
    writing: &mut Session,
    ticket: u32,
    kind: EntryKind,
    facts: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let draft = Draft { at: now, ticket: Some(ticket), actor: Actor::Agent, kind, facts };
    trail::record(writing, draft).await
}
