use ticket::{Cause, CheckId, Finding, FindingReason, FindingStatus, ReportedDiagnosis};

use crate::{stage_of, view::View};

/// Names the first broken stage and one cause, or nothing where nothing failed.
///
/// A failure is passed over when something that depends on it works: names that are not resolved
/// here do not matter where the company answers all the same (through a proxy, for example).
#[must_use]
pub fn diagnose(findings: &[Finding]) -> Option<ReportedDiagnosis> {
    let view = View::new(findings);
    let broken = first_broken(view)?;
    let Verdict { cause, primary, support } = judge(view, broken)?;
    let mut because = vec![primary];
    because.extend(support.filter(|check| *check != primary));
    Some(ReportedDiagnosis { cause, stage: stage_of(primary)?, because })
}

/// The first failed check in the order of dependence that nothing behind it contradicts.
pub(crate) fn first_broken(view: View<'_>) -> Option<CheckId> {
    CheckId::NETWORK.into_iter().find(|check| view.failed(*check) && !contradicted(view, *check))
}

/// Whether a failure cannot be what stands between this device and the company.
pub(crate) fn contradicted(view: View<'_>, check: CheckId) -> bool {
    let company =
        view.answered(CheckId::IdentityProvider) || view.answered(CheckId::CompanyService);
    match check {
        CheckId::NameService => company || view.answered(CheckId::Internet),
        CheckId::Internet => company && view.reason(check) != Some(FindingReason::CaptivePortal),
        CheckId::Link
        | CheckId::Address
        | CheckId::Gateway
        | CheckId::Clock
        | CheckId::IdentityProvider
        | CheckId::Vpn
        | CheckId::CompanyService
        | CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks => false,
    }
}

/// A cause, the check that shows it, and one more that it explains.
struct Verdict {
    cause: Cause,
    primary: CheckId,
    support: Option<CheckId>,
}

impl Verdict {
    const fn of(cause: Cause, primary: CheckId) -> Option<Self> {
        Some(Self { cause, primary, support: None })
    }

    const fn explaining(cause: Cause, primary: CheckId, support: CheckId) -> Option<Self> {
        Some(Self { cause, primary, support: Some(support) })
    }
}

fn judge(view: View<'_>, broken: CheckId) -> Option<Verdict> {
    match broken {
        CheckId::Link => Verdict::of(Cause::NoLink, broken),
        CheckId::Address => Verdict::of(Cause::NoAddress, broken),
        CheckId::Gateway => gateway(view),
        CheckId::NameService => name_service(view),
        CheckId::Internet => internet(view),
        CheckId::Clock => Verdict::of(Cause::ClockWrong, broken),
        CheckId::IdentityProvider => identity_provider(view),
        CheckId::Vpn => vpn(view),
        CheckId::CompanyService => company_service(view),
        CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks => None,
    }
}

fn gateway(view: View<'_>) -> Option<Verdict> {
    let cause = match view.reason(CheckId::Gateway) {
        Some(FindingReason::NoDefaultRoute) => Cause::NoGateway,
        _ => Cause::GatewaySilent,
    };
    Verdict::of(cause, CheckId::Gateway)
}

/// Captive portals break names as they please: where one answers, it is the cause.
fn name_service(view: View<'_>) -> Option<Verdict> {
    if behind_portal(view) {
        return Verdict::explaining(Cause::CaptivePortal, CheckId::Internet, CheckId::NameService);
    }
    Verdict::of(Cause::NameServiceFailed, CheckId::NameService)
}

fn internet(view: View<'_>) -> Option<Verdict> {
    if behind_portal(view) {
        return Verdict::of(Cause::CaptivePortal, CheckId::Internet);
    }
    if view.failed_by_certificate(CheckId::Internet) {
        return certificate(view, CheckId::Internet);
    }
    Verdict::of(Cause::InternetUnreachable, CheckId::Internet)
}

fn behind_portal(view: View<'_>) -> bool {
    view.failed(CheckId::Internet)
        && view.reason(CheckId::Internet) == Some(FindingReason::CaptivePortal)
}

fn identity_provider(view: View<'_>) -> Option<Verdict> {
    if view.failed_by_certificate(CheckId::IdentityProvider) {
        return certificate(view, CheckId::IdentityProvider);
    }
    Verdict::of(Cause::IdentityProviderDown, CheckId::IdentityProvider)
}

fn vpn(view: View<'_>) -> Option<Verdict> {
    let cause = match view.reason(CheckId::Vpn) {
        Some(FindingReason::VpnClientMissing) => Cause::VpnClientMissing,
        _ => Cause::TunnelDown,
    };
    Verdict::of(cause, CheckId::Vpn)
}

/// A service that cannot be reached while the tunnel is down is most likely behind the tunnel; one
/// that answers wrongly was reached.
fn company_service(view: View<'_>) -> Option<Verdict> {
    if view.failed_by_certificate(CheckId::CompanyService) {
        return certificate(view, CheckId::CompanyService);
    }
    let tunnel_down = view.status(CheckId::Vpn) == Some(FindingStatus::Attention)
        && view.reason(CheckId::Vpn) == Some(FindingReason::TunnelDown);
    let reached = view.reason(CheckId::CompanyService) == Some(FindingReason::UnexpectedAnswer);
    if tunnel_down && !reached {
        return Verdict::explaining(Cause::TunnelDown, CheckId::Vpn, CheckId::CompanyService);
    }
    Verdict::of(Cause::CompanyServiceDown, CheckId::CompanyService)
}

/// A wrong clock makes good certificates look bad, so it is the cause where it is known to be off,
/// or where a certificate seems to come from the future and nothing vouches for the clock.
fn certificate(view: View<'_>, check: CheckId) -> Option<Verdict> {
    let from_the_future = view.reason(check) == Some(FindingReason::CertificateNotYetValid)
        && view.status(CheckId::Clock) != Some(FindingStatus::Fine);
    if view.failed(CheckId::Clock) || from_the_future {
        return Verdict::explaining(Cause::ClockWrong, CheckId::Clock, check);
    }
    Verdict::of(Cause::CertificateUntrusted, check)
}
