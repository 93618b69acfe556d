use serde::{Deserialize, Serialize};

/// What a request is about: the eight labels every part of the product shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Scenario {
    /// Passwords, sign-in, MFA enrolment, device recovery keys.
    PasswordResetLockout,
    /// Software, groups, shared mailboxes, licenses, rights, exports.
    SoftwareAccess,
    /// A question about how something is done.
    HowTo,
    /// Wi-Fi, cable, VPN, reaching a remote desktop.
    VpnConnectivity,
    /// A broken device, shared ones too.
    HardwareFault,
    /// Anything that smells of compromise.
    SecurityIncident,
    /// A service or site down for many.
    Outage,
    /// An application that crashes and everything else.
    Other,
}

impl Scenario {
    /// Every label, in a fixed order.
    pub const ALL: [Self; 8] = [
        Self::PasswordResetLockout,
        Self::SoftwareAccess,
        Self::HowTo,
        Self::VpnConnectivity,
        Self::HardwareFault,
        Self::SecurityIncident,
        Self::Outage,
        Self::Other,
    ];

    /// The name used on the wire and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordResetLockout => "password_reset_lockout",
            Self::SoftwareAccess => "software_access",
            Self::HowTo => "how_to",
            Self::VpnConnectivity => "vpn_connectivity",
            Self::HardwareFault => "hardware_fault",
            Self::SecurityIncident => "security_incident",
            Self::Outage => "outage",
            Self::Other => "other",
        }
    }
}

/// The part of IT that owns a request; decides routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Domain {
    /// Rights, groups, licenses.
    Access,
    /// Laptops, phones, printers, docks.
    Endpoint,
    /// Programs and business systems.
    Application,
    /// Networks, servers, services for many.
    Infrastructure,
    /// Accounts, passwords, sign-in, compromise.
    Identity,
}

/// How much harm a wrong action could do. Ordered: `Low < Medium < High`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Risk {
    /// A safe standard case.
    Low,
    /// Something is missing, ambiguous or sensitive.
    Medium,
    /// A person decides before anything happens.
    High,
}

/// What produced a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum LabelSource {
    /// A rule under `knowledge/triage`.
    Rule,
    /// The statistical model.
    Model,
    /// The employee chose the guided help or said so.
    Employee,
    /// Nothing matched.
    Default,
}

/// A byte range of the request's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Why a label was given: the rule and the words it saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Reason {
    /// Id of the rule in `knowledge/triage`, or a fixed word for other sources.
    pub rule: String,
    /// Where in the text the evidence stands; absent when the evidence is not text.
    pub span: Option<Span>,
}

impl Reason {
    /// A reason and the words that show it, if words do.
    #[must_use]
    pub fn new(rule: &str, span: Option<Span>) -> Self {
        Self { rule: rule.to_owned(), span }
    }
}

/// One label with how sure we are and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Label {
    /// The label.
    pub scenario: Scenario,
    /// Between 0 and 1.
    pub confidence: f32,
    /// What produced it.
    pub source: LabelSource,
    /// The evidence.
    pub reasons: Vec<Reason>,
}
