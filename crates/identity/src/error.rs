use std::sync::Arc;

use jiff::SignedDuration;

/// Why an identity operation failed; shared, because everybody who waits for it gets it.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// What can go wrong between this device and the identity provider.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdentityError {
    /// The person closed, left or refused the sign-in page, or the app stopped waiting.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// A different sign-in, or another process of this app, is in the middle of its work.
    #[error("another sign-in or refresh is still running")]
    Busy,
    /// An answer did not fit the question: its issuer, nonce, audience, signature,
    /// strength or person.
    #[error("the answer of the identity provider does not match: {0}")]
    Mismatch(&'static str),
    /// No usable answer came from the provider. An existing session stays.
    #[error("the identity provider cannot be reached")]
    ProviderUnreachable(#[source] Cause),
    /// The certificate of the provider is not trusted by this device.
    #[error("the certificate of the identity provider is not trusted by this device")]
    CertificateUntrusted(#[source] Cause),
    /// The clock of this device is too far from the provider's for a sign-in to be checked.
    #[error("this device's clock is off by {} seconds", skew.as_secs())]
    ClockWrong {
        /// This clock minus the provider's: positive is ahead.
        skew: SignedDuration,
    },
    /// Nobody is signed in, or the provider has ended the session.
    #[error("nobody is signed in")]
    SignInNeeded,
    /// The keyring of the operating system exists and refused.
    #[error("the keyring refused to {action}")]
    Keyring {
        /// What was asked of it.
        action: &'static str,
        /// Its reason.
        source: Cause,
    },
    /// Something else on this device refused: the lock file or the loopback port.
    #[error("could not {action}")]
    Device {
        /// What was being done.
        action: &'static str,
        /// The system's reason.
        source: Cause,
    },
    /// The provider answered in a way the protocol or our configuration does not allow.
    #[error("unexpected answer of the identity provider: {0}")]
    Protocol(String),
}

impl IdentityError {
    pub(crate) fn device(action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Device { action, source: Arc::new(source) }
    }
}
