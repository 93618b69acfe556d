use jiff::Timestamp;
use ticket::TicketStatus;

use super::value::{from_word, millis, number, timestamp, word};
use super::{Connection, StoreError};
use crate::incidents::ReviewTask;

/// An incident as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) id: u32,
    /// What is broken, as closed words.
    pub(crate) fault: String,
    pub(crate) opened_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    /// From when it is over.
    pub(crate) review: Option<ReviewTask>,
}

/// A query for whole incidents.
macro_rules! incidents {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, fault, opened_at, closed_at, review_owner, review_due, reviewed_at ",
            $after
        )
    };
}

type Row = (i64, String, i64, Option<i64>, Option<String>, Option<i64>, Option<i64>);

fn read(
    (id, fault, opened_at, closed_at, owner, due_at, done_at): Row,
) -> Result<Incident, StoreError> {
    let review = owner.zip(due_at).map(|(owner, due_at)| {
        let done_at = done_at.map(timestamp).transpose()?;
        Ok::<_, StoreError>(ReviewTask { owner, due_at: timestamp(due_at)?, done_at })
    });
    Ok(Incident {
        id: number(id)?,
        fault,
        opened_at: timestamp(opened_at)?,
        closed_at: closed_at.map(timestamp).transpose()?,
        review: review.transpose()?,
    })
}

/// Opens one; gives its number.
pub(crate) async fn open(
    connection: &mut Connection,
    fault: &str,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let id: i64 =
        sqlx::query_scalar("INSERT INTO incidents (fault, opened_at) VALUES ($1, $2) RETURNING id")
            .bind(fault)
            .bind(millis(now))
            .fetch_one(connection)
            .await?;
    number(id)
}

/// The open one with this fault.
pub(crate) async fn open_of(
    connection: &mut Connection,
    fault: &str,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(incidents!(
        "SELECT",
        "FROM incidents WHERE fault = $1 AND closed_at IS NULL"
    ))
    .bind(fault)
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

pub(crate) async fn by_id(
    connection: &mut Connection,
    id: u32,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(incidents!("SELECT", "FROM incidents WHERE id = $1"))
        .bind(i64::from(id))
        .fetch_optional(connection)
        .await?;
    row.map(read).transpose()
}

/// The newest, newest first.
pub(crate) async fn newest(connection: &mut Connection) -> Result<Vec<Incident>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(incidents!("SELECT", "FROM incidents ORDER BY id DESC LIMIT 200"))
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(read).collect()
}

/// Ends one, and says who looks at how it went. False: there is none that is open.
pub(crate) async fn close(
    connection: &mut Connection,
    id: u32,
    review: &ReviewTask,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let closed = sqlx::query(
        "UPDATE incidents SET closed_at = $1, review_owner = $2, review_due = $3
         WHERE id = $4 AND closed_at IS NULL",
    )
    .bind(millis(now))
    .bind(&review.owner)
    .bind(millis(review.due_at))
    .bind(i64::from(id))
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() > 0)
}

/// Takes it down that somebody looked at how one went. False: nobody has to.
pub(crate) async fn end_review(
    connection: &mut Connection,
    id: u32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "UPDATE incidents SET reviewed_at = $1
         WHERE id = $2 AND review_owner IS NOT NULL AND reviewed_at IS NULL",
    )
    .bind(millis(now))
    .bind(i64::from(id))
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// One that should have been looked at by now; its team counts as reminded from now on.
pub(crate) async fn take_late_review(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(incidents!(
        "UPDATE incidents SET review_reminded = 1
         WHERE id = (SELECT min(id) FROM incidents
             WHERE review_due <= $1 AND reviewed_at IS NULL AND review_reminded = 0)
         RETURNING",
        ""
    ))
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// One that ended and whose end nobody was told yet; it counts as told from now on.
pub(crate) async fn take_untold(
    connection: &mut Connection,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> = sqlx::query_as(incidents!(
        "UPDATE incidents SET told = 1
         WHERE id = (SELECT min(id) FROM incidents WHERE closed_at IS NOT NULL AND told = 0)
         RETURNING",
        ""
    ))
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// Where a ticket stands and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) ticket: u32,
    pub(crate) status: TicketStatus,
    pub(crate) person: i64,
}

type PlaceRow = (i64, String, i64);

fn places(rows: Vec<PlaceRow>) -> Result<Vec<Place>, StoreError> {
    let place = |(ticket, status, person)| {
        Ok(Place { ticket: number(ticket)?, status: from_word(status)?, person })
    };
    rows.into_iter().map(place).collect()
}

/// The open tickets of people that were accepted since a moment with this fault and belong to no
/// incident, oldest first.
pub(crate) async fn with_fault(
    connection: &mut Connection,
    fault: &str,
    since: Timestamp,
) -> Result<Vec<Place>, StoreError> {
    let rows: Vec<PlaceRow> = sqlx::query_as(
        "SELECT number, status, person FROM tickets WHERE fault = $1 AND accepted_at >= $2
         AND incident IS NULL AND person IS NOT NULL AND status NOT IN ($3, $4) ORDER BY number",
    )
    .bind(fault)
    .bind(millis(since))
    .bind(word(&TicketStatus::Solved)?)
    .bind(word(&TicketStatus::Closed)?)
    .fetch_all(connection)
    .await?;
    places(rows)
}

/// The tickets of an incident, oldest first. Only people's belong to one.
pub(crate) async fn of_incident(
    connection: &mut Connection,
    incident: u32,
) -> Result<Vec<Place>, StoreError> {
    let rows: Vec<PlaceRow> = sqlx::query_as(
        "SELECT number, status, person FROM tickets
         WHERE incident = $1 AND person IS NOT NULL ORDER BY number",
    )
    .bind(i64::from(incident))
    .fetch_all(connection)
    .await?;
    places(rows)
}

/// Keeps the fault a ticket is about.
pub(crate) async fn set_fault(
    connection: &mut Connection,
    ticket: u32,
    fault: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET fault = $1 WHERE number = $2")
        .bind(fault)
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}

/// Says to which incident a ticket belongs.
pub(crate) async fn set_incident(
    connection: &mut Connection,
    ticket: u32,
    incident: u32,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE tickets SET incident = $1 WHERE number = $2")
        .bind(i64::from(incident))
        .bind(i64::from(ticket))
        .execute(connection)
        .await?;
    Ok(())
}
