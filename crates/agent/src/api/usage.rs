use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use ticket::{Problem, UsageReport};

use super::{Body, Refusal, tickets};
use crate::auth::Caller;
use crate::desk::Desk;
use crate::usage;

/// Tells how articles were used on a device.
///
/// Counts are added to sums that name nobody. Questions are those that the caller agreed to share. The same
/// report again changes nothing.
#[utoipa::path(post, path = "/v1/usage", operation_id = "report_usage", tag = "usage", request_body = UsageReport,
    security(("token" = [], "installation" = [])),
    responses((status = 204, description = "Taken"), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn report(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
    Body(report): Body<UsageReport>,
) -> Result<StatusCode, Refusal> {
    report.validate().map_err(tickets::unsound)?;
    usage::take(&desk, &caller, &report, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
