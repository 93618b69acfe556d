//! What happens when somebody is turned away: a closed reason in the audit trail, nothing but a
//! code for the sender.

mod written;

use audit::EntryKind;
use axum::http::StatusCode;
use serde::Serialize;
use ticket::ProblemCode;
use uuid::Uuid;

use crate::api::Refusal;
use crate::auth::{KeysError, SignatureFault, TokenFault};

pub(crate) use written::{own_up, saw_installation, saw_person, tally, write_down};

/// Why a request was turned away. Goes to the audit trail, never to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Reason {
    SignIn(SignInReason),
    Token(TokenFault),
    Signature(SignatureFault),
    /// What the sender is told says it all.
    Code(ProblemCode),
}

/// What is wrong with a sign-in whose token is good, or not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignInReason {
    /// There is no access token.
    Missing,
    /// It is too old or too weak.
    NotFresh,
    /// The person revoked an installation since.
    Revoked,
}

/// What was asked for, where it has a number of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    Ticket(u32),
    Installation(Uuid),
}

/// What a response says about a request that was turned away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TurnedAway {
    pub(crate) reason: Reason,
    pub(crate) subject: Option<Subject>,
}

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

impl Reason {
    const fn kind(self) -> EntryKind {
        match self {
            Self::SignIn(SignInReason::Missing) | Self::Token(_) => EntryKind::SignInRefused,
            Self::SignIn(SignInReason::NotFresh | SignInReason::Revoked)
            | Self::Signature(_)
            | Self::Code(_) => EntryKind::Refused,
        }
    }
}

impl From<SignInFault> for Refusal {
    fn from(fault: SignInFault) -> Self {
        match fault {
            SignInFault::Missing => {
                Self::sign_in_needed("Bearer").because(Reason::SignIn(SignInReason::Missing))
            }
            SignInFault::Token(fault) => {
                Self::sign_in_needed("Bearer error=\"invalid_token\"").because(Reason::Token(fault))
            }
            SignInFault::Keys(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ProviderUnreachable)
            }
        }
    }
}

impl From<SignatureFault> for Refusal {
    fn from(fault: SignatureFault) -> Self {
        let code = match fault {
            SignatureFault::Time => ProblemCode::ClockWrong,
            SignatureFault::Malformed | SignatureFault::Digest => ProblemCode::Malformed,
            SignatureFault::Missing
            | SignatureFault::UnknownInstallation
            | SignatureFault::Signature => ProblemCode::NotAllowed,
        };
        Self::new(StatusCode::UNAUTHORIZED, code).because(Reason::Signature(fault))
    }
}

/// Turns away a request that needs a fresher or stronger sign-in.
pub(crate) fn not_fresh(challenge: &str) -> Refusal {
    Refusal::fresh_sign_in_needed(challenge).because(Reason::SignIn(SignInReason::NotFresh))
}

/// Turns away an old session of a person who revoked an installation since.
pub(crate) fn revoked(challenge: &str) -> Refusal {
    Refusal::fresh_sign_in_needed(challenge).because(Reason::SignIn(SignInReason::Revoked))
}

/// Turns away somebody who asks for their own with a good token, but not at an installation of
/// theirs. Another enrollment may heal it.
pub(crate) fn without_installation(fault: SignatureFault) -> Refusal {
    match fault {
        SignatureFault::Missing | SignatureFault::UnknownInstallation => {
            Refusal::new(StatusCode::FORBIDDEN, ProblemCode::NotAllowed)
                .because(Reason::Signature(fault))
        }
        SignatureFault::Malformed
        | SignatureFault::Digest
        | SignatureFault::Time
        | SignatureFault::Signature => fault.into(),
    }
}
