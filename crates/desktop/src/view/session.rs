//! Who is signed in, and what works.

use serde::{Deserialize, Serialize};
use specta::Type;
use ticket::Installation;

/// Where the sign-in stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody is signed in.
    SignedOut,
    /// The browser is open.
    SigningIn,
    /// Somebody is signed in.
    SignedIn,
}

/// Who is signed in and what works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SessionView {
    /// Where the sign-in stands.
    pub state: SessionState,
    /// Name to greet with.
    pub name: Option<String>,
    /// Whether the agent answers.
    pub online: bool,
    /// No keyring: the sign-in lasts only until the app is closed.
    pub memory_only: bool,
    /// No keyring: unsent requests are protected by a key in a file.
    pub file_key: bool,
    /// Unsent requests and reports.
    pub unsent: u32,
    /// Unsent requests of people who are not signed in now; they leave when these are back.
    pub unsent_of_others: u32,
    /// Requests sealed with a key that is not here now, for example because the keyring is locked.
    pub sealed: u32,
    /// Requests that can no longer be read and were put aside.
    pub damaged: u32,
    /// The agent asked for a recent sign-in before it takes anything more (RFC 9470).
    pub needs_sign_in: bool,
}

/// What is done with unsent requests when signing out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnsentChoice {
    /// They stay, locked, until the same person signs in again.
    Keep,
    /// They are deleted.
    Delete,
}

/// Whether the sign-out happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SignOutOutcome {
    /// Done; the refresh token is revoked where the provider could be reached.
    SignedOut {
        /// Whether the provider confirmed the revocation.
        revoked: bool,
    },
    /// Unsent requests: ask what to do with them.
    AskUnsent {
        /// How many.
        unsent: u32,
    },
}

/// The enrolled installations of the signed-in person.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InstallationsView {
    /// All of them.
    pub installations: Vec<Installation>,
}
