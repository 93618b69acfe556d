use std::{error::Error, io, time::Duration};

use rustls::Error as TlsError;
use ticket::ProblemCode;

use crate::StepUp;

/// Why the agent did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No answer: no network, no agent, or not in time.
    #[error("the agent cannot be reached")]
    Unreachable(#[source] Option<reqwest::Error>),
    /// The server's certificate is not trusted by this device.
    #[error("the certificate of the agent is not trusted")]
    CertificateUntrusted,
    /// The agent answered that it will not.
    #[error("the agent refused: {code:?}, status {status} (reference {reference})")]
    Refused {
        /// Why.
        code: ProblemCode,
        /// Finds the refusal in the agent's logs; empty if something in between answered.
        reference: String,
        /// Status of the answer.
        status: u16,
        /// How long the agent asks to wait.
        retry_after: Option<Duration>,
        /// The sign-in the agent asks for.
        step_up: Option<StepUp>,
    },
    /// An answer that the agent does not give: a sign-in page in its place, or another program.
    #[error("the answer is not the agent's: {0}")]
    Protocol(&'static str),
}

impl ClientError {
    pub(crate) fn of_transport(error: reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::Protocol("the request cannot be built");
        }
        if is_untrusted(&error) {
            return Self::CertificateUntrusted;
        }
        Self::Unreachable(Some(error.without_url()))
    }

    /// Whether the same request may succeed later as it is: the network, the agent or something in
    /// between was at fault, or the sender was not recognized, which a sign-in, another enrollment or
    /// the right time heals. Nothing is given up for these.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::CertificateUntrusted | Self::Protocol(_) => true,
            Self::Refused { code, status, .. } => {
                *status >= 500
                    || matches!(status, 401 | 408 | 425 | 429)
                    || *code == ProblemCode::NotAllowed
            }
        }
    }

    /// Whether the same request may succeed after a sign-in. It must not be given up for this.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        let code = self.code();
        matches!(code, ProblemCode::SignInNeeded | ProblemCode::FreshSignInNeeded)
    }

    /// How long the agent asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Unreachable(_) | Self::CertificateUntrusted | Self::Protocol(_) => None,
        }
    }

    /// What a person is told.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Unreachable(_) | Self::Protocol(_) => ProblemCode::AgentUnreachable,
            Self::CertificateUntrusted => ProblemCode::CertificateUntrusted,
            Self::Refused { code, .. } => *code,
        }
    }
}

/// Looks for a refused certificate among the causes. An `io::Error` hides the error it carries
/// from `source()`, so it is opened by hand.
fn is_untrusted(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<TlsError>() {
        return matches!(error, TlsError::InvalidCertificate(_));
    }
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    carried.is_some_and(|carried| is_untrusted(carried)) || error.source().is_some_and(is_untrusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, code: ProblemCode, is_retryable: bool, needs_sign_in: bool) {
        let reference = String::new();
        let refused =
            ClientError::Refused { code, reference, status, retry_after: None, step_up: None };
        assert_eq!(refused.is_retryable(), is_retryable, "{refused}");
        assert_eq!(refused.needs_sign_in(), needs_sign_in, "{refused}");
    }

    #[test]
    fn tries_again_whatever_can_succeed_later() {
        check(400, ProblemCode::Malformed, false, false);
        check(401, ProblemCode::SignInNeeded, true, true);
        check(401, ProblemCode::FreshSignInNeeded, true, true);
        check(401, ProblemCode::ClockWrong, true, false);
        check(401, ProblemCode::NotAllowed, true, false);
        check(403, ProblemCode::NotAllowed, true, false);
        check(404, ProblemCode::NotFound, false, false);
        check(409, ProblemCode::Conflict, false, false);
        check(413, ProblemCode::TooLarge, false, false);
        check(429, ProblemCode::TooMany, true, false);
        check(500, ProblemCode::Internal, true, false);
        check(503, ProblemCode::AgentUnreachable, true, false);
        assert!(ClientError::Unreachable(None).is_retryable());
        assert!(ClientError::Protocol("a page").is_retryable());
    }
}
