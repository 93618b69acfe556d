use ticket::Cause;

/// Whether a cause lies in something that many people share: a server of the company. The router at
/// somebody's home, a hotel's sign-in page and a clock are one person's; ten of them in one morning
/// are still ten faults.
#[must_use]
pub const fn is_shared(cause: Cause) -> bool {
    match cause {
        Cause::ProxyUnreachable
        | Cause::ProxyScriptUnreachable
        | Cause::CertificateUntrusted
        | Cause::CertificateExpired
        | Cause::CertificateWrongName
        | Cause::IdentityProviderDown
        | Cause::IdentityProviderSlow
        | Cause::VpnGatewayDown
        | Cause::VpnAccessRefused
        | Cause::TunnelWithoutRoute
        | Cause::InnerNamesFailed
        | Cause::CompanyServiceDown
        | Cause::CompanyServiceSlow => true,
        Cause::NoLink
        | Cause::NoAddress
        | Cause::NoGateway
        | Cause::GatewaySilent
        | Cause::NameServiceFailed
        | Cause::NameServiceSlow
        | Cause::NameServiceWrong
        | Cause::CaptivePortal
        | Cause::InternetUnreachable
        | Cause::ConnectionLossy
        | Cause::ConnectionSlow
        | Cause::Ipv4Broken
        | Cause::Ipv6Broken
        | Cause::ClockWrong
        | Cause::TlsIntercepted
        | Cause::VpnPortBlocked
        | Cause::VpnClientMissing
        | Cause::TunnelDown
        | Cause::TunnelConflict
        | Cause::LargePacketsLost
        | Cause::AccountLocked
        | Cause::AccountEnded
        | Cause::VpnNotAllowed
        | Cause::DeviceNotCompliant => false,
    }
}
