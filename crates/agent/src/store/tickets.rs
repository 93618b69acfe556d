use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use ticket::{
    EventKind, Receipt, Submission, SubmissionKind, SupportCode, TicketStatus, TicketView,
    Verification,
};
use uuid::Uuid;

use super::keys::KeyId;
use super::rows::places;
use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, Session, StoreError, events, people};

/// Who a ticket belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The person; absent for what nobody in particular sent.
    pub(crate) person: Option<i64>,
    /// The installation whose signature was good.
    pub(crate) installation: Option<Uuid>,
    /// How well we know them.
    pub(crate) verification: Verification,
}

/// A ticket as stored.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) number: u32,
    pub(crate) owner: Owner,
    /// What was sent; without words if its sender was erased.
    pub(crate) submission: Submission,
    pub(crate) is_erased: bool,
    pub(crate) accepted_at: Timestamp,
    pub(crate) respond_within_minutes: u32,
    pub(crate) status: TicketStatus,
    pub(crate) round: u32,
    pub(crate) team: Option<String>,
    pub(crate) respond_by: Option<Timestamp>,
    pub(crate) summary: Option<String>,
    pub(crate) triage: Option<String>,
    /// The ticket it is a part of.
    pub(crate) parent: Option<u32>,
    /// The incident it belongs to.
    pub(crate) incident: Option<u32>,
}

