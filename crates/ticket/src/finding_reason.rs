use serde::{Deserialize, Serialize};

use crate::{EvidenceKey, Finding};

/// Why a check failed or could not tell: the values of [`EvidenceKey::ReasonWord`]. Closed, so that
/// the window has a text for each and the diagnosis can rest on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum FindingReason {
    /// No interface is up.
    NoLink,
    /// No interface has an address that leads anywhere.
    NoAddress,
    /// No default route.
    NoDefaultRoute,
    /// The router answers nothing, not even on its own cable.
    GatewaySilent,
    /// The router did not answer, and whether it is there cannot be seen from here.
    Unconfirmed,
    /// No name was resolved.
    Unresolved,
    /// Some names were resolved, others not.
    PartlyUnresolved,
    /// There is no name to resolve.
    NothingToResolve,
    /// The address to ask is not set.
    NotConfigured,
    /// The address to ask is neither HTTPS nor on this device.
    InsecureAddress,
    /// A sign-in page answers in place of the internet.
    CaptivePortal,
    /// Nothing answers.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The certificate's issuer is not trusted here.
    CertificateUntrusted,
    /// The certificate is past its end.
    CertificateExpired,
    /// The certificate begins in what this clock calls the future.
    CertificateNotYetValid,
    /// The certificate is for another name.
    CertificateWrongName,
    /// A server answered, but not what it should.
    UnexpectedAnswer,
    /// This clock and the server's differ.
    ClockOff,
    /// Answers, but much too late.
    Slow,
    /// A good part of what is sent gets lost.
    Lossy,
    /// Names lead to where they cannot lead, or exist that cannot exist.
    WrongAnswer,
    /// IPv6 is set up but leads nowhere; IPv4 works.
    OneProtocolBroken,
    /// The script that chooses the proxy cannot be fetched.
    ScriptUnreachable,
    /// The server turned the connection away.
    ServerRefused,
    /// The way is open, but something on it blocks this port.
    PortBlocked,
    /// The VPN client is installed, but does not run.
    ClientStopped,
    /// The tunnel is up, but the way to the company does not lead into it.
    NoRoute,
    /// Another tunnel takes the way to the company.
    RouteConflict,
    /// The tunnel is up and sends, but nothing comes back.
    NothingComesBack,
    /// Small packets pass, large ones get lost.
    LargePacketsLost,
    /// Something on the way shows its own certificate for every server.
    Intercepted,
    /// No VPN client was found.
    VpnClientMissing,
    /// No tunnel is up.
    TunnelDown,
    /// An update waits for a restart.
    RestartPending,
    /// It stopped without being shut down.
    UnexpectedStop,
    /// A drive says that it fails, or no longer answers.
    DriveFailing,
    /// A drive or its file system has counted errors.
    DriveErrors,
    /// The battery holds too little.
    BatteryWorn,
    /// The battery is nearly empty and does not charge.
    BatteryLow,
    /// A part is as hot as it may become.
    TooHot,
    /// A display is plugged in, but shows nothing.
    DisplayNotUsed,
    /// A display is plugged in, but does not say what it can show.
    DisplayUnread,
    /// A dock is plugged in, but not allowed yet.
    DockNotAllowed,
    /// A printer has stopped.
    PrinterStopped,
    /// Nothing here can play sound.
    NoSoundOutput,
    /// More wants to run than the processor can do.
    Busy,
    /// Programs wait for memory.
    ShortOfMemory,
    /// The account is locked.
    AccountLocked,
    /// The account is switched off.
    AccountDisabled,
    /// This person has no right to it.
    NotAllowed,
    /// The device does not meet the company's rules.
    NotCompliant,
    /// Several people have a fault now.
    IncidentOpen,
    /// This device has none.
    NotPresent,
    /// Only an administrator may read it.
    NeedsElevation,
    /// The system does not report it.
    NotReported,
    /// The check itself broke.
    CheckBroke,
}

