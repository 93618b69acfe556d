//! The table of causes: findings in, one cause out.

use diagnosis::diagnose;
use ticket::{
    Cause, Certainty, CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus, Stage,
};

use Cause as C;
use CheckId as Id;
use FindingReason as R;
use FindingStatus::{Attention, Failed, Fine, NotAvailable};

type Row = (CheckId, FindingStatus, Option<FindingReason>);

fn finding((check, status, reason): Row) -> Finding {
    let word = |reason: FindingReason| Evidence {
        key: EvidenceKey::ReasonWord,
        value: reason.as_str().to_owned(),
    };
    Finding { check, status, evidence: reason.map(word).into_iter().collect(), took_ms: 1 }
}

/// Everything is fine except for these.
fn except(rows: &[Row]) -> Vec<Finding> {
    Id::ALL
        .into_iter()
        .map(|id| rows.iter().copied().find(|row| row.0 == id).unwrap_or((id, Fine, None)))
        .map(finding)
        .collect()
}

fn check(rows: &[Row], expect: Option<(Cause, Stage)>) {
    let seen = diagnose(&except(rows)).map(|diagnosis| (diagnosis.cause, diagnosis.stage));
    assert_eq!(seen, expect, "{rows:?}");
}

fn because(rows: &[Row], expect: &[CheckId]) {
    let seen = diagnose(&except(rows)).map(|diagnosis| diagnosis.because);
    assert_eq!(seen.as_deref(), Some(expect), "{rows:?}");
}

/// What every network check behind the link says when there is no network at all.
const DARK: [Row; 7] = [
    (Id::Address, Failed, Some(R::NoAddress)),
    (Id::Gateway, Failed, Some(R::NoDefaultRoute)),
    (Id::NameService, Failed, Some(R::Unresolved)),
    (Id::Internet, Failed, Some(R::Unreachable)),
    (Id::Clock, NotAvailable, Some(R::Unreachable)),
    (Id::IdentityProvider, Failed, Some(R::Unreachable)),
    (Id::CompanyService, Failed, Some(R::Timeout)),
];

fn dark_except(rows: &[Row]) -> Vec<Row> {
    rows.iter().chain(&DARK).copied().collect()
}

#[test]
fn nothing_is_named_where_nothing_failed() {
    check(&[], None);
    check(&[(Id::Gateway, NotAvailable, Some(R::Unconfirmed))], None);
    check(&[(Id::Clock, Attention, Some(R::ClockOff))], None);
    check(&[(Id::Disks, Failed, None), (Id::Memory, Attention, None)], None);
    assert_eq!(diagnose(&[]), None);
}

#[test]
fn the_first_broken_stop_hides_what_follows_from_it() {
    check(&dark_except(&[(Id::Link, Failed, Some(R::NoLink))]), Some((C::NoLink, Stage::Link)));
    check(&dark_except(&[]), Some((C::NoAddress, Stage::Address)));
    let addressed = (Id::Address, Fine, None);
    check(&dark_except(&[addressed]), Some((C::NoGateway, Stage::Gateway)));
    let silent = (Id::Gateway, Failed, Some(R::GatewaySilent));
    check(&dark_except(&[addressed, silent]), Some((C::GatewaySilent, Stage::Gateway)));
    let unsure = (Id::Gateway, NotAvailable, Some(R::Unconfirmed));
    let unnamed = Some((C::NameServiceFailed, Stage::NameService));
    check(&dark_except(&[addressed, unsure]), unnamed);
    let literal = (Id::NameService, NotAvailable, Some(R::NothingToResolve));
    let outside = Some((C::InternetUnreachable, Stage::Internet));
    check(&dark_except(&[addressed, unsure, literal]), outside);
}

