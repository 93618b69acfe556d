use std::fmt::Write;

use ticket::{Evidence, EvidenceKey, Finding};

use crate::{Stop, StopState, advice, diagnose, path};

/// The drawn path in one line of text, such as `[ok] this device -- [FAILED] router .. [?] names`.
#[must_use]
pub fn path_as_text(findings: &[Finding]) -> String {
    let mut line = String::new();
    let mut is_behind = false;
    for (index, (stop, state)) in path(findings).into_iter().enumerate() {
        if index > 0 {
            line.push_str(if is_behind { " .. " } else { " -- " });
        }
        is_behind = is_behind || state == StopState::Failed;
        // Writing to a string does not fail.
        let _ = write!(line, "[{}] {}", mark(state), name(stop));
    }
    line
}

/// What a finding saw, in one line of English. Values are untrusted text.
#[must_use]
pub fn facts_as_text(finding: &Finding) -> String {
    finding.evidence.iter().map(fact).collect::<Vec<_>>().join(", ")
}

fn fact(Evidence { key, value }: &Evidence) -> String {
    match key {
        EvidenceKey::Milliseconds => format!("answer {value} ms"),
        EvidenceKey::NameMilliseconds => format!("name {value} ms"),
        EvidenceKey::ConnectMilliseconds => format!("connected {value} ms"),
        EvidenceKey::RoutersPassed => format!("{value} routers answered"),
        EvidenceKey::LostPercent => format!("{value} % lost"),
        EvidenceKey::UsedPercent => format!("{value} % in use"),
        EvidenceKey::PressurePercent => format!("{value} % waiting"),
        EvidenceKey::ChargePercent => format!("{value} % charged"),
        EvidenceKey::BatteryHealthPercent => format!("holds {value} %"),
        EvidenceKey::BatteryCycles => format!("{value} cycles"),
        EvidenceKey::CpuPercent => format!("{value} % of the processor"),
        EvidenceKey::DriveWearPercent => format!("{value} % worn"),
        EvidenceKey::DriveErrors => format!("{value} errors"),
        EvidenceKey::Celsius => format!("{value} °C"),
        EvidenceKey::LimitCelsius => format!("limit {value} °C"),
        EvidenceKey::TotalBytes => format!("{} in total", bytes(value)),
        EvidenceKey::FreeBytes => format!("{} free", bytes(value)),
        EvidenceKey::UsedBytes => bytes(value),
        EvidenceKey::ClockSkewSeconds => format!("{value} s ahead"),
        EvidenceKey::UptimeSeconds => days(value),
        EvidenceKey::HttpStatus => format!("status {value}"),
        EvidenceKey::LinksUp => format!("{value} links up"),
        EvidenceKey::TunnelsUp => format!("{value} tunnels up"),
        EvidenceKey::PackagesWaiting => format!("{value} packages wait"),
        EvidenceKey::UnexpectedStops => format!("{value} unexpected stops"),
        EvidenceKey::DisplaysFound => format!("{value} displays"),
        EvidenceKey::PrintersFound => format!("{value} printers"),
        EvidenceKey::JobsWaiting => format!("{value} jobs wait"),
        EvidenceKey::SoundOutputs => format!("{value} sound outputs"),
        EvidenceKey::SoundInputs => format!("{value} sound inputs"),
        EvidenceKey::Cameras => format!("{value} cameras"),
        EvidenceKey::Maker
        | EvidenceKey::Model
        | EvidenceKey::Serial
        | EvidenceKey::HostName
        | EvidenceKey::System
        | EvidenceKey::Version
        | EvidenceKey::Build
        | EvidenceKey::Firmware
        | EvidenceKey::TimeZone
        | EvidenceKey::MountPoint
        | EvidenceKey::CertificateIssuer
        | EvidenceKey::VpnClient
        | EvidenceKey::VpnClientVersion
        | EvidenceKey::Drive
        | EvidenceKey::Resolution
        | EvidenceKey::Dock
        | EvidenceKey::PrinterModel
        | EvidenceKey::PrinterReason => value.clone(),
        EvidenceKey::DeviceKind
        | EvidenceKey::LinkKind
        | EvidenceKey::AddressClass
        | EvidenceKey::IpVersion
        | EvidenceKey::ProxyKind
        | EvidenceKey::TunnelState
        | EvidenceKey::RouteKind
        | EvidenceKey::DefaultRouteKind
        | EvidenceKey::ClientState
        | EvidenceKey::VpnProtocol
        | EvidenceKey::DriveReport
        | EvidenceKey::BatteryState
        | EvidenceKey::PowerSource
        | EvidenceKey::Sensor
        | EvidenceKey::Connector
        | EvidenceKey::PrinterState
        | EvidenceKey::ProgramClass
        | EvidenceKey::ReasonWord => value.replace('_', " "),
    }
}

