//! The table of causes: findings in, one cause out.

use diagnosis::diagnose;
use ticket::{Cause, CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus, Stage};

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
    check(&dark_except(&[]), Some((C::NoAddress, Stage::Link)));
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
    check(&[portal, tls], expect);
    let unavailable = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[portal, names, tls, unavailable], expect);
    because(&[portal, names, tls, unavailable], &[Id::Internet, Id::NameService]);
}

#[test]
fn a_wrong_clock_beats_failures_of_certificates() {
    let clock = (Id::Clock, Failed, Some(R::ClockOff));
    let expect = Some((C::ClockWrong, Stage::Device));
    for reason in [R::CertificateExpired, R::CertificateNotYetValid, R::CertificateUntrusted] {
        let sign_in = (Id::IdentityProvider, Failed, Some(reason));
        let service = (Id::CompanyService, Failed, Some(reason));
        let probe = (Id::Internet, Failed, Some(reason));
        check(&[clock, sign_in], expect);
        check(&[clock, sign_in, service], expect);
        check(&[clock, sign_in, service, probe], expect);
    }
    check(&[clock], expect);
}

#[test]
fn a_certificate_from_the_future_accuses_a_clock_nobody_vouches_for() {
    let tls = (Id::IdentityProvider, Failed, Some(R::CertificateNotYetValid));
    let service = (Id::CompanyService, Failed, Some(R::CertificateNotYetValid));
    let unknown = (Id::Clock, NotAvailable, Some(R::Unreachable));
    check(&[tls, service, unknown], Some((C::ClockWrong, Stage::Device)));
    because(&[tls, service, unknown], &[Id::Clock, Id::IdentityProvider]);
    check(&[tls, service], Some((C::CertificateUntrusted, Stage::Company)));
}

#[test]
fn the_company_is_named_when_the_way_there_is_fine() {
    let provider = |reason| [(Id::IdentityProvider, Failed, Some(reason))];
    check(&provider(R::Timeout), Some((C::IdentityProviderDown, Stage::Company)));
    check(&provider(R::UnexpectedAnswer), Some((C::IdentityProviderDown, Stage::Company)));
    check(&provider(R::CertificateUntrusted), Some((C::CertificateUntrusted, Stage::Company)));
    check(&provider(R::CertificateWrongName), Some((C::CertificateUntrusted, Stage::Company)));
    let service = |reason| [(Id::CompanyService, Failed, Some(reason))];
    check(&service(R::Unreachable), Some((C::CompanyServiceDown, Stage::Company)));
    check(&service(R::CertificateExpired), Some((C::CertificateUntrusted, Stage::Company)));
}

#[test]
fn the_vpn_is_named_when_it_failed_or_hides_the_service() {
    let down = (Id::Vpn, Failed, Some(R::TunnelDown));
    let missing = (Id::Vpn, Failed, Some(R::VpnClientMissing));
    let service = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[down], Some((C::TunnelDown, Stage::Vpn)));
    check(&[down, service], Some((C::TunnelDown, Stage::Vpn)));
    check(&[missing, service], Some((C::VpnClientMissing, Stage::Vpn)));
    let resting = (Id::Vpn, Attention, Some(R::TunnelDown));
    check(&[resting], None);
    check(&[resting, service], Some((C::TunnelDown, Stage::Vpn)));
    because(&[resting, service], &[Id::Vpn, Id::CompanyService]);
    let answers_wrongly = (Id::CompanyService, Failed, Some(R::UnexpectedAnswer));
    check(&[resting, answers_wrongly], Some((C::CompanyServiceDown, Stage::Company)));
    let none = (Id::Vpn, NotAvailable, Some(R::VpnClientMissing));
    check(&[none, service], Some((C::CompanyServiceDown, Stage::Company)));
}

#[test]
fn a_failure_is_passed_over_where_the_company_answers_all_the_same() {
    let names = (Id::NameService, Failed, Some(R::Unresolved));
    let probe = (Id::Internet, Failed, Some(R::Timeout));
    check(&[names], None);
    check(&[probe], None);
    check(&[names, probe], None);
    let service = (Id::CompanyService, Failed, Some(R::Timeout));
    check(&[names, probe, service], Some((C::CompanyServiceDown, Stage::Company)));
}

#[test]
fn the_newest_finding_of_a_check_counts() {
    let mut findings = vec![finding((Id::Link, Failed, Some(R::NoLink)))];
    findings.extend(except(&[]));
    assert_eq!(diagnose(&findings), None);
}

#[test]
fn an_unknown_word_still_leads_to_a_cause() {
    let mut findings = except(&[(Id::Gateway, Failed, None)]);
    findings[2].evidence =
        vec![Evidence { key: EvidenceKey::ReasonWord, value: "\u{202e}aliens".to_owned() }];
    assert_eq!(diagnose(&findings).map(|named| named.cause), Some(C::GatewaySilent));
}