#[test]
fn a_captive_portal_beats_oddities_of_the_name_service() {
    let portal = (Id::Internet, Failed, Some(R::CaptivePortal));
    let names = (Id::NameService, Failed, Some(R::Unresolved));
    let tls = (Id::IdentityProvider, Failed, Some(R::CertificateUntrusted));
    let expect = Some((C::CaptivePortal, Stage::Internet));
    check(&[portal], expect);
    because(&[portal], &[Id::Internet]);
    check(&[portal, tls], expect);
    let unavailable = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[portal, names, tls, unavailable], expect);
    because(&[portal, names, tls, unavailable], &[Id::Internet, Id::NameService]);
}

#[test]
fn a_wrong_clock_beats_failures_of_certificates() {
    let clock = (Id::Clock, Failed, Some(R::ClockOff));
    let expect = Some((C::ClockWrong, Stage::Tls));
    for reason in [R::CertificateExpired, R::CertificateNotYetValid, R::CertificateUntrusted] {
        let sign_in = (Id::IdentityProvider, Failed, Some(reason));
        let service = (Id::CompanyService, Failed, Some(reason));
        check(&[clock, sign_in], expect);
        check(&[clock, sign_in, service], expect);
    }
    check(&[clock], expect);
}

#[test]
fn a_certificate_from_the_future_accuses_a_clock_nobody_vouches_for() {
    let tls = (Id::IdentityProvider, Failed, Some(R::CertificateNotYetValid));
    let service = (Id::CompanyService, Failed, Some(R::CertificateNotYetValid));
    let unknown = (Id::Clock, NotAvailable, Some(R::Unreachable));
    check(&[tls, service, unknown], Some((C::ClockWrong, Stage::Tls)));
    because(&[tls, service, unknown], &[Id::Clock, Id::IdentityProvider]);
    check(&[tls, service], Some((C::CertificateUntrusted, Stage::Tls)));
}

#[test]
fn the_company_is_named_when_the_way_there_is_fine() {
    let provider = |reason| [(Id::IdentityProvider, Failed, Some(reason))];
    check(&provider(R::Timeout), Some((C::IdentityProviderDown, Stage::IdentityProvider)));
    check(&provider(R::UnexpectedAnswer), Some((C::IdentityProviderDown, Stage::IdentityProvider)));
    check(&provider(R::CertificateUntrusted), Some((C::CertificateUntrusted, Stage::Tls)));
    check(&provider(R::CertificateWrongName), Some((C::CertificateWrongName, Stage::Tls)));
    let service = |reason| [(Id::CompanyService, Failed, Some(reason))];
    check(&service(R::Unreachable), Some((C::CompanyServiceDown, Stage::CompanyService)));
    check(&service(R::CertificateExpired), Some((C::CertificateExpired, Stage::Tls)));
}

#[test]
fn the_vpn_is_named_when_it_failed_or_hides_the_service() {
    let down = (Id::Vpn, Failed, Some(R::ClientStopped));
    let missing = (Id::Vpn, Failed, Some(R::VpnClientMissing));
    let service = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[down], Some((C::TunnelDown, Stage::Tunnel)));
    check(&[down, service], Some((C::TunnelDown, Stage::Tunnel)));
    check(&[missing, service], Some((C::VpnClientMissing, Stage::Tunnel)));
    let resting = (Id::Vpn, Attention, Some(R::ClientStopped));
    check(&[resting], None);
    check(&[resting, service], Some((C::TunnelDown, Stage::Tunnel)));
    because(&[resting, service], &[Id::Vpn, Id::CompanyService]);
    let answers_wrongly = (Id::CompanyService, Failed, Some(R::UnexpectedAnswer));
    check(&[resting, answers_wrongly], Some((C::CompanyServiceDown, Stage::CompanyService)));
    let none = (Id::Vpn, NotAvailable, Some(R::VpnClientMissing));
    check(&[none, service], Some((C::CompanyServiceDown, Stage::CompanyService)));
}