/// Bytes in the largest unit that leaves a whole number before the point; as told if it is none.
#[allow(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn bytes(value: &str) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let Ok(bytes) = value.parse::<u64>() else { return value.to_owned() };
    let (mut amount, mut unit) = (bytes as f64, 0);
    while amount >= 1000.0 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS.get(unit).unwrap_or(&"B"))
}

fn days(value: &str) -> String {
    match value.parse::<u64>() {
        Ok(seconds) if seconds >= 86_400 => format!("up for {} days", seconds / 86_400),
        Ok(seconds) => format!("up for {} hours", seconds / 3600),
        Err(_) => value.to_owned(),
    }
}

const fn mark(state: StopState) -> &'static str {
    match state {
        StopState::Fine => "ok",
        StopState::Attention => "look",
        StopState::Failed => "FAILED",
        StopState::NotAvailable => "?",
        StopState::NotReached => "not reached",
    }
}

const fn name(stop: Stop) -> &'static str {
    match stop {
        Stop::Device => "this device",
        Stop::Link => "network",
        Stop::Gateway => "router",
        Stop::NameService => "names",
        Stop::Internet => "internet",
        Stop::Vpn => "VPN",
        Stop::Company => "company",
    }
}

/// Distance between two stops, in points.
const STEP: usize = 112;
const RADIUS: usize = 17;
const MIDDLE: usize = 40;

/// The drawn path with the cause below, as a picture (SVG 1.1). It holds nothing that anybody wrote.
#[must_use]
pub fn path_as_svg(findings: &[Finding]) -> String {
    let stops = path(findings);
    let width = STEP * stops.len();
    let cause = diagnose(findings).map(|diagnosis| advice(diagnosis.cause));
    let title = cause.as_ref().map_or("No cause is named.", |advice| advice.is);
    let mut drawing = String::new();
    let mut is_behind = false;
    for (index, (stop, state)) in stops.into_iter().enumerate() {
        let x = STEP * index + STEP / 2;
        if index > 0 {
            let (from, to) = (x - STEP + RADIUS, x - RADIUS);
            let line = if is_behind {
                r##"stroke="#8a9299" stroke-dasharray="2 4""##
            } else {
                r##"stroke="#4d9a6c""##
            };
            // Writing to a string does not fail, here and below.
            let _ = writeln!(
                drawing,
                r#"<path d="M{from} {MIDDLE}H{to}" fill="none" stroke-width="2" {line}/>"#
            );
        }
        is_behind = is_behind || state == StopState::Failed;
        let _ = writeln!(drawing, "{}", station(x, state));
        let weight = if state == StopState::Failed { "600" } else { "400" };
        let _ = writeln!(
            drawing,
            r#"<text x="{x}" y="80" font-weight="{weight}">{}</text><text x="{x}" y="98" class="said">{}</text>"#,
            name(stop),
            mark(state)
        );
    }
    let below = cause.map_or_else(String::new, |advice| {
        format!(
            "<text x=\"12\" y=\"136\" class=\"cause\">{}</text>\n<text x=\"12\" y=\"158\" class=\"to-do\">{}</text>\n",
            escaped(advice.is),
            escaped(advice.to_do)
        )
    });
    let height = if below.is_empty() { 112 } else { 172 };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">\n\
         <style>text {{ font: 13px sans-serif; text-anchor: middle; fill: #1f2930; }} .said {{ font-size: 11px; fill: #58646c; }} .cause {{ font-size: 15px; font-weight: 600; text-anchor: start; }} .to-do {{ text-anchor: start; }}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{drawing}{below}</svg>\n",
        label = escaped(title),
    )
}

