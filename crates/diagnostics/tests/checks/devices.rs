//! Recorded devices: file trees laid out as the kernel documents them.

use crate::support::{one, recorded};
use diagnostics::{Roots, Targets, Vpn, VpnUse, device_report};
use ticket::{Cause, CheckId, EvidenceKey, Finding, FindingReason, FindingStatus, Stage};

use EvidenceKey as Key;
use FindingReason as R;
use FindingStatus::{Attention, Failed, Fine, NotAvailable};

pub(crate) type Facts<'a> = &'a [(EvidenceKey, &'a str)];

fn facts(finding: &Finding) -> Vec<(EvidenceKey, &str)> {
    finding.evidence.iter().map(|evidence| (evidence.key, evidence.value.as_str())).collect()
}

pub(crate) async fn check(tree: &str, id: CheckId, status: FindingStatus, expect: Facts<'_>) {
    let finding = one(id, &recorded(tree)).await;
    assert_eq!((finding.status, facts(&finding).as_slice()), (status, expect), "{tree} {id:?}");
}

#[tokio::test]
async fn sees_links_that_are_hardware_and_up() {
    let one_of = |kind| [(Key::LinksUp, "1"), (Key::LinkKind, kind)];
    check("laptop-wifi", CheckId::Link, Fine, &one_of("wifi")).await;
    check("laptop-cable", CheckId::Link, Fine, &one_of("ethernet")).await;
    check("link-without-address", CheckId::Link, Fine, &one_of("wifi")).await;
    let none = [(Key::ReasonWord, "no_link"), (Key::LinksUp, "0")];
    check("nothing-up", CheckId::Link, Failed, &none).await;
    let bridge = [(Key::LinksUp, "2"), (Key::LinkKind, "ethernet")];
    check("bridge", CheckId::Link, Fine, &bridge).await;
}

#[tokio::test]
async fn sees_the_class_of_the_addresses_of_those_links() {
    let class = |class| (Key::AddressClass, class);
    let home = [class("private"), class("ipv6_global"), class("link_local")];
    check("laptop-wifi", CheckId::Address, Fine, &home).await;
    let office = [class("private"), class("link_local")];
    check("laptop-cable", CheckId::Address, Fine, &office).await;
    check("bridge", CheckId::Address, Fine, &[class("private")]).await;
    let none = (Key::ReasonWord, "no_address");
    check("nothing-up", CheckId::Address, Failed, &[none]).await;
    let own = [none, class("link_local")];
    check("link-without-address", CheckId::Address, Failed, &own).await;
}

#[tokio::test]
async fn sees_that_no_way_leads_out() {
    let none = [(Key::ReasonWord, "no_default_route")];
    for tree in ["no-default-route", "link-without-address"] {
        check(tree, CheckId::Gateway, Failed, &none).await;
    }
}

#[tokio::test]
async fn a_router_that_refuses_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let net = folder.path().join("proc/net");
    std::fs::create_dir_all(&net).unwrap();
    let loopback = "lo\t00000000\t0100007F\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";
    std::fs::write(net.join("route"), loopback).unwrap();
    let mut context = recorded("bridge");
    context.roots = Roots::under(folder.path());
    let finding = one(CheckId::Gateway, &context).await;
    assert_eq!(finding.status, Fine, "{finding:?}");
}

async fn vpn(tree: &str, vpn: VpnUse, status: FindingStatus, expect: Facts<'_>) {
    let mut context = recorded(tree);
    let vpn = Vpn { need: vpn, ..Vpn::default() };
    context.targets = Targets { vpn, ..Targets::default() };
    let finding = one(CheckId::Vpn, &context).await;
    assert_eq!((finding.status, facts(&finding).as_slice()), (status, expect), "{tree}");
}

#[tokio::test]
async fn sees_clients_and_tunnels_without_asking_them() {
    let down = [
        (Key::ReasonWord, "client_stopped"),
        (Key::TunnelState, "down"),
        (Key::TunnelsUp, "0"),
        (Key::VpnClient, "WireGuard"),
        (Key::VpnClientVersion, "1.0.20210914-1+b1"),
        (Key::ClientState, "stopped"),
    ];
    vpn("laptop-wifi", VpnUse::Required, Failed, &down).await;
    vpn("laptop-wifi", VpnUse::Optional, Attention, &down).await;
    let up = [
        (Key::DefaultRouteKind, "link"),
        (Key::TunnelState, "up"),
        (Key::TunnelsUp, "1"),
        (Key::VpnClient, "OpenVPN"),
        (Key::ClientState, "running"),
    ];
    vpn("laptop-cable", VpnUse::Required, Fine, &up).await;
    let missing = [
        (Key::ReasonWord, "vpn_client_missing"),
        (Key::TunnelState, "down"),
        (Key::TunnelsUp, "0"),
    ];
    vpn("bridge", VpnUse::Required, Failed, &missing).await;
    vpn("bridge", VpnUse::Optional, NotAvailable, &missing).await;
}

#[tokio::test]
async fn reads_who_this_device_is() {
    let lenovo = [
        (Key::Maker, "LENOVO"),
        (Key::Model, "ThinkPad X1 Carbon Gen 10"),
        (Key::HostName, "lumen-lt-0417"),
        (Key::DeviceKind, "laptop"),
        (Key::Firmware, "N3AET79W (1.44 )"),
        (Key::ReasonWord, "not_reported"),
    ];
    check("laptop-wifi", CheckId::DeviceIdentity, Fine, &lenovo).await;
    let dell = [
        (Key::Maker, "Dell Inc."),
        (Key::Model, "Latitude 5440"),
        (Key::Serial, "7XK2PQ3"),
        (Key::HostName, "oak-lt-2210"),
        (Key::DeviceKind, "laptop"),
        (Key::Firmware, "1.18.0"),
    ];
    check("laptop-cable", CheckId::DeviceIdentity, Fine, &dell).await;
    check("bridge", CheckId::DeviceIdentity, Fine, &[(Key::HostName, "lab[31m-07")]).await;
    let nothing = [(Key::ReasonWord, "not_reported")];
    check("no-default-route", CheckId::DeviceIdentity, NotAvailable, &nothing).await;
}

#[tokio::test]
async fn reads_what_runs_on_it_and_since_when() {
    let debian = [
        (Key::System, "Debian GNU/Linux"),
        (Key::Version, "12 (bookworm)"),
        (Key::Build, "6.1.0-28-amd64"),
        (Key::TimeZone, "Europe/Berlin"),
    ];
    check("laptop-wifi", CheckId::OperatingSystem, Fine, &debian).await;
    let fedora = [
        (Key::System, "Fedora"),
        (Key::Version, "41 (Workstation Edition)"),
        (Key::Build, "6.1.0-28-amd64"),
    ];
    check("bridge", CheckId::OperatingSystem, Fine, &fedora).await;
    check("laptop-wifi", CheckId::Uptime, Fine, &[(Key::UptimeSeconds, "432000")]).await;
    check("laptop-cable", CheckId::Uptime, Attention, &[(Key::UptimeSeconds, "1900800")]).await;
    let nothing = [(Key::ReasonWord, "not_reported")];
    check("no-default-route", CheckId::Uptime, NotAvailable, &nothing).await;
}

#[tokio::test]
async fn reads_memory_in_bytes() {
    let plenty = [
        (Key::TotalBytes, "16609722368"),
        (Key::FreeBytes, "9339289600"),
        (Key::UsedPercent, "43"),
        (Key::PressurePercent, "0"),
    ];
    check("laptop-wifi", CheckId::Memory, Fine, &plenty).await;
    let short = [
        (Key::ReasonWord, "short_of_memory"),
        (Key::TotalBytes, "8217948160"),
        (Key::FreeBytes, "422195200"),
        (Key::UsedPercent, "94"),
        (Key::PressurePercent, "32"),
    ];
    check("laptop-cable", CheckId::Memory, Attention, &short).await;
    check("no-default-route", CheckId::Memory, NotAvailable, &[(Key::ReasonWord, "not_reported")])
        .await;
}

async fn cause(tree: &str, expect: (Cause, Stage)) {
    let checks = [CheckId::Link, CheckId::Address, CheckId::Vpn];
    let findings = diagnostics::collect(&checks, &recorded(tree)).await;
    let named = diagnosis::diagnose(&findings).map(|named| (named.cause, named.stage));
    assert_eq!(named, Some(expect), "{findings:?}");
}

#[tokio::test]
async fn a_recorded_fault_leads_to_its_cause() {
    cause("nothing-up", (Cause::NoLink, Stage::Link)).await;
    cause("link-without-address", (Cause::NoAddress, Stage::Address)).await;
    let findings = [one(CheckId::Gateway, &recorded("no-default-route")).await];
    assert_eq!(findings[0].reason(), Some(R::NoDefaultRoute));
    let named = diagnosis::diagnose(&findings).map(|named| named.cause);
    assert_eq!(named, Some(Cause::NoGateway));
}

#[tokio::test]
async fn reports_the_device_for_a_ticket() {
    let report = device_report(&recorded("laptop-cable"), "0.1.0", None).await;
    assert_eq!(report.name, "oak-lt-2210");
    assert_eq!(report.model.as_deref(), Some("Dell Inc. Latitude 5440"));
    assert_eq!(report.serial.as_deref(), Some("7XK2PQ3"));
    assert_eq!(report.system, "Debian GNU/Linux 12 (bookworm)");
    assert_eq!((report.app_version.as_str(), report.uptime_seconds), ("0.1.0", Some(1_900_800)));
    let asset = Some("LO-0042".to_owned());
    let named = device_report(&recorded("no-default-route"), "0.1.0", asset).await;
    assert_eq!((named.name.as_str(), named.system.as_str()), ("LO-0042", "unknown"));
}
