//! The real systems behind the ports of `connectors`. One file each: its configuration, what it reads, what
//! it changes, and how its errors are told. Reading and changing use different credentials.
//!
//! Another system: a file here with its configuration and one type for each port it has; a row in
//! [`SYSTEMS`]; a test against the system itself, or against what its vendor publishes, which the row says; a
//! field of the agent's configuration.

use content::{Act, Reading};
use serde::Serialize;

mod file;
mod ldap;
mod mail;
mod matrix;
mod pager;
mod posting;
mod request_tracker;
mod teams;
mod webhook;

pub use file::{FileError, secret};
pub use ldap::{Credentials, EntryGroups, Ldap, LdapConfig, LdapError, LdapKind, LdapWriter};
pub use mail::{Mail, MailConfig, MailError};
pub use matrix::{MatrixConfig, MatrixError};
pub use pager::{PagerConfig, PagerError, Pagers};
pub use posting::ClientError;
pub use request_tracker::{
    RequestTracker, RequestTrackerConfig, RequestTrackerError, RequestTrackerWriter, Statuses,
};
pub use teams::{ChatConfig, ChatError, Teams, TeamsError};
pub use webhook::{WebhookConfig, WebhookError};

/// A system that can be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct System {
    /// Its name.
    pub name: &'static str,
    /// What is read there.
    pub reads: &'static [Reading],
    /// What is changed there for runbooks.
    pub acts: &'static [Act],
    /// Whether teams are told there.
    pub tells_teams: bool,
    /// Whether who is on call is woken there.
    pub pages: bool,
    /// Whether teams work on tickets there.
    pub keeps_tickets: bool,
    /// What it was tried against.
    pub tried: Tried,
}

/// What a system was tried against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Itself, or a server that speaks the same.
    RealServer,
    /// What its vendor publishes of its interface.
    VendorDescription,
    /// Nothing: it was written from the documentation.
    DocumentationOnly,
}

/// Every one.
pub const SYSTEMS: [System; 8] = [
    System {
        name: "Active Directory (Samba 4)",
        reads: ldap::READS,
        acts: ldap::ACTS,
        tells_teams: false,
        pages: false,
        keeps_tickets: false,
        tried: Tried::RealServer,
    },
    System {
        name: "OpenLDAP 2.5 with ppolicy",
        reads: ldap::READS,
        acts: ldap::ACTS,
        tells_teams: false,
        pages: false,
        keeps_tickets: false,
        tried: Tried::RealServer,
    },
    System {
        name: "mail by SMTP (aiosmtpd)",
        reads: &[],
        acts: &[],
        tells_teams: true,
        pages: true,
        keeps_tickets: false,
        tried: Tried::RealServer,
    },
    System {
        name: "Request Tracker 5",
        reads: &[],
        acts: &[],
        tells_teams: false,
        pages: false,
        keeps_tickets: true,
        tried: Tried::RealServer,
    },
    System {
        name: "Matrix (Synapse)",
        reads: &[],
        acts: &[],
        tells_teams: true,
        pages: false,
        keeps_tickets: false,
        tried: Tried::RealServer,
    },
    System {
        name: "Slack, incoming webhook",
        reads: &[],
        acts: &[],
        tells_teams: true,
        pages: false,
        keeps_tickets: false,
        tried: Tried::DocumentationOnly,
    },
    System {
        name: "Teams, incoming webhook",
        reads: &[],
        acts: &[],
        tells_teams: true,
        pages: false,
        keeps_tickets: false,
        tried: Tried::DocumentationOnly,
    },
    System {
        name: "PagerDuty, Events API v2",
        reads: &[],
        acts: &[],
        tells_teams: false,
        pages: true,
        keeps_tickets: false,
        tried: Tried::DocumentationOnly,
    },
];