#[test]
fn a_failure_is_passed_over_where_the_company_answers_all_the_same() {
    let names = (Id::NameService, Failed, Some(R::Unresolved));
    let probe = (Id::Internet, Failed, Some(R::Timeout));
    check(&[names], None);
    check(&[probe], None);
    check(&[names, probe], None);
    let service = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[names, probe, service], Some((C::CompanyServiceDown, Stage::CompanyService)));
}

#[test]
fn a_way_that_loses_or_delays_everything_explains_what_fails_behind_it() {
    let names = (Id::NameService, Attention, Some(R::Slow));
    let service = (Id::CompanyService, Failed, Some(R::Timeout));
    for (reason, cause) in [(R::Lossy, C::ConnectionLossy), (R::Slow, C::ConnectionSlow)] {
        for status in [Attention, Failed] {
            let outside = (Id::Internet, status, Some(reason));
            check(&[outside, names, service], Some((cause, Stage::Internet)));
            let here = (Id::Gateway, Attention, Some(reason));
            check(&[here, outside, service], Some((cause, Stage::Gateway)));
        }
        // A router may leave questions out on purpose.
        check(&[(Id::Gateway, Attention, Some(reason))], None);
    }
    check(&[names, service], Some((C::NameServiceSlow, Stage::NameService)));
    check(&[names], Some((C::NameServiceSlow, Stage::NameService)));
}

#[test]
fn names_that_lie_are_told_from_names_that_are_missing() {
    let lies = (Id::NameService, Failed, Some(R::WrongAnswer));
    let partly = (Id::NameService, Attention, Some(R::PartlyUnresolved));
    let unknown = (Id::IdentityProvider, Failed, Some(R::Unresolved));
    check(&[lies], Some((C::NameServiceWrong, Stage::NameService)));
    check(&[partly], None);
    check(&[partly, unknown], Some((C::NameServiceFailed, Stage::NameService)));
}

#[test]
fn a_network_without_an_outside_has_no_names_either() {
    let provider = (Id::IdentityProvider, Failed, Some(R::Unresolved));
    let service = (Id::CompanyService, Failed, Some(R::Unresolved));
    let names = (Id::NameService, Failed, Some(R::Timeout));
    let outside = (Id::Internet, Failed, Some(R::Timeout));
    let mut findings = except(&[names, outside, provider, service]);
    assert_eq!(diagnose(&findings).map(|named| named.cause), Some(C::NameServiceFailed));
    for finding in &mut findings {
        if finding.check == Id::Internet {
            // It was asked by its number.
            let key = EvidenceKey::NameMilliseconds;
            finding.evidence.push(Evidence { key, value: "0".to_owned() });
        }
    }
    let named = diagnose(&findings).unwrap();
    assert_eq!((named.cause, named.stage), (C::InternetUnreachable, Stage::Internet));
    assert_eq!(named.explains, [Id::NameService, Id::IdentityProvider, Id::CompanyService]);
}

#[test]
fn a_proxy_that_is_set_and_silent_is_named() {
    let proxy = |reason| (Id::Proxy, Failed, Some(reason));
    check(&[proxy(R::ServerRefused)], Some((C::ProxyUnreachable, Stage::Proxy)));
    check(&[proxy(R::ScriptUnreachable)], Some((C::ProxyScriptUnreachable, Stage::Proxy)));
    check(&[(Id::Proxy, NotAvailable, Some(R::NotConfigured))], None);
}

#[test]
fn certificates_tell_who_is_to_blame() {
    let seen = |reason| (Id::Tls, Failed, Some(reason));
    check(&[seen(R::Intercepted)], Some((C::TlsIntercepted, Stage::Tls)));
    check(&[seen(R::CertificateExpired)], Some((C::CertificateExpired, Stage::Tls)));
    check(&[seen(R::CertificateWrongName)], Some((C::CertificateWrongName, Stage::Tls)));
    check(&[seen(R::CertificateUntrusted)], Some((C::CertificateUntrusted, Stage::Tls)));
}

