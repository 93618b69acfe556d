//! A ticket as the help desk receives it: everything that is known, with reasons and proof.

use audit::Entry;
use content::Answer;
use decision::{Decision, RunEnd, Step};
use jiff::{SignedDuration, Timestamp};
use policy::Mode;
use serde::Serialize;
use ticket::{
    DetailGroup, DeviceReport, Finding, Label, LabelSource, ReportedDiagnosis, Scenario,
    StatusEvent, SubmissionKind, SupportCode, TicketStatus, TriedStep, Verification,
};
use triage::Triage;
use uuid::Uuid;

use crate::case;
use crate::config::Config;
use crate::store::runs::{self, Kept};
use crate::store::tickets::{self, Ticket};
use crate::store::{
    Reader, Session, StoreError, advice, audit as trail, desk_tickets, events, jobs, people,
};

/// A ticket with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Number of the ticket.
    pub number: u32,
    /// Id of the submission.
    pub submission: Uuid,
    /// Request or security report.
    pub kind: SubmissionKind,
    /// The agent's clock at acceptance.
    pub accepted_at: Timestamp,
    /// What was written; empty if `is_erased`. Untrusted.
    pub text: String,
    /// Whether its sender was erased: what they wrote is gone.
    pub is_erased: bool,
    /// Language of the employee's app.
    pub locale: String,
    /// How to call back somebody who was not signed in. Untrusted.
    pub contact: Option<String>,
    /// Where it stands.
    pub status: TicketStatus,
    /// Team that has it.
    pub team: Option<String>,
    /// Its id at the company's help desk, once it is there.
    pub desk_ticket: Option<String>,
    /// Until when somebody answers.
    pub respond_by: Timestamp,
    /// The five lines a team reads first; empty until it is decided.
    pub summary: Vec<String>,
    /// What a connected model wrote about it, for people to read with care.
    pub machine_written: Option<MachineWritten>,
    /// Who sent it and how well that is known.
    pub verified: Verified,
    /// The device, as reported.
    pub device: Option<DeviceReport>,
    /// What the checks found, as reported.
    pub findings: Vec<Finding>,
    /// What the app's diagnosis named, as reported.
    pub diagnosis: Option<ReportedDiagnosis>,
    /// What was tried, as reported.
    pub tried: Vec<TriedStep>,
    /// What the employee took out.
    pub removed: Vec<DetailGroup>,
    /// Whether the app had no article that seemed to answer it: a gap in the knowledge. As reported.
    pub documentation: bool,
    /// What it is about, the primary label first.
    pub labels: Vec<LabelRecord>,
    /// The newest decision with its reasons.
    pub decision: Option<Decision>,
    /// What was carried out for it, in this order.
    pub runs: Vec<RunRecord>,
    /// The timeline the employee sees.
    pub events: Vec<StatusEvent>,
    /// The chain of everything that was done.
    pub audit: Trail,
}

/// A runbook that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRecord {
    /// Its id.
    pub runbook: String,
    /// How far it was trusted when it began.
    pub mode: Mode,
    /// How it ended; absent: it is at work.
    pub end: Option<RunEnd>,
    /// What was made of each move.
    pub moves: Vec<MoveRecord>,
}

/// A move of a runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveRecord {
    /// When it was over.
    pub at: Timestamp,
    /// The move: `read look`.
    pub made: String,
    /// What the outside answered.
    pub answer: Answer,
}

/// Words of a language model. Untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineWritten {
    /// Which model.
    pub model: String,
    /// Version of the words it was asked with.
    pub prompt: u32,
    /// One line.
    pub summary: String,
}

/// Who sent a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How well the agent knows.
    pub level: Verification,
    /// The identity provider.
    pub issuer: Option<String>,
    /// The person there.
    pub subject: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// The installation whose signature was good.
    pub installation: Option<Uuid>,
    /// The code that the person sees on that device.
    pub support_code: Option<String>,
}

/// A label with the words it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelRecord {
    /// The label.
    pub scenario: Scenario,
    /// Between 0 and 1.
    pub confidence: f32,
    /// What produced it.
    pub source: LabelSource,
    /// Why.
    pub reasons: Vec<ReasonRecord>,
}

/// Why a label was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonRecord {
    /// Id of the rule.
    pub rule: String,
    /// The words it saw. Untrusted.
    pub words: Option<String>,
}

/// An audit chain and whether it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trail {
    /// Whether every entry follows the one before it unchanged.
    pub verified: bool,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
}

/// The records of a database, read beside a running agent.
#[derive(Debug, Clone)]
pub struct Records(Reader);

