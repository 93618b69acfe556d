use serde::{Deserialize, Serialize};

use crate::{CheckId, Stage};

/// The one cause a diagnosis names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Cause {
    /// No cable, no Wi-Fi.
    NoLink,
    /// A link, but no address.
    NoAddress,
    /// No default route.
    NoGateway,
    /// The router does not answer.
    GatewaySilent,
    /// Names are not resolved.
    NameServiceFailed,
    /// Names are resolved much too late.
    NameServiceSlow,
    /// Names lead to where they cannot lead.
    NameServiceWrong,
    /// A sign-in page answers in place of the internet.
    CaptivePortal,
    /// Nothing outside answers.
    InternetUnreachable,
    /// A good part of what is sent gets lost.
    ConnectionLossy,
    /// Everything outside answers much too late.
    ConnectionSlow,
    /// IPv4 is set up here but leads nowhere, while IPv6 does.
    Ipv4Broken,
    /// IPv6 is set up here but leads nowhere, while IPv4 does.
    Ipv6Broken,
    /// The proxy that is set does not answer.
    ProxyUnreachable,
    /// The script that chooses the proxy cannot be fetched.
    ProxyScriptUnreachable,
    /// The clock of this device is off.
    ClockWrong,
    /// Something on the way opens encrypted connections, and this device does not trust it.
    TlsIntercepted,
    /// The certificate of one server is not trusted here.
    CertificateUntrusted,
    /// The certificate of a server is past its end.
    CertificateExpired,
    /// A server shows a certificate for another name.
    CertificateWrongName,
    /// The company's sign-in does not answer.
    IdentityProviderDown,
    /// The company's sign-in answers much too late.
    IdentityProviderSlow,
    /// The company's end of the VPN does not answer.
    VpnGatewayDown,
    /// Something on the way blocks the VPN, though its gateway answers.
    VpnPortBlocked,
    /// No VPN client was found.
    VpnClientMissing,
    /// The VPN client is not connected.
    TunnelDown,
    /// The VPN gateway is there but does not let this device in: key, certificate or registration.
    VpnAccessRefused,
    /// The tunnel is up, but the way to the company does not lead into it.
    TunnelWithoutRoute,
    /// Another tunnel takes the way to the company.
    TunnelConflict,
    /// Names inside of the company are not resolved, though the tunnel works.
    InnerNamesFailed,
    /// Small packets pass, large ones get lost (MTU).
    LargePacketsLost,
    /// The company's service does not answer although the path is fine.
    CompanyServiceDown,
    /// The company's service answers much too late.
    CompanyServiceSlow,
    /// The account is locked or switched off.
    AccountLocked,
    /// The account has ended.
    AccountEnded,
    /// The network is fine, but this person may not use the VPN.
    VpnNotAllowed,
    /// The network is fine, but the company does not let this device in as it is.
    DeviceNotCompliant,
}

impl Cause {
    /// Every cause, in the order of the path.
    pub const ALL: [Self; 37] = [
        Self::NoLink,
        Self::NoAddress,
        Self::NoGateway,
        Self::GatewaySilent,
        Self::NameServiceFailed,
        Self::NameServiceSlow,
        Self::NameServiceWrong,
        Self::CaptivePortal,
        Self::InternetUnreachable,
        Self::ConnectionLossy,
        Self::ConnectionSlow,
        Self::Ipv4Broken,
        Self::Ipv6Broken,
        Self::ProxyUnreachable,
        Self::ProxyScriptUnreachable,
        Self::ClockWrong,
        Self::TlsIntercepted,
        Self::CertificateUntrusted,
        Self::CertificateExpired,
        Self::CertificateWrongName,
        Self::IdentityProviderDown,
        Self::IdentityProviderSlow,
        Self::VpnGatewayDown,
        Self::VpnPortBlocked,
        Self::VpnClientMissing,
        Self::TunnelDown,
        Self::VpnAccessRefused,
        Self::TunnelWithoutRoute,
        Self::TunnelConflict,
        Self::InnerNamesFailed,
        Self::LargePacketsLost,
        Self::CompanyServiceDown,
        Self::CompanyServiceSlow,
        Self::AccountLocked,
        Self::AccountEnded,
        Self::VpnNotAllowed,
        Self::DeviceNotCompliant,
    ];

    /// The name used on the wire and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLink => "no_link",
            Self::NoAddress => "no_address",
            Self::NoGateway => "no_gateway",
            Self::GatewaySilent => "gateway_silent",
            Self::NameServiceFailed => "name_service_failed",
            Self::NameServiceSlow => "name_service_slow",
            Self::NameServiceWrong => "name_service_wrong",
            Self::CaptivePortal => "captive_portal",
            Self::InternetUnreachable => "internet_unreachable",
            Self::ConnectionLossy => "connection_lossy",
            Self::ConnectionSlow => "connection_slow",
            Self::Ipv4Broken => "ipv4_broken",
            Self::Ipv6Broken => "ipv6_broken",
            Self::ProxyUnreachable => "proxy_unreachable",
            Self::ProxyScriptUnreachable => "proxy_script_unreachable",
            Self::ClockWrong => "clock_wrong",
            Self::TlsIntercepted => "tls_intercepted",
            Self::CertificateUntrusted => "certificate_untrusted",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateWrongName => "certificate_wrong_name",
            Self::IdentityProviderDown => "identity_provider_down",
            Self::IdentityProviderSlow => "identity_provider_slow",
            Self::VpnGatewayDown => "vpn_gateway_down",
            Self::VpnPortBlocked => "vpn_port_blocked",
            Self::VpnClientMissing => "vpn_client_missing",
            Self::TunnelDown => "tunnel_down",
            Self::VpnAccessRefused => "vpn_access_refused",
            Self::TunnelWithoutRoute => "tunnel_without_route",
            Self::TunnelConflict => "tunnel_conflict",
            Self::InnerNamesFailed => "inner_names_failed",
            Self::LargePacketsLost => "large_packets_lost",
            Self::CompanyServiceDown => "company_service_down",
            Self::CompanyServiceSlow => "company_service_slow",
            Self::AccountLocked => "account_locked",
            Self::AccountEnded => "account_ended",
            Self::VpnNotAllowed => "vpn_not_allowed",
            Self::DeviceNotCompliant => "device_not_compliant",
        }
    }
}

/// What the app's diagnosis named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct ReportedDiagnosis {
    /// The cause.
    pub cause: Cause,
    /// Where the path stops.
    pub stage: Stage,
    /// How sure this is.
    pub certainty: Certainty,
    /// The checks it rests on.
    pub because: Vec<CheckId>,
    /// Checks that failed only because of it.
    pub explains: Vec<CheckId>,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Certainty {
    /// Seen directly.
    Certain,
    /// The best explanation of what was seen; a check that could exclude others could not tell.
    Likely,
}
