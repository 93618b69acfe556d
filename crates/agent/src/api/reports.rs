use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use ticket::{Problem, Receipt, Submission};

use super::{Body, Refusal, tickets};
use crate::auth::Reporter;
use crate::desk::Desk;

/// Sends a request or a security report without a sign-in.
///
/// Signed by an enrolled installation alone, and unverified whoever that is: it informs people,
/// who have to find out who it was. A token is not looked at.
#[utoipa::path(post, path = "/v1/reports", operation_id = "send_report", tag = "reports", request_body = Submission,
    security(("installation" = [])),
    responses((status = 201, description = "New", body = Receipt), (status = 200, description = "As it is now", body = Receipt),
        (status = 409, description = "Another content under the same id", body = Problem), (status = 429, description = "Too many, see Retry-After", body = Problem),
        (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn send(
    State(desk): State<Arc<Desk>>,
    reporter: Reporter,
    Body(submission): Body<Submission>,
) -> Result<(StatusCode, Json<Receipt>), Refusal> {
    if !desk.reports.take(reporter.installation, Timestamp::now()) {
        return Err(Refusal::too_many(60));
    }
    tickets::accept(&desk, reporter.owner(), submission).await
}
