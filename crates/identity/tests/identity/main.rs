//! The device's side of sign-in against a real OpenID Provider.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod browser;
mod clocks;
mod company_network;
mod desk;
mod os_keyring;
mod session;
mod sign_in;
