use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use ticket::{OpenIncident, Problem};

use super::Refusal;
use crate::auth::Caller;
use crate::desk::Desk;
use crate::incidents;

/// The faults that several people have now, newest first.
#[utoipa::path(get, path = "/v1/incidents", tag = "tickets", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "Those that are open", body = Vec<OpenIncident>), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    _caller: Caller,
) -> Result<Json<Vec<OpenIncident>>, Refusal> {
    let mut reading = desk.store.read().await?;
    Ok(Json(incidents::open_now(&mut reading).await?))
}