/// A query for whole tickets. It names their columns: one that is added does not disturb who asked before.
macro_rules! tickets {
    ($which:literal) => {
        concat!(
            "SELECT tickets.number, tickets.person, tickets.installation, tickets.verification,
                 tickets.key, keys.wrapped, tickets.document, tickets.outline, tickets.accepted_at,
                 tickets.respond_within_minutes, tickets.status, tickets.round, tickets.team,
                 tickets.respond_by, tickets.summary, tickets.triage, tickets.parent, tickets.incident
             FROM tickets JOIN keys ON keys.id = tickets.key ",
            $which
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    person: Option<i64>,
    installation: Option<String>,
    verification: String,
    key: KeyId,
    wrapped: Option<Vec<u8>>,
    document: Vec<u8>,
    outline: String,
    accepted_at: i64,
    respond_within_minutes: i64,
    status: String,
    round: i64,
    team: Option<String>,
    respond_by: Option<i64>,
    summary: Option<Vec<u8>>,
    triage: Option<String>,
    parent: Option<i64>,
    incident: Option<i64>,
}

async fn opened(session: &mut Session, rows: Vec<Row>) -> Result<Vec<Ticket>, StoreError> {
    let mut tickets = Vec::new();
    for row in rows {
        tickets.push(Ticket::open(session, row).await?);
    }
    Ok(tickets)
}

fn document_place(submission: Uuid) -> String {
    format!("tickets.document {submission}")
}

fn summary_place(ticket: u32) -> String {
    format!("tickets.summary {ticket}")
}

impl Ticket {
    async fn open(session: &mut Session, row: Row) -> Result<Self, StoreError> {
        let installation = row.installation.map(|id| Uuid::parse_str(&id)).transpose();
        let ticket = number(row.number)?;
        let outline: Submission = serde_json::from_str(&row.outline)?;
        let place = document_place(outline.id);
        session.knows(row.key, row.wrapped.as_deref())?;
        session.knows_ticket(ticket, row.key);
        let document = session.open(row.key, &place, &row.document).await?;
        let summary = match row.summary {
            Some(summary) => session.open(row.key, &summary_place(ticket), &summary).await?,
            None => None,
        };
        Ok(Self {
            number: ticket,
            owner: Owner {
                person: row.person,
                installation: installation.map_err(|_| StoreError::Range)?,
                verification: from_word(row.verification)?,
            },
            is_erased: document.is_none(),
            submission: document.unwrap_or(outline),
            accepted_at: timestamp(row.accepted_at)?,
            respond_within_minutes: number(row.respond_within_minutes)?,
            status: from_word(row.status)?,
            round: number(row.round)?,
            team: row.team,
            respond_by: row.respond_by.map(timestamp).transpose()?,
            summary,
            triage: row.triage,
            parent: row.parent.map(number).transpose()?,
            incident: row.incident.map(number).transpose()?,
        })
    }

    /// The first line of what was written.
    pub(crate) fn title(&self) -> &str {
        let mut lines = self.submission.text.lines().map(str::trim);
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// The word given to the sender.
    pub(crate) fn receipt(&self) -> Receipt {
        let Self { accepted_at: at, respond_within_minutes, .. } = *self;
        let arrival = Arrival { at, respond_within_minutes };
        arrival.receipt(self.submission.id, self.number, self.owner.verification)
    }
}

/// What is written of a new ticket.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) owner: Owner,
    pub(crate) submission: &'a Submission,
    pub(crate) digest: &'a [u8],
    pub(crate) arrival: Arrival,
}

/// Writes new tickets, with one statement, and gives their numbers in the same order.
pub(crate) async fn insert(session: &mut Session, new: &[New<'_>]) -> Result<Vec<u32>, StoreError> {
    let people: BTreeSet<_> = new.iter().filter_map(|new| new.owner.person).collect();
    let people: Vec<_> = people.into_iter().collect();
    let of_people = people::keys_of(session, &people).await?;
    let statement = format!(
        "INSERT INTO tickets (submission, digest, person, installation, verification, key, document,
             outline, accepted_at, respond_within_minutes, status, kind)
         VALUES {} RETURNING submission, number",
        places(new.len(), 12)
    );
    // Nothing in it comes from anybody.
    let mut query = sqlx::query_as(AssertSqlSafe(statement));
    let mut keys = Vec::new();
    for New { owner, submission, digest, arrival } in new {
        let key = match owner.person {
            Some(person) => *of_people.get(&person).ok_or(StoreError::Range)?,
            None => session.new_key().await?,
        };
        keys.push(key);
        query = query
            .bind(submission.id.to_string())
            .bind(*digest)
            .bind(owner.person)
            .bind(owner.installation.map(|id| id.to_string()))
            .bind(word(&owner.verification)?)
            .bind(key)
            .bind(session.seal(key, &document_place(submission.id), *submission).await?)
            .bind(serde_json::to_string(&submission.without_words())?)
            .bind(millis(arrival.at))
            .bind(i64::from(arrival.respond_within_minutes))
            .bind(word(&TicketStatus::Received)?)
            .bind(word(&submission.kind)?);
    }
    // They come back in any order.
    let rows: Vec<(String, i64)> = query.fetch_all(&mut **session).await?;
    let rows: HashMap<_, _> = rows.into_iter().collect();
    let mut numbers = Vec::new();
    for (New { submission, .. }, key) in new.iter().zip(keys) {
        let row = rows.get(&submission.id.to_string()).ok_or(StoreError::Range)?;
        let number = number(*row)?;
        session.knows_ticket(number, key);
        session.makes(number);
        numbers.push(number);
    }
    Ok(numbers)
}

/// When a ticket came and what was promised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) at: Timestamp,
    pub(crate) respond_within_minutes: u32,
}

impl Arrival {
    /// The word given to the sender.
    pub(crate) const fn receipt(
        self,
        submission: Uuid,
        number: u32,
        verification: Verification,
    ) -> Receipt {
        let Self { at: accepted_at, respond_within_minutes } = self;
        Receipt { submission, number, verification, accepted_at, respond_within_minutes }
    }
}

/// Which of some submissions became a ticket.
pub(crate) async fn accepted(
    connection: &mut Connection,
    submissions: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    let statement = format!(
        "SELECT submission FROM tickets WHERE submission IN {}",
        places(1, submissions.len())
    );
    // Nothing in it comes from anybody.
    let mut query = sqlx::query_scalar(AssertSqlSafe(statement));
    for id in submissions {
        query = query.bind(id.to_string());
    }
    let rows: Vec<String> = query.fetch_all(connection).await?;
    rows.iter().map(|id| Uuid::parse_str(id).map_err(|_| StoreError::Range)).collect()
}

/// The ticket a submission became, with the digest of what was received.
pub(crate) async fn by_submission(
    session: &mut Session,
    id: Uuid,
) -> Result<Option<(Ticket, Vec<u8>)>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT number, digest FROM tickets WHERE submission = $1")
            .bind(id.to_string())
            .fetch_optional(&mut **session)
            .await?;
    let Some((row, digest)) = row else { return Ok(None) };
    Ok(by_number(session, number(row)?).await?.map(|ticket| (ticket, digest)))
}

