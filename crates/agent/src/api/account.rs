use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use ticket::{OwnAccount, Problem};

use super::Refusal;
use crate::auth::Caller;
use crate::desk::Desk;
use crate::own_account::{self, Told};

/// What the company's directory says of the caller's own account.
///
/// Nobody is told about anybody else, and each look is in the audit trail. What the directory does not know is absent.
#[utoipa::path(get, path = "/v1/account", tag = "people", security(("token" = [], "installation" = [])),
    responses((status = 200, description = "As it is now", body = OwnAccount), (status = "4XX", description = "Refused, with the reason as a code", body = Problem),
        (status = 503, description = "The directory does not answer: try again", body = Problem)))]
pub(super) async fn account(
    State(desk): State<Arc<Desk>>,
    caller: Caller,
) -> Result<Json<OwnAccount>, Refusal> {
    let by = Some(caller.installation);
    match own_account::show(&desk, &caller.person, by, Timestamp::now()).await? {
        Told::Known(account) => Ok(Json(account)),
        Told::Nothing => Ok(Json(OwnAccount::default())),
        Told::Later => Err(Refusal::later(30)),
    }
}
