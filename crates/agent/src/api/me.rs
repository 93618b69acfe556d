use axum::Json;
use ticket::{Me, Problem};

use crate::auth::Caller;

/// Who the agent believes is asking.
#[utoipa::path(get, path = "/v1/me", tag = "people", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = Me), (status = "4XX", description = "Refused, with the reason as a code", body = Problem)))]
pub(super) async fn me(caller: Caller) -> Json<Me> {
    Json(Me { name: caller.person.name, verification: caller.verification })
}
