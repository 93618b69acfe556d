use serde::{Deserialize, Serialize};

/// Something that was done for the employee, and seen to be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Deed {
    /// Their account is not locked any more.
    AccountUnlocked,
    /// The identity provider sent them its link.
    ResetLinkSent,
    /// They are signed out everywhere.
    SessionsEnded,
    /// They have the access they asked for.
    AccessGiven,
    /// Their account ends later.
    AccountExtended,
    /// Other systems have what the directory says of them.
    RecordRenewed,
    /// Their device has the VPN profile.
    VpnProfileSent,
    /// Their device has a new certificate.
    CertificateRenewed,
    /// The repair of their device is ordered.
    RepairOrdered,
    /// Another device is put aside for them.
    LoanerReserved,
    /// Security has a case of it.
    SecurityCaseOpened,
    /// Who is on call was paged.
    OnCallPaged,
    /// Nothing waits at the printer any more.
    PrintQueueCleared,
    /// The service was restarted.
    ServiceRestarted,
}
