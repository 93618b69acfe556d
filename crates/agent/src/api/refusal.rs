use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ticket::{Problem, ProblemCode};
use uuid::Uuid;

use crate::refused::{Reason, Subject, TurnedAway};
use crate::store::StoreError;

/// An answer that is not what was asked for: a status, a code, and a reference into our logs.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    problem: Problem,
    challenge: Option<String>,
    retry_after: Option<u32>,
    turned_away: TurnedAway,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: ProblemCode) -> Self {
        let reference: String = Uuid::new_v4().simple().to_string().chars().take(8).collect();
        tracing::info!(%reference, ?code, %status, "refused");
        Self {
            status,
            problem: Problem { code, reference },
            challenge: None,
            retry_after: None,
            turned_away: TurnedAway { reason: Reason::Code(code), subject: None },
        }
    }

    /// With what the audit trail says of it, and the sender is not told.
    pub(crate) fn because(mut self, reason: Reason) -> Self {
        self.turned_away.reason = reason;
        self
    }

    /// With what it was about.
    pub(crate) fn about(mut self, subject: Subject) -> Self {
        self.turned_away.subject = Some(subject);
        self
    }

    pub(crate) fn malformed() -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound)
    }

    pub(crate) fn conflict() -> Self {
        Self::new(StatusCode::CONFLICT, ProblemCode::Conflict)
    }

    /// Try again after this many seconds.
    pub(crate) fn too_many(retry_after: u32) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooMany);
        Self { retry_after: Some(retry_after), ..refusal }
    }

    /// What it depends on does not answer: try again after this many seconds.
    pub(crate) fn later(retry_after: u32) -> Self {
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Internal);
        Self { retry_after: Some(retry_after), ..refusal }
    }

    /// With a challenge of RFC 6750.
    pub(crate) fn sign_in_needed(challenge: &str) -> Self {
        Self::challenging(ProblemCode::SignInNeeded, challenge)
    }

    /// With a challenge of RFC 9470.
    pub(crate) fn fresh_sign_in_needed(challenge: &str) -> Self {
        Self::challenging(ProblemCode::FreshSignInNeeded, challenge)
    }

    fn challenging(code: ProblemCode, challenge: &str) -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, code);
        Self { challenge: Some(challenge.to_owned()), ..refusal }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let refusal = Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal);
        let reference = &refusal.problem.reference;
        tracing::error!(%reference, error = ?error, "a request failed");
        refusal
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self.problem)).into_response();
        response.extensions_mut().insert(self.problem);
        response.extensions_mut().insert(self.turned_away);
        let challenge = self.challenge.and_then(|text| HeaderValue::try_from(text).ok());
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
