use ticket::{Cause, Certainty, CheckId, EvidenceKey, Finding, FindingReason, FindingStatus};
use ticket::{ReportedDiagnosis, Stage};

use crate::view::View;

/// Names the first broken stage and one cause, or nothing where nothing is wrong.
///
/// Each stage is judged in the order of dependence, and the first that is broken is the cause. A
/// failure is passed over when something that depends on it works: names that are not resolved here do
/// not matter where the company answers all the same (through a proxy, for example).
#[must_use]
pub fn diagnose(findings: &[Finding]) -> Option<ReportedDiagnosis> {
    const RULES: [fn(View<'_>) -> Option<Verdict>; 13] = [
        link,
        gateway,
        captive_portal,
        full_tunnel,
        quality,
        name_service,
        proxy,
        internet,
        encryption,
        identity_provider,
        vpn,
        inner_names,
        company_service,
    ];
    let view = View::new(findings);
    let verdict = RULES.into_iter().find_map(|rule| rule(view));
    let verdict = standing(view, verdict)?;
    let because = verdict.because();
    let is_behind_tunnel =
        leads_everything(view) && matches!(verdict.stage, Stage::VpnGateway | Stage::Tunnel);
    let is_explained = |check: &CheckId| {
        view.failed(*check)
            && !because.contains(check)
            && (comes_after(*check, verdict.primary) || is_behind_tunnel)
    };
    let explains = CheckId::NETWORK.into_iter().filter(is_explained).collect();
    let Verdict { cause, stage, certainty, .. } = verdict;
    Some(ReportedDiagnosis { cause, stage, certainty, because, explains })
}

/// What the company knows of this person and device explains a tunnel that does not come up, and a
/// locked account is a cause of its own. A broken network is mended first.
fn standing(view: View<'_>, verdict: Option<Verdict>) -> Option<Verdict> {
    const REASONS: [(CheckId, Cause); 3] = [
        (CheckId::Account, Cause::AccountLocked),
        (CheckId::VpnAccess, Cause::VpnNotAllowed),
        (CheckId::DeviceCompliance, Cause::DeviceNotCompliant),
    ];
    match verdict {
        Some(verdict) if matches!(verdict.cause, Cause::TunnelDown | Cause::VpnAccessRefused) => {
            let reason = REASONS.into_iter().find(|(check, _)| view.failed(*check));
            Some(match reason {
                Some((check, cause)) => Verdict::of(cause, Stage::Tunnel, CheckId::Vpn).with(check),
                None => verdict,
            })
        }
        None if view.failed(CheckId::Account) => {
            Some(Verdict::of(Cause::AccountLocked, Stage::IdentityProvider, CheckId::Account))
        }
        other => other,
    }
}

/// Names come before the internet on the path, and yet a network without an outside has none.
fn comes_after(check: CheckId, cause: CheckId) -> bool {
    let place = |check| CheckId::NETWORK.iter().position(|other| *other == check);
    let is_behind = cause == CheckId::Internet && check == CheckId::NameService;
    is_behind || place(check) > place(cause)
}

/// A cause, the check that shows it, and one more that it explains.
struct Verdict {
    cause: Cause,
    stage: Stage,
    certainty: Certainty,
    primary: CheckId,
    support: Option<CheckId>,
}

impl Verdict {
    const fn of(cause: Cause, stage: Stage, primary: CheckId) -> Self {
        Self { cause, stage, certainty: Certainty::Certain, primary, support: None }
    }

    const fn with(self, support: CheckId) -> Self {
        Self { support: Some(support), ..self }
    }

    const fn likely(self) -> Self {
        Self { certainty: Certainty::Likely, ..self }
    }

    fn because(&self) -> Vec<CheckId> {
        let mut because = vec![self.primary];
        because.extend(self.support.filter(|check| *check != self.primary));
        because
    }
}

fn link(view: View<'_>) -> Option<Verdict> {
    if view.failed(CheckId::Link) {
        return Some(Verdict::of(Cause::NoLink, Stage::Link, CheckId::Link));
    }
    view.failed(CheckId::Address)
        .then(|| Verdict::of(Cause::NoAddress, Stage::Address, CheckId::Address))
}

fn gateway(view: View<'_>) -> Option<Verdict> {
    if !view.failed(CheckId::Gateway) || is_outside_reached(view) {
        return None;
    }
    let cause = match view.reason(CheckId::Gateway) {
        Some(FindingReason::NoDefaultRoute) => Cause::NoGateway,
        _ => Cause::GatewaySilent,
    };
    Some(Verdict::of(cause, Stage::Gateway, CheckId::Gateway))
}

fn is_outside_reached(view: View<'_>) -> bool {
    view.answered(CheckId::Internet) || view.answered(CheckId::IdentityProvider)
}

/// Captive portals break names as they please: where one answers, it is the cause.
fn captive_portal(view: View<'_>) -> Option<Verdict> {
    let portal = Verdict::of(Cause::CaptivePortal, Stage::Internet, CheckId::Internet);
    let is_portal = view.has(CheckId::Internet, FindingReason::CaptivePortal);
    let names = CheckId::NameService;
    is_portal.then(|| if view.failed(names) { portal.with(names) } else { portal })
}

/// Where everything goes through the tunnel and nothing comes back, nothing outside answers either.
/// Its gateway is asked past it.
fn full_tunnel(view: View<'_>) -> Option<Verdict> {
    let is_dead = matches!(
        view.reason(CheckId::Vpn),
        Some(FindingReason::NothingComesBack | FindingReason::RouteConflict)
    );
    if !leads_everything(view) || !view.failed(CheckId::Vpn) || !is_dead {
        return None;
    }
    match view.reason(CheckId::VpnGateway) {
        // Somebody behind this network's own router answers: the way is open up to there.
        Some(FindingReason::Unconfirmed) if routers_passed(view) > 1 => vpn(view),
        Some(FindingReason::Unconfirmed) => {
            let outside =
                Verdict::of(Cause::InternetUnreachable, Stage::Internet, CheckId::Internet);
            Some(outside.with(CheckId::Vpn).likely())
        }
        // Its name is known to the dead tunnel alone.
        Some(FindingReason::Unresolved) => {
            Some(Verdict::of(Cause::TunnelDown, Stage::Tunnel, CheckId::Vpn).likely())
        }
        _ => vpn(view),
    }
}

fn routers_passed(view: View<'_>) -> u8 {
    let passed = view.value(CheckId::VpnGateway, EvidenceKey::RoutersPassed);
    passed.and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn leads_everything(view: View<'_>) -> bool {
    view.value(CheckId::Vpn, EvidenceKey::DefaultRouteKind) == Some("tunnel")
}

/// A way that loses or delays everything makes every check behind it fail at random.
fn quality(view: View<'_>) -> Option<Verdict> {
    let (reason, cause) = [
        (FindingReason::Slow, Cause::ConnectionSlow),
        (FindingReason::Lossy, Cause::ConnectionLossy),
    ]
    .into_iter()
    .find(|(reason, _)| view.has(CheckId::Internet, *reason))?;
    let begins_here = view.has(CheckId::Gateway, reason);
    Some(if begins_here {
        Verdict::of(cause, Stage::Gateway, CheckId::Gateway).with(CheckId::Internet)
    } else {
        Verdict::of(cause, Stage::Internet, CheckId::Internet)
    })
}

fn name_service(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::NameService;
    let verdict = |cause| Verdict::of(cause, Stage::NameService, check);
    match (view.status(check)?, view.fault(check)) {
        (_, Some(FindingReason::WrongAnswer)) => Some(verdict(Cause::NameServiceWrong)),
        (_, Some(FindingReason::Slow)) => Some(verdict(Cause::NameServiceSlow)),
        // Nothing outside answers by its number either: the name servers only miss the same way.
        (FindingStatus::Failed, _) if is_silent_by_number(view) => {
            Some(Verdict::of(Cause::InternetUnreachable, Stage::Internet, CheckId::Internet))
        }
        (FindingStatus::Failed, _) if !is_company_reached(view) => {
            Some(verdict(Cause::NameServiceFailed))
        }
        (_, Some(FindingReason::PartlyUnresolved)) => {
            [CheckId::IdentityProvider, CheckId::VpnGateway]
                .into_iter()
                .find(|missing| view.failed(*missing) && is_unresolved(view, *missing))
                .map(|missing| verdict(Cause::NameServiceFailed).with(missing).likely())
        }
        _ => None,
    }
}

/// Whether the company answers all the same: its sign-in, or its service where the sign-in is not asked.
fn is_company_reached(view: View<'_>) -> bool {
    let provider = CheckId::IdentityProvider;
    let is_silent = view.failed(provider) && !is_reached(view, provider);
    view.answered(provider)
        || is_reached(view, provider)
        || (view.answered(CheckId::CompanyService) && !is_silent)
}

/// Asked for by its number, and silent all the same.
fn is_silent_by_number(view: View<'_>) -> bool {
    let is_silent = matches!(
        view.reason(CheckId::Internet),
        Some(FindingReason::Timeout | FindingReason::Unreachable)
    );
    view.failed(CheckId::Internet)
        && is_silent
        && view.value(CheckId::Internet, EvidenceKey::NameMilliseconds).is_some()
}

fn is_unresolved(view: View<'_>, check: CheckId) -> bool {
    match view.fault(check) {
        Some(FindingReason::Unresolved) => true,
        Some(FindingReason::Timeout) => {
            check != CheckId::VpnGateway
                && view.value(check, EvidenceKey::NameMilliseconds).is_none()
        }
        _ => false,
    }
}

/// Programs use the proxy that is set even where they could do without. A proxy that answers, and be
/// it that it cannot go on, is none of this.
fn proxy(view: View<'_>) -> Option<Verdict> {
    if !view.failed(CheckId::Proxy) {
        return None;
    }
    let cause = match view.reason(CheckId::Proxy) {
        Some(FindingReason::ScriptUnreachable) => Cause::ProxyScriptUnreachable,
        _ => Cause::ProxyUnreachable,
    };
    let verdict = Verdict::of(cause, Stage::Proxy, CheckId::Proxy);
    let is_refused = view.reason(CheckId::Proxy) == Some(FindingReason::ServerRefused);
    Some(if view.failed(CheckId::Internet) && !is_refused { verdict.likely() } else { verdict })
}

fn internet(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::Internet;
    let verdict = |cause| Verdict::of(cause, Stage::Internet, check);
    if view.has(check, FindingReason::OneProtocolBroken) {
        let is_v4 = view.value(check, EvidenceKey::IpVersion) == Some("ipv4");
        return Some(verdict(if is_v4 { Cause::Ipv4Broken } else { Cause::Ipv6Broken }));
    }
    (view.failed(check) && !is_company_reached(view)).then(|| verdict(Cause::InternetUnreachable))
}

/// A wrong clock makes good certificates look bad, so it is the cause where it is known to be off,
/// or where a certificate seems to come from the future and nothing vouches for the clock.
fn encryption(view: View<'_>) -> Option<Verdict> {
    if view.failed(CheckId::Clock) {
        return Some(Verdict::of(Cause::ClockWrong, Stage::Tls, CheckId::Clock));
    }
    [CheckId::Tls, CheckId::IdentityProvider].into_iter().find_map(|check| certificate(view, check))
}

fn certificate(view: View<'_>, check: CheckId) -> Option<Verdict> {
    if !view.failed(check) {
        return None;
    }
    let verdict = |cause| Verdict::of(cause, Stage::Tls, check);
    match view.reason(check)? {
        FindingReason::Intercepted => Some(verdict(Cause::TlsIntercepted)),
        FindingReason::CertificateUntrusted => Some(verdict(Cause::CertificateUntrusted)),
        FindingReason::CertificateExpired => Some(verdict(Cause::CertificateExpired)),
        FindingReason::CertificateWrongName => Some(verdict(Cause::CertificateWrongName)),
        FindingReason::CertificateNotYetValid => {
            let vouched_for = view.status(CheckId::Clock) == Some(FindingStatus::Fine);
            Some(if vouched_for {
                verdict(Cause::CertificateUntrusted)
            } else {
                Verdict::of(Cause::ClockWrong, Stage::Tls, CheckId::Clock).with(check).likely()
            })
        }
        _ => None,
    }
}

fn identity_provider(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::IdentityProvider;
    let verdict = |cause| Verdict::of(cause, Stage::IdentityProvider, check);
    match view.fault(check) {
        Some(FindingReason::Slow) => Some(verdict(Cause::IdentityProviderSlow)),
        Some(FindingReason::LargePacketsLost) => {
            let stage = if leads_everything(view) { Stage::Tunnel } else { Stage::Internet };
            Some(Verdict::of(Cause::LargePacketsLost, stage, check))
        }
        _ => view.failed(check).then(|| verdict(Cause::IdentityProviderDown)),
    }
}

/// A missing tunnel is a cause where work needs it, or where the company does not answer without; one
/// that answers wrongly was reached.
fn vpn(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::Vpn;
    let company = CheckId::CompanyService;
    let is_needed = view.failed(check) || (view.failed(company) && !is_reached(view, company));
    let is_broken =
        matches!(view.status(check), Some(FindingStatus::Failed | FindingStatus::Attention));
    if !is_needed || !is_broken {
        return None;
    }
    let verdict = |cause| Verdict::of(cause, Stage::Tunnel, check);
    let verdict = match view.fault(check) {
        Some(FindingReason::NoRoute) => verdict(Cause::TunnelWithoutRoute),
        Some(FindingReason::RouteConflict) => verdict(Cause::TunnelConflict),
        Some(FindingReason::NothingComesBack | FindingReason::TunnelDown) => vpn_gateway(view),
        Some(FindingReason::VpnClientMissing) => verdict(Cause::VpnClientMissing),
        _ => verdict(Cause::TunnelDown),
    };
    let explains_company = view.status(check) == Some(FindingStatus::Attention);
    Some(if explains_company { verdict.with(company) } else { verdict })
}

/// The client tries and gets no tunnel: what its gateway says decides.
fn vpn_gateway(view: View<'_>) -> Verdict {
    let gateway = CheckId::VpnGateway;
    let at_gateway = |cause| Verdict::of(cause, Stage::VpnGateway, gateway).with(CheckId::Vpn);
    let refused = Verdict::of(Cause::VpnAccessRefused, Stage::Tunnel, CheckId::Vpn);
    match (view.status(gateway), view.reason(gateway)) {
        (Some(FindingStatus::Fine), _) => refused.with(gateway),
        (Some(FindingStatus::Failed), Some(FindingReason::PortBlocked)) => {
            at_gateway(Cause::VpnPortBlocked)
        }
        (Some(FindingStatus::Failed), _) => at_gateway(Cause::VpnGatewayDown),
        (Some(_), Some(FindingReason::Unconfirmed)) => at_gateway(Cause::VpnGatewayDown).likely(),
        // Nobody said where the gateway is.
        _ => Verdict::of(Cause::TunnelDown, Stage::Tunnel, CheckId::Vpn).likely(),
    }
}

fn is_reached(view: View<'_>, check: CheckId) -> bool {
    let is_answer = view.reason(check) == Some(FindingReason::UnexpectedAnswer);
    is_answer || view.failed_by_certificate(check)
}

fn inner_names(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::InnerNames;
    (view.failed(check) && !view.answered(CheckId::CompanyService))
        .then(|| Verdict::of(Cause::InnerNamesFailed, Stage::Tunnel, check))
}

fn company_service(view: View<'_>) -> Option<Verdict> {
    let check = CheckId::CompanyService;
    let verdict = |cause| Verdict::of(cause, Stage::CompanyService, check);
    if let Some(verdict) = certificate(view, check) {
        return Some(verdict);
    }
    match view.fault(check) {
        Some(FindingReason::Slow) => Some(verdict(Cause::CompanyServiceSlow)),
        Some(FindingReason::LargePacketsLost) => {
            let is_inside = view.value(CheckId::Vpn, EvidenceKey::RouteKind) == Some("tunnel");
            let stage = if is_inside { Stage::Tunnel } else { Stage::Internet };
            Some(Verdict::of(Cause::LargePacketsLost, stage, check))
        }
        _ => view.failed(check).then(|| verdict(Cause::CompanyServiceDown)),
    }
}