pub(crate) async fn by_number(
    session: &mut Session,
    number: u32,
) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = sqlx::query_as(tickets!("WHERE tickets.number = $1"))
        .bind(i64::from(number))
        .fetch_optional(&mut **session)
        .await?;
    match row {
        Some(row) => Ticket::open(session, row).await.map(Some),
        None => Ok(None),
    }
}

/// The key that seals what belongs to a ticket.
pub(super) async fn key_of(connection: &mut Connection, number: u32) -> Result<KeyId, StoreError> {
    Ok(sqlx::query_scalar("SELECT key FROM tickets WHERE number = $1")
        .bind(i64::from(number))
        .fetch_one(connection)
        .await?)
}

/// This person's ticket of that number; somebody else's is not there.
pub(crate) async fn owned(
    session: &mut Session,
    number: u32,
    person: i64,
) -> Result<Option<Ticket>, StoreError> {
    let ticket = by_number(session, number).await?;
    Ok(ticket.filter(|ticket| ticket.owner.person == Some(person)))
}

/// A person's newest tickets, newest first.
pub(crate) async fn newest_of(
    session: &mut Session,
    person: i64,
) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(tickets!(
        "WHERE tickets.person = $1 ORDER BY tickets.number DESC LIMIT 200"
    ))
    .bind(person)
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// Every ticket of a person, oldest first.
pub(crate) async fn all_of(session: &mut Session, person: i64) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(tickets!("WHERE tickets.person = $1 ORDER BY tickets.number"))
            .bind(person)
            .fetch_all(&mut **session)
            .await?;
    opened(session, rows).await
}

/// Destroys the key of what was written, ends the ticket if it is open, and forgets what was received.
pub(crate) async fn erase(
    session: &mut Session,
    number: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = key_of(session, number).await?;
    session.destroy(key, now).await?;
    let nothing: &[u8] = &[];
    sqlx::query(
        "UPDATE tickets SET digest = $1, summary = NULL,
             status = CASE WHEN status IN ($2, $3) THEN status ELSE $3 END WHERE number = $4",
    )
    .bind(nothing)
    .bind(word(&TicketStatus::Solved)?)
    .bind(word(&TicketStatus::Closed)?)
    .bind(i64::from(number))
    .execute(&mut **session)
    .await?;
    Ok(())
}

