//! What happens when somebody is turned away: a closed reason in the audit trail, nothing but a
//! code for the sender.

use audit::{Actor, Draft, EntryKind};
use axum::extract::MatchedPath;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use ticket::ProblemCode;

use crate::api::Refusal;
use crate::auth::{KeysError, SignatureFault, TokenFault};
use crate::desk::Desk;
use crate::store;

/// Why nobody could be recognized.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInFault {
    #[error("no access token")]
    Missing,
    #[error("the access token was refused")]
    Token(TokenFault),
    #[error("the access token cannot be checked")]
    Keys(#[from] KeysError),
}

impl From<TokenFault> for SignInFault {
    fn from(fault: TokenFault) -> Self {
        Self::Token(fault)
    }
}

/// Turns away a request without a good access token.
pub(crate) async fn sign_in(desk: &Desk, parts: &Parts, fault: SignInFault) -> Refusal {
    match fault {
        SignInFault::Missing => {
            keep(desk, parts, EntryKind::SignInRefused, "missing").await;
            Refusal::sign_in_needed("Bearer")
        }
        SignInFault::Token(reason) => {
            keep(desk, parts, EntryKind::SignInRefused, reason).await;
            Refusal::sign_in_needed("Bearer error=\"invalid_token\"")
        }
        SignInFault::Keys(_) => {
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ProviderUnreachable)
        }
    }
}

/// Turns away a request that needs a fresher or stronger sign-in.
pub(crate) async fn not_fresh(desk: &Desk, parts: &Parts, challenge: &str) -> Refusal {
    keep(desk, parts, EntryKind::Refused, "not_fresh").await;
    Refusal::fresh_sign_in_needed(challenge)
}

/// Turns away a request whose signature is missing or wrong.
pub(crate) async fn signature(desk: &Desk, parts: &Parts, fault: SignatureFault) -> Refusal {
    keep(desk, parts, EntryKind::Refused, fault).await;
    let code = match fault {
        SignatureFault::Time => ProblemCode::ClockWrong,
        SignatureFault::Malformed | SignatureFault::Digest => ProblemCode::Malformed,
        SignatureFault::Missing
        | SignatureFault::UnknownInstallation
        | SignatureFault::Signature => ProblemCode::NotAllowed,
    };
    Refusal::new(StatusCode::UNAUTHORIZED, code)
}

/// Writes the refusal down. A flood of them is not allowed to fill the disk: beyond the budget of
/// a minute they are only logged.
async fn keep(desk: &Desk, parts: &Parts, kind: EntryKind, reason: impl Serialize) {
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let facts = json!({ "method": parts.method.as_str(), "route": route, "reason": reason });
    tracing::info!(%facts, "a request was turned away");
    let now = Timestamp::now();
    if !desk.refusals.take((), now) {
        return;
    }
    let draft = Draft { at: now, ticket: None, actor: Actor::System, kind, facts };
    let written = async {
        let mut writing = desk.store.write().await?;
        store::audit::record(&mut writing, draft).await?;
        Ok::<_, store::StoreError>(writing.commit().await?)
    };
    if let Err(error) = written.await {
        tracing::error!(%error, "a refusal could not be audited");
    }
}
