use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use ticket::{Enrollment, Installation, Problem};
use uuid::Uuid;

use super::{Body, Refusal};
use crate::auth::{Caller, FreshCaller, Presented, TokenHolder, challenge_since};
use crate::desk::Desk;
use crate::enrolling::{self, Enrolled, Proof};
use crate::peer::Peer;
use crate::refused::{self, Subject};
use crate::store::installations;

/// Enrolls an installation's key.
///
/// Signed with that key. With a token it is linked to the person, without it is good for unverified
/// requests and reports only. A person who revoked an installation must have signed in after that to
/// enroll it again or another one; otherwise the answer is the challenge of RFC 9470.
#[utoipa::path(post, path = "/v1/installations", operation_id = "enroll_installation", tag = "installations", request_body = Enrollment,
    security(("installation" = []), ("token" = [], "installation" = [])),
    responses((status = 201, description = "New", body = Installation), (status = 200, description = "As it is now", body = Installation),
        (status = 409, description = "Another content under the same id", body = Problem), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn enroll(
    State(desk): State<Arc<Desk>>,
    peer: Peer,
    presented: Presented,
    holder: Option<TokenHolder>,
    Body(enrollment): Body<Enrollment>,
) -> Result<(StatusCode, Json<Installation>), Refusal> {
    let now = Timestamp::now();
    let subject = Subject::Installation(enrollment.id);
    let Proof::Good(key) = enrolling::prove(&presented, &enrollment) else {
        return Err(Refusal::malformed().about(subject));
    };
    if holder.is_none() && !desk.takes_unowned(peer, now) {
        return Err(Refusal::too_many(60).about(subject));
    }
    match enrolling::enroll(&desk, holder.as_ref(), &enrollment, &key, now).await? {
        Enrolled::New(installation) => Ok((StatusCode::CREATED, Json(installation))),
        Enrolled::Known(installation) => Ok((StatusCode::OK, Json(installation))),
        Enrolled::OtherKey => Err(Refusal::conflict().about(subject)),
        Enrolled::Revoked(at) => Err(refused::revoked(&challenge_since(at, now)).about(subject)),
    }
}

/// The caller's installations, oldest first.
#[utoipa::path(get, path = "/v1/installations", operation_id = "list_installations", tag = "installations", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = Vec<Installation>), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
) -> Result<Json<Vec<Installation>>, Refusal> {
    let mut reading = desk.store.read().await?;
    let list = installations::list(&mut reading, caller.person.id, caller.installation).await?;
    Ok(Json(list))
}

/// Takes an installation away from the caller.
///
/// Needs a sign-in of the last five minutes; without, the answer is the challenge of RFC 9470.
#[utoipa::path(delete, path = "/v1/installations/{id}", operation_id = "revoke_installation", tag = "installations",
    params(("id" = Uuid, Path)), security(("token" = [], "installation" = [])),
    responses((status = 204, description = "Done"), (status = 404, description = "Not there, or somebody else's", body = Problem), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn revoke(
    State(desk): State<Arc<Desk>>,
    FreshCaller(caller): FreshCaller,
    id: Result<Path<Uuid>, axum::extract::rejection::PathRejection>,
) -> Result<StatusCode, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    if enrolling::revoke(&desk, &caller, id, Timestamp::now()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::not_found().about(Subject::Installation(id)))
    }
}
