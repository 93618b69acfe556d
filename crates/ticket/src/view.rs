use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Cause, Stage, StatusEvent, TicketStatus, Verification};

/// A possible answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct QuickAnswer {
    /// Sent back.
    pub id: String,
    /// Shown, in the language of the request.
    pub text: String,
}

/// The one question that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Question {
    /// Names the question in replies.
    pub id: String,
    /// Shown, in the language of the request.
    pub text: String,
    /// Answers to choose from; free text is always possible.
    pub answers: Vec<QuickAnswer>,
}

impl Question {
    /// The same without its texts: they may quote what a person wrote.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let nameless = |it: &QuickAnswer| QuickAnswer { id: it.id.clone(), text: String::new() };
        Self {
            id: self.id.clone(),
            text: String::new(),
            answers: self.answers.iter().map(nameless).collect(),
        }
    }
}

/// What the company's systems say of somebody and of the device they ask from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerFacts {
    /// Their account; absent where it is not known.
    pub account: Option<AccountState>,
    /// Whether they may use the VPN.
    pub vpn_access: Option<bool>,
    /// Whether that device meets the company's rules.
    pub device_compliant: Option<bool>,
}

/// What the company's directory says of somebody's own account; what it does not say is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct OwnAccount {
    /// Where it stands.
    pub state: Option<AccountState>,
    /// The next sign-in asks for a new password.
    pub must_change_password: bool,
    /// From then on the next sign-in asks for a new password.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = Option<String>))]
    pub password_expires_at: Option<Timestamp>,
    /// From then on it cannot be used.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = Option<String>))]
    pub expires_at: Option<Timestamp>,
    /// Names of the groups it is in by itself, in their order.
    pub groups: Vec<String>,
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum AccountState {
    /// It can be used.
    Active,
    /// Too many wrong passwords, or a risk was seen.
    Locked,
    /// Somebody switched it off.
    Disabled,
}

/// A fault that several people have now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct OpenIncident {
    /// Its number.
    pub id: u32,
    /// What is broken.
    pub cause: Cause,
    /// Where the path stops.
    pub stage: Stage,
    /// Since when the agent knows.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub since: Timestamp,
}

/// The agent's word that a submission is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Receipt {
    /// Id of the submission.
    pub submission: Uuid,
    /// Number of the ticket.
    pub number: u32,
    /// How well the agent knows who sent it.
    pub verification: Verification,
    /// The agent's clock at acceptance.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub accepted_at: Timestamp,
    /// Minutes until somebody or something answers.
    pub respond_within_minutes: u32,
}

/// A ticket as its owner sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct TicketView {
    /// Number of the ticket.
    pub number: u32,
    /// Id of the submission.
    pub submission: Uuid,
    /// First line of what was written.
    pub title: String,
    /// What was written.
    pub text: String,
    /// Where it stands.
    pub status: TicketStatus,
    /// Team that has it.
    pub team: Option<String>,
    /// The open question.
    pub question: Option<Question>,
    /// Everything that happened, oldest first.
    pub events: Vec<StatusEvent>,
}

/// What a reply does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum ReplyAction {
    /// Answers the open question with one of its quick answers.
    Choose {
        /// Id of the question.
        question: String,
        /// Id of the quick answer.
        answer: String,
    },
    /// Writes something.
    Write {
        /// The text.
        text: String,
    },
    /// It is solved.
    Solved,
    /// It is not solved; a person takes over.
    NotSolved,
}

impl ReplyAction {
    /// The same without what a person wrote.
    #[must_use]
    pub fn without_words(&self) -> Self {
        match self {
            Self::Write { .. } => Self::Write { text: String::new() },
            Self::Choose { .. } | Self::Solved | Self::NotSolved => self.clone(),
        }
    }
}

/// A reply to a ticket. Sending it again is the same reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reply {
    /// UUIDv7 made on the device.
    pub id: Uuid,
    /// What it does.
    pub action: ReplyAction,
}

/// Who the agent believes is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Me {
    /// Name to greet with.
    pub name: String,
    /// How well the agent knows them in this request.
    pub verification: Verification,
}

/// Enrolls the public key of an installation for the signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrollment {
    /// Id of the installation, made on the device; `keyid` in its signatures.
    pub id: Uuid,
    /// Ed25519 public key, base64 (standard alphabet, padded).
    pub public_key: String,
    /// Name of the device, shown in the list of installations.
    pub device_name: String,
}

/// An enrolled installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Installation {
    /// Its id, `keyid` in signatures.
    pub id: Uuid,
    /// Name of the device.
    pub device_name: String,
    /// When it was enrolled, the agent's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub enrolled_at: Timestamp,
    /// Whether it is the one asking.
    pub is_this: bool,
}
