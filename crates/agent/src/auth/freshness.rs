use jiff::Timestamp;

use super::token::{Claims, SKEW_SECONDS};
use crate::config::Config;

/// A sign-in counts as fresh for this many seconds.
pub(crate) const FRESH_SECONDS: i64 = 300;

/// How strong a fresh sign-in must be, as configured.
#[derive(Debug, Clone)]
pub(crate) struct StepUp {
    acr: Option<String>,
    amr: Option<String>,
}

impl StepUp {
    pub(crate) fn new(config: &Config) -> Self {
        Self { acr: config.step_up_acr.clone(), amr: config.step_up_amr.clone() }
    }

    /// Whether somebody signed in within the last five minutes, and strongly enough.
    pub(crate) fn is_met(&self, claims: &Claims, now: Timestamp) -> bool {
        claims.auth_time.is_some_and(|at| is_recent(at, now)) && self.is_strong(claims)
    }

    /// The strength that is asked for.
    pub(crate) fn acr(&self) -> Option<&str> {
        self.acr.as_deref()
    }

    /// Whether a sign-in was strong enough, however long ago.
    pub(crate) fn is_strong(&self, claims: &Claims) -> bool {
        let has_acr = self.acr.as_ref().is_none_or(|wanted| claims.acr.as_ref() == Some(wanted));
        has_acr && self.amr.as_ref().is_none_or(|wanted| claims.used(wanted))
    }

    /// The challenge of RFC 9470. It knows no way to ask for a method, so a provider that is asked
    /// for one must tie it to the `acr`.
    pub(crate) fn challenge(&self) -> String {
        let challenge = sign_in_within(FRESH_SECONDS);
        match &self.acr {
            Some(acr) => format!("{challenge}, acr_values=\"{acr}\""),
            None => challenge,
        }
    }
}

/// The challenge of RFC 9470 for a sign-in later than a moment.
pub(crate) fn challenge_since(moment: Timestamp, now: Timestamp) -> String {
    sign_in_within(now.as_second().saturating_sub(moment.as_second()).max(0))
}

fn sign_in_within(seconds: i64) -> String {
    format!("Bearer error=\"insufficient_user_authentication\", max_age={seconds}")
}

/// Whether a sign-in, in seconds since the Unix epoch, was within the last five minutes.
pub(crate) fn is_recent(at: i64, now: Timestamp) -> bool {
    let age = now.as_second().saturating_sub(at);
    (-SKEW_SECONDS..=FRESH_SECONDS + SKEW_SECONDS).contains(&age)
}
