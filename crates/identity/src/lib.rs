//! The device's side of sign-in: OpenID Connect in the system browser (code + PKCE over a loopback
//! redirect, RFC 8252), refresh without a race, the OS keyring, and the key of this installation.
//!
//! Tokens live in this crate and in the OS keyring. They are never logged and never shown.

mod access;
mod attempt;
mod config;
mod discovery;
mod error;
mod exchange;
mod http;
mod identity;
mod installation;
mod keyring;
mod lock;
mod loopback;
mod page;
mod redirect;
mod session;
mod sign_in;
mod sign_out;

pub use access::AccessToken;
pub use config::{Freshness, ProviderConfig, SignInRequest};
pub use error::IdentityError;
pub use identity::{Clock, Identity};
pub use installation::InstallationKey;
pub use keyring::{Keyring, KeyringEntry};
pub use session::SignedIn;
pub use sign_out::Revocation;
