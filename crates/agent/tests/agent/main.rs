//! The agent over real HTTP, with a real issuer of tokens.

// Clippy knows a test by its attribute; the helpers here are tests too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod accepting;
mod accessing;
mod acting;
mod approving;
mod auditing;
mod carrying;
mod check;
mod contents;
mod counsel;
mod coverage;
mod deciding;
mod desk;
mod eval;
mod events;
mod facts;
mod faults;
mod gaps;
mod home;
mod incidents;
mod installations;
mod issuer;
mod killed;
mod letters;
mod openapi;
mod personal;
mod policy;
mod portal;
mod postgres;
mod queue;
mod refusals;
mod regrouping;
mod reports;
mod runbook;
mod sign_in;
mod signers;
mod sqlite;
mod teamwork;
mod usage;
mod world;
