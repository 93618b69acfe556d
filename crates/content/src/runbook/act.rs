use serde::{Deserialize, Serialize};

use ticket::Deed;

use super::Kind;

/// A change of the outside world that a runbook can ask for. This list is closed: no command, no script and
/// no address is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Lifts the lock of an account.
    UnlockAccount,
    /// Has the identity provider send its link to the channel that is registered there. Nothing of it
    /// passes through us.
    SendResetLink,
    /// Signs a person out everywhere.
    EndSessions,
    /// Puts a person into a group.
    AddToGroup,
    /// Takes a person out of a group.
    RemoveFromGroup,
    /// Gives an entry of the catalogue.
    Provision,
    /// Takes an entry of the catalogue away.
    Deprovision,
    /// Moves the end of an account by 90 days.
    ExtendAccount,
    /// Moves the end of an account back.
    RestoreAccountEnd,
    /// Has the record of a person taken over again.
    ResyncRecord,
    /// Sends the VPN profile to a managed device.
    SendVpnProfile,
    /// Has the device ask for a new user certificate.
    RenewCertificate,
    /// Orders the repair of a device.
    OrderRepair,
    /// Calls the repair off.
    CancelRepair,
    /// Puts a device aside to lend.
    ReserveLoaner,
    /// Gives that device back to the stock.
    ReleaseLoaner,
    /// Opens a case at security.
    OpenSecurityCase,
    /// Pages who is on call, once for a ticket.
    PageOnCall,
    /// Deletes what waits at a printer.
    ClearPrintQueue,
    /// Restarts a service that IT listed.
    RestartService,
    /// Plans a review.
    PlanReview,
}

impl Act {
    /// The inputs it needs.
    #[must_use]
    pub const fn on(self) -> &'static [Kind] {
        match self {
            Self::UnlockAccount
            | Self::SendResetLink
            | Self::EndSessions
            | Self::ExtendAccount
            | Self::RestoreAccountEnd
            | Self::ResyncRecord => &[Kind::Person],
            Self::AddToGroup | Self::RemoveFromGroup => &[Kind::Person, Kind::Group],
            Self::Provision | Self::Deprovision => &[Kind::Person, Kind::Entry],
            Self::SendVpnProfile | Self::RenewCertificate => &[Kind::Person, Kind::Device],
            Self::OrderRepair | Self::CancelRepair => &[Kind::Ticket, Kind::Device],
            Self::ReserveLoaner | Self::ReleaseLoaner => &[Kind::Ticket, Kind::Person],
            Self::OpenSecurityCase | Self::PlanReview => &[Kind::Ticket],
            Self::PageOnCall => &[Kind::Ticket, Kind::Team],
            Self::ClearPrintQueue => &[Kind::Printer],
            Self::RestartService => &[Kind::Service],
        }
    }

    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnlockAccount => "unlock_account",
            Self::SendResetLink => "send_reset_link",
            Self::EndSessions => "end_sessions",
            Self::AddToGroup => "add_to_group",
            Self::RemoveFromGroup => "remove_from_group",
            Self::Provision => "provision",
            Self::Deprovision => "deprovision",
            Self::ExtendAccount => "extend_account",
            Self::RestoreAccountEnd => "restore_account_end",
            Self::ResyncRecord => "resync_record",
            Self::SendVpnProfile => "send_vpn_profile",
            Self::RenewCertificate => "renew_certificate",
            Self::OrderRepair => "order_repair",
            Self::CancelRepair => "cancel_repair",
            Self::ReserveLoaner => "reserve_loaner",
            Self::ReleaseLoaner => "release_loaner",
            Self::OpenSecurityCase => "open_security_case",
            Self::PageOnCall => "page_on_call",
            Self::ClearPrintQueue => "clear_print_queue",
            Self::RestartService => "restart_service",
            Self::PlanReview => "plan_review",
        }
    }

    /// What the employee is told when it was done; nothing: it is of no use to them by itself.
    #[must_use]
    pub const fn deed(self) -> Option<Deed> {
        match self {
            Self::UnlockAccount => Some(Deed::AccountUnlocked),
            Self::SendResetLink => Some(Deed::ResetLinkSent),
            Self::EndSessions => Some(Deed::SessionsEnded),
            Self::AddToGroup | Self::Provision => Some(Deed::AccessGiven),
            Self::ExtendAccount => Some(Deed::AccountExtended),
            Self::ResyncRecord => Some(Deed::RecordRenewed),
            Self::SendVpnProfile => Some(Deed::VpnProfileSent),
            Self::RenewCertificate => Some(Deed::CertificateRenewed),
            Self::OrderRepair => Some(Deed::RepairOrdered),
            Self::ReserveLoaner => Some(Deed::LoanerReserved),
            Self::OpenSecurityCase => Some(Deed::SecurityCaseOpened),
            Self::PageOnCall => Some(Deed::OnCallPaged),
            Self::ClearPrintQueue => Some(Deed::PrintQueueCleared),
            Self::RestartService => Some(Deed::ServiceRestarted),
            Self::RemoveFromGroup
            | Self::Deprovision
            | Self::RestoreAccountEnd
            | Self::CancelRepair
            | Self::ReleaseLoaner
            | Self::PlanReview => None,
        }
    }

    /// Whether nothing is lost by it that cannot be had again, by another act or in time.
    #[must_use]
    pub const fn can_be_taken_back(self) -> bool {
        // People are woken, print jobs are gone, and who uses the service is cut off.
        !matches!(self, Self::PageOnCall | Self::ClearPrintQueue | Self::RestartService)
    }
}
