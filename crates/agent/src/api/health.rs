use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ticket::{Problem, ProblemCode};

use super::Refusal;
use crate::desk::Desk;

/// Who asks whether we are ready wants to hear it before it gives us up.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 204, description = "Done")))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers too.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 204, description = "Done"), (status = 503, description = "Not now", body = Problem)))]
pub(super) async fn ready(State(desk): State<Arc<Desk>>) -> Result<StatusCode, Refusal> {
    let error = match tokio::time::timeout(PATIENCE, desk.store.is_there()).await {
        Ok(Ok(())) => return Ok(StatusCode::NO_CONTENT),
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    tracing::error!(error, "not ready");
    Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Internal))
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "health", responses((status = 200, description = "As it is now")))]
pub(super) async fn openapi() -> Json<&'static utoipa::openapi::OpenApi> {
    Json(super::openapi())
}