/// A person's tickets that came before another one and since a moment, and were open at `now`.
pub(crate) async fn open_before(
    session: &mut Session,
    person: i64,
    before: u32,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(tickets!(
        "WHERE tickets.person = $1 AND tickets.number < $2 AND tickets.accepted_at >= $3
         AND (SELECT events.status FROM events WHERE events.ticket = tickets.number
              AND events.at <= $4 ORDER BY events.sequence DESC LIMIT 1) NOT IN ($5, $6)
         ORDER BY tickets.number DESC LIMIT 50"
    ))
    .bind(person)
    .bind(i64::from(before))
    .bind(millis(since))
    .bind(millis(now))
    .bind(word(&TicketStatus::Solved)?)
    .bind(word(&TicketStatus::Closed)?)
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// Says of which ticket another one is a part.
pub(crate) async fn set_parent(
    connection: &mut Connection,
    ticket: u32,
    parent: u32,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET parent = $1 WHERE number = $2")
        .bind(i64::from(parent))
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Labelled tickets that are open and that no person said anything about, oldest first.
pub(crate) async fn without_correction(session: &mut Session) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(tickets!(
        "WHERE tickets.triage IS NOT NULL AND tickets.status NOT IN ($1, $2)
         AND tickets.number NOT IN (SELECT corrections.ticket FROM corrections)
         ORDER BY tickets.number LIMIT 1000"
    ))
    .bind(word(&TicketStatus::Solved)?)
    .bind(word(&TicketStatus::Closed)?)
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// Every ticket that was accepted since then, oldest first.
pub(crate) async fn accepted_since(
    session: &mut Session,
    since: Timestamp,
) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(tickets!("WHERE tickets.accepted_at >= $1 ORDER BY tickets.number"))
            .bind(since.as_millisecond())
            .fetch_all(&mut **session)
            .await?;
    opened(session, rows).await
}

/// The newest tickets of everybody, newest first.
pub(crate) async fn newest(session: &mut Session) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(tickets!("ORDER BY tickets.number DESC LIMIT 200"))
        .fetch_all(&mut **session)
        .await?;
    opened(session, rows).await
}

/// The newest tickets that came from the device with this code, newest first.
pub(crate) async fn of_device(
    session: &mut Session,
    code: SupportCode,
) -> Result<Vec<Ticket>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(tickets!(
        "WHERE substr(tickets.installation, length(tickets.installation) - 9) = $1
         ORDER BY tickets.number DESC LIMIT 200"
    ))
    .bind(code.installation_suffix())
    .fetch_all(&mut **session)
    .await?;
    opened(session, rows).await
}

/// How many tickets of a kind an installation sent since a moment.
pub(crate) async fn count_since(
    connection: &mut Connection,
    installation: Uuid,
    kind: SubmissionKind,
    since: Timestamp,
) -> Result<u32, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM tickets
         WHERE installation = $1 AND accepted_at >= $2 AND kind = $3",
    )
    .bind(installation.to_string())
    .bind(millis(since))
    .bind(word(&kind)?)
    .fetch_one(connection)
    .await?;
    number(count)
}

/// Opens the next round of a ticket.
pub(crate) async fn next_round(
    connection: &mut Connection,
    ticket: u32,
) -> Result<u32, StoreError> {
    let round: i64 = sqlx::query_scalar(
        "UPDATE tickets SET round = round + 1 WHERE number = $1 RETURNING round",
    )
    .bind(i64::from(ticket))
    .fetch_one(connection)
    .await?;
    number(round)
}

/// Keeps what the text was understood as.
pub(crate) async fn set_triage(
    connection: &mut Connection,
    ticket: u32,
    triage: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET triage = $1 WHERE number = $2")
        .bind(triage)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps the five lines a team reads first.
pub(crate) async fn set_summary(
    session: &mut Session,
    ticket: u32,
    summary: &str,
) -> Result<(), StoreError> {
    let summary = session.seal_of(ticket, &summary_place(ticket), summary).await?;
    sqlx::query("UPDATE tickets SET summary = $1 WHERE number = $2")
        .bind(summary)
        .bind(i64::from(ticket))
        .execute(&mut **session)
        .await?;
    Ok(())
}

/// A ticket as its owner sees it.
pub(crate) async fn view(session: &mut Session, ticket: Ticket) -> Result<TicketView, StoreError> {
    let events = events::of_ticket(session, ticket.number).await?;
    let asked = events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Asked { question } => Some(question.clone()),
        _ => None,
    });
    Ok(TicketView {
        number: ticket.number,
        submission: ticket.submission.id,
        title: ticket.title().to_owned(),
        status: ticket.status,
        team: ticket.team,
        question: asked.filter(|_| ticket.status == TicketStatus::Question),
        events,
        text: ticket.submission.text,
    })
}
