//! The drawn path, and what holds for any findings at all.

use diagnosis::{Stop, StopState, diagnose, path, stop_of};
use proptest::prelude::*;
use ticket::{CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus};

use StopState as S;

fn finding(check: CheckId, status: FindingStatus, reason: Option<FindingReason>) -> Finding {
    let word = |reason: FindingReason| Evidence {
        key: EvidenceKey::ReasonWord,
        value: reason.as_str().to_owned(),
    };
    Finding { check, status, evidence: reason.map(word).into_iter().collect(), took_ms: 0 }
}

const DRAWN: [CheckId; 9] = [
    CheckId::Link,
    CheckId::Address,
    CheckId::Gateway,
    CheckId::NameService,
    CheckId::Internet,
    CheckId::Clock,
    CheckId::IdentityProvider,
    CheckId::Vpn,
    CheckId::CompanyService,
];

/// One letter per check: `f`ine, `a`ttention, `x` failed, `n`ot available, `-` not run.
fn check(letters: &str, expect: [StopState; 7]) {
    let findings: Vec<_> = DRAWN
        .into_iter()
        .zip(letters.chars())
        .filter_map(|(id, letter)| {
            let status = match letter {
                'f' => FindingStatus::Fine,
                'a' => FindingStatus::Attention,
                'x' => FindingStatus::Failed,
                'n' => FindingStatus::NotAvailable,
                _ => return None,
            };
            Some(finding(id, status, None))
        })
        .collect();
    let states: Vec<_> = path(&findings).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, expect, "{letters}");
}

#[test]
fn draws_seven_stops_from_this_device_to_the_company() {
    let stages: Vec<_> = path(&[]).into_iter().map(|(stage, _)| stage).collect();
    assert_eq!(stages, Stop::ALL);
    check("---------", [S::NotAvailable; 7]);
    check("fffffffff", [S::Fine; 7]);
    check("fffffafff", [S::Attention, S::Fine, S::Fine, S::Fine, S::Fine, S::Fine, S::Fine]);
}

#[test]
fn what_lies_behind_the_broken_stop_is_not_reached() {
    let (f, x, n, r, a) = (S::Fine, S::Failed, S::NotAvailable, S::NotReached, S::Attention);
    check("xxxxxnxnx", [n, x, r, r, r, r, r]);
    check("fxxxxnxnx", [n, x, r, r, r, r, r]);
    check("ffxxxnxnx", [n, f, x, r, r, r, r]);
    check("ffnxxnxnx", [n, f, n, x, r, r, r]);
    check("ffffxnxnx", [n, f, f, f, x, r, r]);
    check("fffffxxnx", [x, f, f, f, f, r, r]);
    check("ffffffffx", [f, f, f, f, f, f, x]);
    check("ffffffxnx", [f, f, f, f, f, r, x]);
    check("fffffffxx", [f, f, f, f, f, x, a]);
}

#[test]
fn a_dead_tunnel_that_leads_everything_hides_what_is_drawn_before_it() {
    let failed = |check, reason| finding(check, FindingStatus::Failed, Some(reason));
    let mut tunnel = failed(CheckId::Vpn, FindingReason::NothingComesBack);
    let key = EvidenceKey::DefaultRouteKind;
    tunnel.evidence.push(Evidence { key, value: "tunnel".to_owned() });
    let findings = [
        finding(CheckId::Link, FindingStatus::Fine, None),
        finding(CheckId::Gateway, FindingStatus::Fine, None),
        failed(CheckId::NameService, FindingReason::Timeout),
        failed(CheckId::Internet, FindingReason::Timeout),
        finding(CheckId::VpnGateway, FindingStatus::Fine, None),
        tunnel,
        failed(CheckId::CompanyService, FindingReason::Timeout),
    ];
    let states: Vec<_> = path(&findings).into_iter().map(|(_, state)| state).collect();
    let (f, x, n, r) = (S::Fine, S::Failed, S::NotAvailable, S::NotReached);
    assert_eq!(states, [n, f, f, r, r, x, r]);
}

#[test]
fn a_stop_that_answers_was_reached() {
    let (f, x, a) = (S::Fine, S::Failed, S::Attention);
    check("fffffffxf", [f, f, f, f, f, x, f]);
    check("fffxfffff", [f, f, f, a, f, f, f]);
}