#[test]
fn what_the_company_knows_explains_a_tunnel_and_only_that() {
    let failed = |check| (check, Failed, None);
    let down = (Id::Vpn, Failed, Some(R::TunnelDown));
    let tunnel = |cause| Some((cause, Stage::Tunnel));
    check(&[down, failed(Id::VpnAccess)], tunnel(C::VpnNotAllowed));
    check(&[down, failed(Id::VpnAccess), failed(Id::Account)], tunnel(C::AccountLocked));
    check(&[down, failed(Id::DeviceCompliance)], tunnel(C::DeviceNotCompliant));
    check(&[failed(Id::Account)], Some((C::AccountLocked, Stage::IdentityProvider)));
    // Who is in the office needs no VPN.
    check(&[failed(Id::VpnAccess)], None);
    let no_link = (Id::Link, Failed, Some(R::NoLink));
    check(&[no_link, failed(Id::Account)], Some((C::NoLink, Stage::Link)));
}

#[test]
fn the_gateway_decides_what_a_tunnel_without_answers_means() {
    let tunnel = (Id::Vpn, Failed, Some(R::NothingComesBack));
    let gateway = |status, reason| (Id::VpnGateway, status, Some(reason));
    let at_gateway = |cause| Some((cause, Stage::VpnGateway));
    check(&[tunnel], Some((C::VpnAccessRefused, Stage::Tunnel)));
    check(&[tunnel, gateway(Failed, R::PortBlocked)], at_gateway(C::VpnPortBlocked));
    check(&[tunnel, gateway(Failed, R::ServerRefused)], at_gateway(C::VpnGatewayDown));
    check(&[tunnel, gateway(NotAvailable, R::Unconfirmed)], at_gateway(C::VpnGatewayDown));
    let unset = gateway(NotAvailable, R::NotConfigured);
    check(&[tunnel, unset], Some((C::TunnelDown, Stage::Tunnel)));
    check(&[gateway(Failed, R::PortBlocked)], None);
    let certainty = |rows: &[Row]| diagnose(&except(rows)).map(|named| named.certainty);
    assert_eq!(certainty(&[tunnel]), Some(Certainty::Certain));
    let silent = gateway(NotAvailable, R::Unconfirmed);
    assert_eq!(certainty(&[tunnel, silent]), Some(Certainty::Likely));
}

#[test]
fn inside_of_the_tunnel_route_names_and_size_have_their_own_causes() {
    let vpn = |reason| (Id::Vpn, Failed, Some(reason));
    check(&[vpn(R::NoRoute)], Some((C::TunnelWithoutRoute, Stage::Tunnel)));
    check(&[vpn(R::RouteConflict)], Some((C::TunnelConflict, Stage::Tunnel)));
    let names = (Id::InnerNames, Failed, Some(R::Unresolved));
    let service = (Id::CompanyService, Failed, Some(R::Unresolved));
    check(&[names, service], Some((C::InnerNamesFailed, Stage::Tunnel)));
    check(&[names], None);
    let large = (Id::CompanyService, Failed, Some(R::LargePacketsLost));
    check(&[large], Some((C::LargePacketsLost, Stage::Internet)));
    let inside = told(except(&[large]), Id::Vpn, EvidenceKey::RouteKind, "tunnel");
    assert_eq!(diagnose(&inside).map(|named| named.stage), Some(Stage::Tunnel));
}

/// With one more fact in the finding of a check.
fn told(mut findings: Vec<Finding>, check: CheckId, key: EvidenceKey, value: &str) -> Vec<Finding> {
    for finding in findings.iter_mut().filter(|finding| finding.check == check) {
        finding.evidence.push(Evidence { key, value: value.to_owned() });
    }
    findings
}