impl Records {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// When there is none, or it or its key cannot be read.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        Ok(Self(Reader::open(config).await?))
    }

    /// A ticket by its number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(&self, number: u32) -> Result<Option<Record>, StoreError> {
        let mut reading = self.0.begin().await?;
        match tickets::by_number(&mut reading, number).await? {
            Some(ticket) => record(&mut reading, ticket).await.map(Some),
            None => Ok(None),
        }
    }

    /// The tickets from the device with this support code, newest first; at most 200.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn from_device(&self, code: SupportCode) -> Result<Vec<Record>, StoreError> {
        let mut reading = self.0.begin().await?;
        let tickets = tickets::of_device(&mut reading, code).await?;
        records(&mut reading, tickets).await
    }

    /// The newest tickets, newest first; at most 200.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn newest(&self) -> Result<Vec<Record>, StoreError> {
        let mut reading = self.0.begin().await?;
        let tickets = tickets::newest(&mut reading).await?;
        records(&mut reading, tickets).await
    }

    /// The chain of what belongs to no ticket: enrollments, refusals.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn general_trail(&self) -> Result<Trail, StoreError> {
        let mut reading = self.0.begin().await?;
        Ok(trail_of(trail::entries(&mut reading, None).await?))
    }
}

async fn records(reading: &mut Session, tickets: Vec<Ticket>) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    for ticket in tickets {
        records.push(record(reading, ticket).await?);
    }
    Ok(records)
}

pub(crate) async fn record(reading: &mut Session, ticket: Ticket) -> Result<Record, StoreError> {
    let number = ticket.number;
    let history = case::history(reading, number, ticket.round).await?;
    let decisions = jobs::decided(reading, number).await?;
    let respond_by = match ticket.respond_by {
        Some(at) => at,
        None => promised(&ticket)?,
    };
    Ok(Record {
        number,
        machine_written: advice::newest(reading, number).await?.map(|advice| MachineWritten {
            model: advice.model,
            prompt: advice.prompt,
            summary: advice.summary,
        }),
        verified: verified(reading, &ticket).await?,
        labels: labels(&ticket, &history)?,
        decision: decisions.into_iter().next_back().map(|last| last.decision),
        runs: runs_of(reading, number).await?,
        events: events::of_ticket(reading, number).await?,
        audit: trail_of(trail::entries(reading, Some(number)).await?),
        respond_by,
        accepted_at: ticket.accepted_at,
        status: ticket.status,
        team: ticket.team,
        desk_ticket: desk_tickets::of(reading, number).await?.map(|it| it.id),
        summary: ticket.summary.iter().flat_map(|it| it.lines()).map(str::to_owned).collect(),
        submission: ticket.submission.id,
        kind: ticket.submission.kind,
        is_erased: ticket.is_erased,
        text: ticket.submission.text,
        locale: ticket.submission.locale,
        contact: ticket.submission.contact,
        device: ticket.submission.device,
        findings: ticket.submission.findings,
        diagnosis: ticket.submission.diagnosis,
        tried: ticket.submission.tried,
        removed: ticket.submission.removed,
        documentation: ticket.submission.no_answer,
    })
}

async fn runs_of(reading: &mut Session, ticket: u32) -> Result<Vec<RunRecord>, StoreError> {
    let mut records = Vec::new();
    for Kept { run, runbook, attempt, end } in runs::of_ticket(reading, ticket).await? {
        let taken = runs::taken(reading, ticket, run).await?.into_iter();
        let moves = taken.map(|it| MoveRecord { at: it.at, made: it.made, answer: it.answer });
        records.push(RunRecord { runbook, mode: attempt.mode, end, moves: moves.collect() });
    }
    Ok(records)
}

fn promised(ticket: &Ticket) -> Result<Timestamp, StoreError> {
    let minutes = SignedDuration::from_mins(i64::from(ticket.respond_within_minutes));
    ticket.accepted_at.checked_add(minutes).map_err(|_| StoreError::Range)
}

async fn verified(reading: &mut Session, ticket: &Ticket) -> Result<Verified, StoreError> {
    let person = match ticket.owner.person {
        Some(person) => people::by_id(reading, person).await?,
        None => None,
    };
    let (issuer, subject, name) = match person {
        Some(person) => (Some(person.issuer), Some(person.subject), Some(person.name)),
        None => (None, None, None),
    };
    let level = ticket.owner.verification;
    let installation = ticket.owner.installation;
    let support_code = installation.map(|id| SupportCode::of(id).to_string());
    Ok(Verified { level, issuer, subject, name, installation, support_code })
}

fn labels(ticket: &Ticket, history: &[Step]) -> Result<Vec<LabelRecord>, StoreError> {
    let Some(triage) = &ticket.triage else { return Ok(Vec::new()) };
    let triage: Triage = serde_json::from_str(triage)?;
    let words = decision::words(&ticket.submission, history);
    Ok(triage.labels.into_iter().map(|label| quoted(label, &words)).collect())
}

pub(crate) fn quoted(label: Label, words: &str) -> LabelRecord {
    let quote = |span: ticket::Span| {
        let range = usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?;
        words.get(range).map(str::to_owned)
    };
    let reasons = label
        .reasons
        .into_iter()
        .map(|reason| ReasonRecord { rule: reason.rule, words: reason.span.and_then(quote) });
    LabelRecord {
        scenario: label.scenario,
        confidence: label.confidence,
        source: label.source,
        reasons: reasons.collect(),
    }
}

fn trail_of(entries: Vec<Entry>) -> Trail {
    Trail { verified: audit::verify(&entries).is_ok(), entries }
}
