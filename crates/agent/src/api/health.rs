use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ticket::{Problem, ProblemCode};

use super::Refusal;
use crate::desk::Desk;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 204, description = "Done")))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers too.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 204, description = "Done"), (status = 503, description = "Not now", body = Problem)))]
pub(super) async fn ready(State(desk): State<Arc<Desk>>) -> Result<StatusCode, Refusal> {
    match desk.store.is_there().await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Internal))
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "health", responses((status = 200, description = "As it is now")))]
pub(super) async fn openapi() -> Json<&'static utoipa::openapi::OpenApi> {
    Json(super::openapi())
}
