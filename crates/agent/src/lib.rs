//! The central agent: takes in requests over HTTP, verifies who sends them, keeps them in a database,
//! and lets the pure crates decide what happens next. It trusts nothing it has not checked itself.

mod api;
mod at_desk;
mod auditing;
mod auth;
mod breaker;
mod budget;
mod case;
mod checkpoints;
mod config;
mod confirming;
mod contents;
mod counsel;
mod database;
mod desk;
mod enrolling;
mod execute;
mod fault;
mod gaps;
mod guarded;
mod incidents;
mod intake;
mod judge;
mod knowledge;
mod letters;
mod limits;
mod looking_back;
mod modes;
mod news;
mod outside;
mod own_account;
pub mod page;
mod peer;
mod personal;
mod portal;
mod queue;
mod record;
mod refused;
mod regroup;
mod replay;
mod replying;
mod running;
mod runs;
mod store;
mod suggest;
mod teamwork;
mod tidings;
mod timeline;
mod trust;
mod unowned;
mod usage;
mod words;
mod work;

pub use api::openapi;
pub use auditing::{AuditTrail, Broken, Checked, Wanted};
pub use checkpoints::{Checkpoints, CheckpointsError, make_key};
pub use config::{Config, ConfigError, IncidentConfig, ModelConfig, PortalConfig};
pub use contents::{Changed, ContentVersion, Contents, ContentsError, FileChange, other_content};
pub use database::{Database, DatabaseError};
pub use gaps::{Gap, GapsError, gaps};
pub use incidents::{IncidentRecord, Incidents, ReviewTask};
pub use judge::{Judge, Judgement};
pub use knowledge::KnowledgeError;
pub use limits::Limits;
pub use looking_back::{Happened, LookBack, Moment, Part, Seen};
pub use modes::{Held, SignError, Stand};
pub use personal::{
    ConfirmationRecord, Erasure, Identity, Personal, PersonalData, PersonalError, Whose,
};
pub use portal::PortalError;
pub use queue::{Labelled, Lane, Queue, QueueError, Waiting};
pub use record::{
    LabelRecord, MachineWritten, MoveRecord, ReasonRecord, Record, Records, RunRecord, Trail,
    Verified,
};
pub use replay::{ReplayError, Replayed, replay};
pub use running::{AgentError, Roles, Running, start, start_with};
pub use store::{FileError, StoreError};
pub use suggest::{SuggestError, Suggestion, suggest};
pub use teamwork::{Teamwork, TeamworkError, Verdict, VerdictSum};
pub use trust::{Entry, Trust, TrustError, Trusted, Wish};
pub use usage::{UsageSum, usage};
