use serde::{Deserialize, Serialize};

/// Every way a request can fail that a person would answer differently. Texts live in the
/// message files of `ui/`, one per code: what happened, what we did, what you can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum ProblemCode {
    /// Nobody is signed in, or the sign-in has ended.
    SignInNeeded,
    /// A fresh or stronger sign-in is needed (RFC 9470).
    FreshSignInNeeded,
    /// The sign-in page was closed or refused.
    SignInCancelled,
    /// The answer of the identity provider did not match the question.
    SignInMismatch,
    /// The system's browser cannot be opened.
    BrowserUnavailable,
    /// The identity provider cannot be reached.
    ProviderUnreachable,
    /// This device's clock is too far off for a sign-in to be checked.
    ClockWrong,
    /// The agent cannot be reached.
    AgentUnreachable,
    /// The certificate of the server is not trusted by this device.
    CertificateUntrusted,
    /// The request is larger than the agent takes.
    TooLarge,
    /// The request is not in the form the agent takes.
    Malformed,
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// This person or installation may not do that.
    NotAllowed,
    /// Too many requests in a short time.
    TooMany,
    /// The same id was used for a different content.
    Conflict,
    /// This app is too old or too new for the agent.
    VersionUnsupported,
    /// Something on this device (disk, keyring) refused.
    DeviceStorage,
    /// A fault on our side; the reference finds it in the logs.
    Internal,
}

/// An error at a border: a code, and a reference that finds it in the logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?} (reference {reference})")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Problem {
    /// What went wrong.
    pub code: ProblemCode,
    /// Finds the occurrence in the logs of the side that reports it.
    pub reference: String,
}
