use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use ticket::{Problem, ProblemCode, Receipt, Reply, Submission, SubmissionError, TicketView};

use super::{Body, Refusal, body};
use crate::auth::{Caller, Sender};
use crate::desk::Desk;
use crate::intake::{self, Intake};
use crate::refused::Subject;
use crate::replying::{self, Replied};
use crate::store::tickets::{self, Owner};

/// Sends a request or a report.
///
/// The same submission again gives the same word again. Unverified if no installation of the
/// person signed it.
#[utoipa::path(post, path = "/v1/tickets", operation_id = "send_ticket", tag = "tickets", request_body = Submission,
    security(("token" = []), ("token" = [], "installation" = [])),
    responses((status = 201, description = "New", body = Receipt), (status = 200, description = "As it is now", body = Receipt),
        (status = 409, description = "Another content under the same id", body = Problem), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn send(
    State(desk): State<Arc<Desk>>,
    sender: Sender,
    Body(submission): Body<Submission>,
) -> Result<(StatusCode, Json<Receipt>), Refusal> {
    accept(&desk, sender.owner(), submission).await
}

/// The caller's tickets.
///
/// Newest first, at most 200.
#[utoipa::path(get, path = "/v1/tickets", operation_id = "list_tickets", tag = "tickets", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = Vec<TicketView>), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
) -> Result<Json<Vec<TicketView>>, Refusal> {
    let mut reading = desk.store.read().await?;
    let mut views = Vec::new();
    for ticket in tickets::newest_of(&mut reading, caller.person.id).await? {
        views.push(tickets::view(&mut reading, ticket).await?);
    }
    Ok(Json(views))
}

/// One of the caller's tickets.
#[utoipa::path(get, path = "/v1/tickets/{number}", operation_id = "show_ticket", tag = "tickets",
    params(("number" = u32, Path)), security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = TicketView), (status = 404, description = "Not there, or somebody else's", body = Problem),
        (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
    number: Result<Path<u32>, PathRejection>,
) -> Result<Json<TicketView>, Refusal> {
    let Path(number) = number.map_err(|_| Refusal::not_found())?;
    let mut reading = desk.store.read().await?;
    let ticket = tickets::owned(&mut reading, number, caller.person.id).await?;
    let ticket = ticket.ok_or_else(|| Refusal::not_found().about(Subject::Ticket(number)))?;
    Ok(Json(tickets::view(&mut reading, ticket).await?))
}

/// Replies to one of the caller's tickets.
///
/// The same reply again changes nothing.
#[utoipa::path(post, path = "/v1/tickets/{number}/replies", operation_id = "reply", tag = "tickets",
    params(("number" = u32, Path)), request_body = Reply, security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = TicketView), (status = 404, description = "Not there, or somebody else's", body = Problem),
        (status = 409, description = "Another content under the same id", body = Problem), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn reply(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
    number: Result<Path<u32>, PathRejection>,
    Body(reply): Body<Reply>,
) -> Result<Json<TicketView>, Refusal> {
    let Path(number) = number.map_err(|_| Refusal::not_found())?;
    let subject = Subject::Ticket(number);
    if !replying::is_sound(&reply) {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Refusal::new(status, ProblemCode::Malformed).about(subject));
    }
    match replying::take(&desk, (&caller).into(), number, reply, Timestamp::now()).await? {
        Replied::Taken(view) => Ok(Json(*view)),
        Replied::NotFound => Err(Refusal::not_found().about(subject)),
        Replied::Conflict => Err(Refusal::conflict().about(subject)),
    }
}

/// Checks and accepts a submission, whoever sends it.
pub(super) async fn accept(
    desk: &Arc<Desk>,
    owner: Owner,
    submission: Submission,
) -> Result<(StatusCode, Json<Receipt>), Refusal> {
    submission.validate().map_err(unsound)?;
    match intake::accept(desk, owner, submission, Timestamp::now()).await? {
        Intake::New(receipt) => Ok((StatusCode::CREATED, Json(receipt))),
        Intake::Known(receipt) => Ok((StatusCode::OK, Json(receipt))),
        Intake::Conflict => Err(Refusal::conflict()),
        Intake::TooMany => Err(Refusal::too_many(60)),
    }
}

pub(super) fn unsound(error: SubmissionError) -> Refusal {
    let code = match error {
        SubmissionError::Version => return body::unsupported_version(),
        SubmissionError::TooLong => ProblemCode::TooLarge,
        SubmissionError::Empty
        | SubmissionError::ControlCharacter
        | SubmissionError::Id
        | SubmissionError::Entry => ProblemCode::Malformed,
    };
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code)
}
