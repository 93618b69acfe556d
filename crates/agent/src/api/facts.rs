use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use connectors::Asked;
use ticket::{Problem, ServerFacts};

use super::Refusal;
use crate::auth::Caller;
use crate::desk::Desk;
use crate::store::installations;

/// The app waits for this among checks that take seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the company's directory says of the caller and the device they ask from: nobody is told about
/// anybody else. What it does not know, or does not answer in time, is absent.
#[utoipa::path(get, path = "/v1/facts", tag = "people", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = ServerFacts), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn facts(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
) -> Result<Json<ServerFacts>, Refusal> {
    let Some(directory) = &desk.ports.directory else { return Ok(Json(ServerFacts::default())) };
    let mut reading = desk.store.read().await?;
    let device = installations::name_of(&mut reading, caller.installation).await?;
    drop(reading);
    let asked = Asked { subject: &caller.person.subject, device: device.as_deref() };
    let facts = match tokio::time::timeout(PATIENCE, directory.facts(asked)).await {
        Ok(Ok(facts)) => facts,
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "the directory was not read");
            ServerFacts::default()
        }
        Err(_) => ServerFacts::default(),
    };
    Ok(Json(facts))
}
