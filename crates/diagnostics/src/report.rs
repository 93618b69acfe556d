use std::time::Duration;

use ticket::{CheckId, DeviceReport, EvidenceKey, Finding};
use tokio::time::timeout;

use crate::{Context, Roots, checks::read, outcome::Outcome, system};

const UNKNOWN: &str = "unknown";

/// The device as a ticket tells it. `asset_name` is the name IT gave the device, where managed
/// configuration has one. What cannot be read in time is left out.
pub async fn device_report(
    context: &Context,
    app_version: &str,
    asset_name: Option<String>,
) -> DeviceReport {
    let (identity, system, uptime) = tokio::join!(
        facts(context, CheckId::DeviceIdentity, system::device_identity),
        facts(context, CheckId::OperatingSystem, system::operating_system),
        facts(context, CheckId::Uptime, system::uptime),
    );
    let name = asset_name.or_else(|| owned(&identity, EvidenceKey::HostName));
    DeviceReport {
        name: name.unwrap_or_else(|| UNKNOWN.to_owned()),
        model: joined(&identity, EvidenceKey::Maker, EvidenceKey::Model),
        serial: owned(&identity, EvidenceKey::Serial),
        system: joined(&system, EvidenceKey::System, EvidenceKey::Version)
            .unwrap_or_else(|| UNKNOWN.to_owned()),
        app_version: app_version.to_owned(),
        uptime_seconds: uptime
            .value(EvidenceKey::UptimeSeconds)
            .and_then(|seconds| seconds.parse().ok()),
    }
}

async fn facts(context: &Context, check: CheckId, reader: fn(&Roots) -> Outcome) -> Finding {
    let deadline = context.deadlines.of(check);
    let outcome = timeout(deadline, read(context, reader)).await;
    outcome.unwrap_or_else(|_| Outcome::fine()).into_finding(check, Duration::ZERO)
}

fn owned(finding: &Finding, key: EvidenceKey) -> Option<String> {
    finding.value(key).map(str::to_owned)
}

/// Both values, the first left out where the second already begins with it.
fn joined(finding: &Finding, first: EvidenceKey, second: EvidenceKey) -> Option<String> {
    match (finding.value(first), finding.value(second)) {
        (Some(first), Some(second)) if second.starts_with(first) => Some(second.to_owned()),
        (Some(first), Some(second)) => Some(format!("{first} {second}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}