#[test]
fn behind_a_sign_in_page_nothing_counts_as_reached() {
    let findings: Vec<_> = CheckId::NETWORK
        .into_iter()
        .map(|check| match check {
            CheckId::Internet => {
                finding(check, FindingStatus::Failed, Some(FindingReason::CaptivePortal))
            }
            _ => finding(check, FindingStatus::Fine, None),
        })
        .collect();
    let states: Vec<_> = path(&findings).into_iter().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [S::Fine, S::Fine, S::Fine, S::Fine, S::Failed, S::NotReached, S::NotReached]
    );
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let status = prop::sample::select(vec![
        FindingStatus::Fine,
        FindingStatus::Attention,
        FindingStatus::Failed,
        FindingStatus::NotAvailable,
    ]);
    let reason = prop::option::of(prop::sample::select(FindingReason::ALL.to_vec()));
    (prop::sample::select(CheckId::ALL.to_vec()), status, reason)
        .prop_map(|(check, status, reason)| finding(check, status, reason))
}

fn newest(findings: &[Finding], check: CheckId) -> Option<&Finding> {
    findings.iter().rev().find(|finding| finding.check == check)
}

fn is(findings: &[Finding], check: CheckId, status: FindingStatus) -> bool {
    newest(findings, check).is_some_and(|finding| finding.status == status)
}

/// Failed checks in the order of dependence.
fn failed(findings: &[Finding]) -> Vec<CheckId> {
    CheckId::NETWORK
        .into_iter()
        .filter(|check| is(findings, *check, FindingStatus::Failed))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_findings_lead_to_at_most_one_failed_stop_and_it_is_the_named_one(
        findings in prop::collection::vec(any_finding(), 0..24),
    ) {
        let named = diagnose(&findings).and_then(|named| stop_of(*named.because.first()?));
        let drawn: Vec<_> = path(&findings)
            .into_iter()
            .filter_map(|(stop, state)| (state == StopState::Failed).then_some(stop))
            .collect();
        prop_assert_eq!(drawn, named.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_cause_rests_on_a_check_that_is_not_fine(
        findings in prop::collection::vec(any_finding(), 0..24),
    ) {
        let Some(diagnosis) = diagnose(&findings) else { return Ok(()) };
        let is_fault = |check: &CheckId| {
            is(&findings, *check, FindingStatus::Failed)
                || is(&findings, *check, FindingStatus::Attention)
        };
        prop_assert!(diagnosis.because.iter().any(is_fault), "{:?}", diagnosis);
        let mut once = diagnosis.because.clone();
        once.dedup();
        prop_assert_eq!(&once, &diagnosis.because);
    }

    #[test]
    fn what_a_cause_explains_failed_and_is_not_what_it_rests_on(
        findings in prop::collection::vec(any_finding(), 0..24),
    ) {
        let Some(diagnosis) = diagnose(&findings) else { return Ok(()) };
        let failed = failed(&findings);
        for check in &diagnosis.explains {
            prop_assert!(failed.contains(check) && !diagnosis.because.contains(check));
        }
    }

    #[test]
    fn mending_what_a_cause_rests_on_moves_the_cause_down_the_path_or_away(
        findings in prop::collection::vec(any_finding(), 0..24),
    ) {
        let Some(before) = diagnose(&findings) else { return Ok(()) };
        let mended: Vec<_> = findings
            .iter()
            .filter(|finding| !before.because.contains(&finding.check))
            .cloned()
            .chain(before.because.iter().map(|check| finding(*check, FindingStatus::Fine, None)))
            .collect();
        if let Some(after) = diagnose(&mended) {
            prop_assert!(after.cause != before.cause || after.because != before.because);
        }
    }

    #[test]
    fn checks_that_are_not_available_name_no_cause(
        findings in prop::collection::vec(any_finding(), 0..24),
    ) {
        let blind: Vec<_> = findings
            .into_iter()
            .map(|finding| Finding { status: FindingStatus::NotAvailable, ..finding })
            .collect();
        prop_assert_eq!(diagnose(&blind), None);
    }
}
