//! This machine, as it is.

use std::time::{Duration, Instant};

use crate::support::{answering, install_tls, live};
use diagnostics::{Context, Progress, Targets, device_report, run};
use ticket::{CheckId, EvidenceKey, Finding, FindingStatus};

/// Time a busy machine may need on top of the deadline.
const GRACE: Duration = Duration::from_secs(5);

async fn everything(context: &Context) -> Vec<Finding> {
    let started = Instant::now();
    let findings = diagnostics::collect(&CheckId::ALL, context).await;
    assert!(started.elapsed() < context.deadlines.network + GRACE);
    let checks: Vec<_> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, CheckId::ALL);
    findings
}

#[tokio::test]
async fn every_check_answers_within_its_deadline() {
    let targets = Targets {
        identity_provider: Some(answering("200 OK", "").await),
        agent: Some(answering("200 OK", "").await),
        internet_probe: Some(answering("204 No Content", "").await),
        ..Targets::default()
    };
    for finding in everything(&live(targets)).await {
        let silent = finding.evidence.is_empty() && finding.status != FindingStatus::Fine;
        assert!(!silent, "{finding:?}");
    }
}

#[tokio::test]
async fn what_is_told_holds_no_address_and_nothing_invisible() {
    for finding in everything(&live(Targets::default())).await {
        for evidence in finding.evidence {
            let is_version = matches!(
                evidence.key,
                EvidenceKey::Version | EvidenceKey::Build | EvidenceKey::VpnClientVersion
            );
            let is_address = evidence.value.parse::<std::net::IpAddr>().is_ok();
            assert!(is_version || !is_address, "{evidence:?}");
            assert!(evidence.value.chars().count() <= 120, "{evidence:?}");
            assert!(!evidence.value.chars().any(char::is_control), "{evidence:?}");
        }
    }
}

#[tokio::test]
async fn each_check_is_announced_once_before_it_ends() {
    let checks = [CheckId::Uptime, CheckId::Memory, CheckId::Uptime];
    let mut progress = run(&checks, &live(Targets::default()));
    let (mut begun, mut ended) = (Vec::new(), Vec::new());
    while let Some(step) = progress.recv().await {
        match step {
            Progress::Started(check) => begun.push(check),
            Progress::Ended(finding) => {
                assert!(begun.contains(&finding.check));
                ended.push(finding.check);
            }
        }
    }
    ended.sort_unstable();
    assert_eq!(ended, [CheckId::Uptime, CheckId::Memory]);
    assert_eq!(begun.len(), 2);
}

#[tokio::test]
async fn this_device_has_a_name_and_a_system() {
    let report = device_report(&live(Targets::default()), "0.1.0", None).await;
    assert!(!report.name.is_empty() && !report.system.is_empty(), "{report:?}");
}

/// Nextest gives each test a process of its own, so no other test has chosen a provider here.
#[test]
fn checks_need_a_tls_provider_first() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        assert!(Context::new(Targets::default()).is_err());
    }
    install_tls();
    assert!(Context::new(Targets::default()).is_ok());
}
