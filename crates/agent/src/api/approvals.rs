use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use runbook::Objection;
use ticket::{ApprovalRequest, ApprovalWord, Problem, ProblemCode};

use super::{Body, Refusal};
use crate::auth::{Caller, FreshCaller};
use crate::desk::Desk;
use crate::refused::Subject;
use crate::runs::approving::{self, Spoken};

/// What the caller is asked to say yes or no to, oldest first.
#[utoipa::path(get, path = "/v1/approvals", operation_id = "list_approvals", tag = "approvals", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "What waits for them", body = Vec<ApprovalRequest>), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
) -> Result<Json<Vec<ApprovalRequest>>, Refusal> {
    let mut reading = desk.store.read().await?;
    Ok(Json(approving::waiting_for(&mut reading, &caller.person, Timestamp::now()).await?))
}

/// Says yes or no to what the caller was shown.
///
/// Needs a sign-in of the last five minutes; without, the answer is the challenge of RFC 9470. The word is final.
#[utoipa::path(post, path = "/v1/approvals/{id}", operation_id = "say_approval", tag = "approvals", request_body = ApprovalWord,
    params(("id" = u32, Path)), security(("token" = [], "installation" = [])),
    responses((status = 204, description = "It counts"), (status = 404, description = "They are not asked that", body = Problem),
        (status = 409, description = "It is decided, its time is over, or they were shown something else: list again", body = Problem),
        (status = "4XX", description = "Refused, with the reason as a code", body = Problem), (status = 503, description = "The directory does not say whether they may: try again", body = Problem)))]
pub(super) async fn say(
    State(desk): State<Arc<Desk>>,
    FreshCaller(caller): FreshCaller,
    id: Result<Path<u32>, PathRejection>,
    Body(word): Body<ApprovalWord>,
) -> Result<StatusCode, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    match approving::say(&desk, &caller.person, id, &word).await? {
        Spoken::Counts => Ok(StatusCode::NO_CONTENT),
        Spoken::NoSuch => Err(Refusal::not_found()),
        Spoken::Later => Err(Refusal::later(30)),
        Spoken::Objected(ticket, objection) => {
            let refusal = match objection {
                Objection::NotAsked => Refusal::not_found(),
                Objection::Own | Objection::MayNot => {
                    Refusal::new(StatusCode::FORBIDDEN, ProblemCode::NotAllowed)
                }
                Objection::Changed | Objection::Early | Objection::Over | Objection::Twice => {
                    Refusal::conflict()
                }
            };
            Err(refusal.about(Subject::Ticket(ticket)))
        }
    }
}