impl FindingReason {
    /// Every reason.
    pub const ALL: [Self; 57] = [
        Self::NoLink,
        Self::NoAddress,
        Self::NoDefaultRoute,
        Self::GatewaySilent,
        Self::Unconfirmed,
        Self::Unresolved,
        Self::PartlyUnresolved,
        Self::NothingToResolve,
        Self::NotConfigured,
        Self::InsecureAddress,
        Self::CaptivePortal,
        Self::Unreachable,
        Self::Timeout,
        Self::CertificateUntrusted,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateWrongName,
        Self::UnexpectedAnswer,
        Self::ClockOff,
        Self::Slow,
        Self::Lossy,
        Self::WrongAnswer,
        Self::OneProtocolBroken,
        Self::ScriptUnreachable,
        Self::ServerRefused,
        Self::PortBlocked,
        Self::ClientStopped,
        Self::NoRoute,
        Self::RouteConflict,
        Self::NothingComesBack,
        Self::LargePacketsLost,
        Self::Intercepted,
        Self::VpnClientMissing,
        Self::TunnelDown,
        Self::RestartPending,
        Self::UnexpectedStop,
        Self::DriveFailing,
        Self::DriveErrors,
        Self::BatteryWorn,
        Self::BatteryLow,
        Self::TooHot,
        Self::DisplayNotUsed,
        Self::DisplayUnread,
        Self::DockNotAllowed,
        Self::PrinterStopped,
        Self::NoSoundOutput,
        Self::Busy,
        Self::ShortOfMemory,
        Self::AccountLocked,
        Self::AccountDisabled,
        Self::NotAllowed,
        Self::NotCompliant,
        Self::IncidentOpen,
        Self::NotPresent,
        Self::NeedsElevation,
        Self::NotReported,
        Self::CheckBroke,
    ];

    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLink => "no_link",
            Self::NoAddress => "no_address",
            Self::NoDefaultRoute => "no_default_route",
            Self::GatewaySilent => "gateway_silent",
            Self::Unconfirmed => "unconfirmed",
            Self::Unresolved => "unresolved",
            Self::PartlyUnresolved => "partly_unresolved",
            Self::NothingToResolve => "nothing_to_resolve",
            Self::NotConfigured => "not_configured",
            Self::InsecureAddress => "insecure_address",
            Self::CaptivePortal => "captive_portal",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::CertificateUntrusted => "certificate_untrusted",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateNotYetValid => "certificate_not_yet_valid",
            Self::CertificateWrongName => "certificate_wrong_name",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::ClockOff => "clock_off",
            Self::Slow => "slow",
            Self::Lossy => "lossy",
            Self::WrongAnswer => "wrong_answer",
            Self::OneProtocolBroken => "one_protocol_broken",
            Self::ScriptUnreachable => "script_unreachable",
            Self::ServerRefused => "server_refused",
            Self::PortBlocked => "port_blocked",
            Self::ClientStopped => "client_stopped",
            Self::NoRoute => "no_route",
            Self::RouteConflict => "route_conflict",
            Self::NothingComesBack => "nothing_comes_back",
            Self::LargePacketsLost => "large_packets_lost",
            Self::Intercepted => "intercepted",
            Self::VpnClientMissing => "vpn_client_missing",
            Self::TunnelDown => "tunnel_down",
            Self::RestartPending => "restart_pending",
            Self::UnexpectedStop => "unexpected_stop",
            Self::DriveFailing => "drive_failing",
            Self::DriveErrors => "drive_errors",
            Self::BatteryWorn => "battery_worn",
            Self::BatteryLow => "battery_low",
            Self::TooHot => "too_hot",
            Self::DisplayNotUsed => "display_not_used",
            Self::DisplayUnread => "display_unread",
            Self::DockNotAllowed => "dock_not_allowed",
            Self::PrinterStopped => "printer_stopped",
            Self::NoSoundOutput => "no_sound_output",
            Self::Busy => "busy",
            Self::ShortOfMemory => "short_of_memory",
            Self::AccountLocked => "account_locked",
            Self::AccountDisabled => "account_disabled",
            Self::NotAllowed => "not_allowed",
            Self::NotCompliant => "not_compliant",
            Self::IncidentOpen => "incident_open",
            Self::NotPresent => "not_present",
            Self::NeedsElevation => "needs_elevation",
            Self::NotReported => "not_reported",
            Self::CheckBroke => "check_broke",
        }
    }

    /// Whether it is about the certificate of a server.
    #[must_use]
    pub const fn is_about_certificate(self) -> bool {
        matches!(
            self,
            Self::CertificateUntrusted
                | Self::CertificateExpired
                | Self::CertificateNotYetValid
                | Self::CertificateWrongName
        )
    }

    /// The reason with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl Finding {
    /// Why it failed or is not available, if it says so in a known word.
    #[must_use]
    pub fn reason(&self) -> Option<FindingReason> {
        self.value(EvidenceKey::ReasonWord).and_then(FindingReason::from_word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CheckId, Evidence, FindingStatus};

    #[test]
    fn every_word_leads_back_to_its_reason() {
        for reason in FindingReason::ALL {
            assert_eq!(FindingReason::from_word(reason.as_str()), Some(reason));
        }
    }

    #[test]
    fn a_finding_with_an_unknown_word_has_no_reason() {
        let evidence = vec![Evidence { key: EvidenceKey::ReasonWord, value: "aliens".to_owned() }];
        let finding =
            Finding { check: CheckId::Link, status: FindingStatus::Failed, evidence, took_ms: 1 };
        assert_eq!(finding.reason(), None);
    }
}
