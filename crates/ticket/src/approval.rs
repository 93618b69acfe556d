use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Deed};

/// As what somebody is asked whether something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum ApproverRole {
    /// The manager of who asks.
    Manager,
    /// Who answers for the system or group.
    Owner,
    /// A second person of IT.
    Peer,
    /// Whoever leads the incident.
    IncidentCommander,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum ApprovalOutcome {
    /// Everybody who was asked said yes.
    Given,
    /// Somebody said no.
    Refused,
    /// Nobody answered in time.
    Expired,
}

/// What the agent read before it asked, without changing anything: where it is not so any more at the yes, it asks
/// again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum ApprovalCheck {
    /// The employee's account is in use.
    AccountInUse,
    /// It has ended.
    AccountEnded,
    /// It is no administrator's.
    NoAdministrator,
    /// Nothing shows that somebody else uses it.
    NoSignOfOthers,
    /// Their role is one of those it is for.
    RoleFits,
    /// They do not have it yet.
    NotGiven,
    /// It is about data of customers, people or money.
    Sensitive,
}

/// What somebody is asked to say yes or no to; an item of `GET /v1/approvals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct ApprovalRequest {
    /// Its number.
    pub id: u32,
    /// Names what is shown: the word is for that alone.
    pub digest: String,
    /// As what they are asked.
    pub of: ApproverRole,
    /// Whether they are asked in the place of who has that role, who named them.
    #[serde(default)]
    pub is_delegate: bool,
    /// Name of the employee it would be done for.
    pub person: String,
    /// What the employee wrote.
    pub words: String,
    /// What would be done.
    pub deeds: Vec<Deed>,
    /// What they chose from the catalogue, where it is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// What was read before.
    #[serde(default)]
    pub checks: Vec<ApprovalCheck>,
    /// Whether all of it can be taken back.
    pub can_be_undone: bool,
    /// When they were asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub asked_at: Timestamp,
    /// Without a word until then nothing is done.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub until: Timestamp,
}

/// What they say; the body of `POST /v1/approvals/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct ApprovalWord {
    /// The digest of what they were shown.
    pub digest: String,
    /// Yes, or no.
    pub is_yes: bool,
}