#[test]
fn a_dead_tunnel_that_leads_everything_explains_the_silence_outside() {
    let silent = [
        (Id::NameService, Failed, Some(R::Timeout)),
        (Id::Internet, Failed, Some(R::Timeout)),
        (Id::IdentityProvider, Failed, Some(R::Timeout)),
        (Id::Vpn, Failed, Some(R::NothingComesBack)),
        (Id::CompanyService, Failed, Some(R::Timeout)),
    ];
    let check = |gateway: Row, expect: (Cause, Stage)| {
        let rows: Vec<_> = silent.into_iter().chain([gateway]).collect();
        let findings = told(except(&rows), Id::Vpn, EvidenceKey::DefaultRouteKind, "tunnel");
        let seen = diagnose(&findings).unwrap();
        assert_eq!((seen.cause, seen.stage), expect, "{gateway:?}");
        assert!(seen.explains.contains(&Id::NameService), "{gateway:?}");
    };
    check((Id::VpnGateway, Fine, None), (C::VpnAccessRefused, Stage::Tunnel));
    let gateway = |status, reason| (Id::VpnGateway, status, Some(reason));
    check(gateway(Failed, R::PortBlocked), (C::VpnPortBlocked, Stage::VpnGateway));
    check(gateway(Failed, R::Timeout), (C::VpnGatewayDown, Stage::VpnGateway));
    check(gateway(Failed, R::Unresolved), (C::TunnelDown, Stage::Tunnel));
    let unsure = gateway(NotAvailable, R::Unconfirmed);
    check(unsure, (C::InternetUnreachable, Stage::Internet));
    let rows: Vec<_> = silent.into_iter().chain([unsure]).collect();
    let findings = told(except(&rows), Id::Vpn, EvidenceKey::DefaultRouteKind, "tunnel");
    let findings = told(findings, Id::VpnGateway, EvidenceKey::RoutersPassed, "2");
    assert_eq!(diagnose(&findings).map(|named| named.cause), Some(C::VpnGatewayDown));
    let large = [(Id::IdentityProvider, Failed, Some(R::LargePacketsLost))];
    let findings = told(except(&large), Id::Vpn, EvidenceKey::DefaultRouteKind, "tunnel");
    assert_eq!(diagnose(&findings).map(|named| named.stage), Some(Stage::Tunnel));
}

#[test]
fn the_protocol_that_leads_nowhere_is_named() {
    let half = [(Id::Internet, Attention, Some(R::OneProtocolBroken))];
    for (protocol, cause) in [("ipv4", C::Ipv4Broken), ("ipv6", C::Ipv6Broken)] {
        let findings = told(except(&half), Id::Internet, EvidenceKey::IpVersion, protocol);
        assert_eq!(diagnose(&findings).map(|named| named.cause), Some(cause));
    }
}

#[test]
fn slowness_of_the_company_is_no_failure_of_the_way() {
    let slow = |check, status| (check, status, Some(R::Slow));
    for status in [Attention, Failed] {
        let sign_in = [slow(Id::IdentityProvider, status)];
        check(&sign_in, Some((C::IdentityProviderSlow, Stage::IdentityProvider)));
        let service = [slow(Id::CompanyService, status)];
        check(&service, Some((C::CompanyServiceSlow, Stage::CompanyService)));
    }
}

#[test]
fn every_cause_says_what_it_is_and_what_to_do() {
    for cause in Cause::ALL {
        let advice = diagnosis::advice(cause);
        assert!(advice.is.ends_with('.') && advice.to_do.ends_with('.'), "{cause:?}");
    }
}

#[test]
fn the_newest_finding_of_a_check_counts() {
    let mut findings = vec![finding((Id::Link, Failed, Some(R::NoLink)))];
    findings.extend(except(&[]));
    assert_eq!(diagnose(&findings), None);
}

#[test]
fn an_unknown_word_still_leads_to_a_cause() {
    let mut findings = except(&[(Id::Link, Failed, None)]);
    findings[0].evidence =
        vec![Evidence { key: EvidenceKey::ReasonWord, value: "\u{202e}aliens".to_owned() }];
    assert_eq!(diagnose(&findings).map(|named| named.cause), Some(C::NoLink));
}