/// A stop: its shape says the state, its color repeats it.
fn station(x: usize, state: StopState) -> String {
    let (line, fill, dash, sign) = match state {
        StopState::Fine => ("#4d9a6c", "#ffffff", "", "M-6 0l4 4 8-9"),
        StopState::Attention => ("#8a5a14", "#fff7e8", "", "M0-7V2M0 6v.5"),
        StopState::Failed => ("#b3261e", "#fdeceb", "", "M-5-5L5 5M5-5L-5 5"),
        StopState::NotAvailable => ("#8a9299", "#ffffff", "", "M-5 0H5"),
        StopState::NotReached => ("#8a9299", "#ffffff", " stroke-dasharray=\"2 4\"", ""),
    };
    format!(
        r#"<g transform="translate({x} {MIDDLE})" fill="none" stroke="{line}" stroke-width="2"><circle r="{RADIUS}" fill="{fill}"{dash}/><path d="{sign}" stroke-linecap="round"/></g>"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingReason, FindingStatus};

    use super::*;

    fn finding(check: CheckId, status: FindingStatus, evidence: &[(EvidenceKey, &str)]) -> Finding {
        let fact =
            |(key, value): &(EvidenceKey, &str)| Evidence { key: *key, value: (*value).to_owned() };
        Finding { check, status, evidence: evidence.iter().map(fact).collect(), took_ms: 1 }
    }

    fn no_router() -> Vec<Finding> {
        let silent = FindingReason::GatewaySilent.as_str();
        vec![
            finding(CheckId::Link, FindingStatus::Fine, &[]),
            finding(CheckId::Address, FindingStatus::Fine, &[]),
            finding(CheckId::Gateway, FindingStatus::Failed, &[(EvidenceKey::ReasonWord, silent)]),
            finding(CheckId::NameService, FindingStatus::Failed, &[]),
        ]
    }

    #[test]
    fn the_path_is_one_line_with_the_broken_stop() {
        assert_eq!(
            path_as_text(&no_router()),
            "[?] this device -- [ok] network -- [FAILED] router .. [not reached] names .. \
             [not reached] internet .. [not reached] VPN .. [not reached] company"
        );
    }

    #[test]
    fn the_picture_says_the_cause_in_words_too() {
        let picture = path_as_svg(&no_router());
        assert_eq!(picture.matches("<circle").count(), 7);
        assert!(picture.contains(r#"aria-label="The router does not answer.""#), "{picture}");
        assert!(picture.contains("M-5-5L5 5"), "{picture}");
        let fine = path_as_svg(&[finding(CheckId::Link, FindingStatus::Fine, &[])]);
        assert!(fine.contains("No cause is named.") && !fine.contains("class=\"cause\""));
    }

    #[test]
    fn facts_have_their_units() {
        let told = finding(
            CheckId::Disks,
            FindingStatus::Fine,
            &[
                (EvidenceKey::MountPoint, "/"),
                (EvidenceKey::FreeBytes, "212400000000"),
                (EvidenceKey::UptimeSeconds, "950400"),
                (EvidenceKey::ReasonWord, "not_reported"),
                (EvidenceKey::TotalBytes, "much"),
            ],
        );
        assert_eq!(
            facts_as_text(&told),
            "/, 212.4 GB free, up for 11 days, not reported, much in total"
        );
    }
}
