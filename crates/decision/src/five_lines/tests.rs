use policy::TierRule;
use proptest::prelude::*;
use ticket::{Cause, Certainty, CheckId, Evidence, Finding, ReportedDiagnosis, Stage, TriedStep};

use super::*;
use crate::Requester;
use crate::tests::fixture::case;

fn vpn(text: &str) -> Case {
    case(text, Scenario::VpnConnectivity, 0.9)
}

fn check(case: &Case, expect: [&str; 4]) {
    let lines = five_lines(case, Scenario::VpnConnectivity, TierRule::StepsFailed);
    assert_eq!(lines.lines(), expect);
}

#[test]
fn tells_who_what_tried_and_next() {
    let stops = "Stops: the standard steps did not help. Next: check the gateway for this user.";
    check(
        &vpn("VPN drops.\nSince today"),
        [
            "From: Anna Berg, verified by session on a known device",
            "About: VPN or network: \"VPN drops. Since today\"",
            "Tried: nothing recorded",
            stops,
        ],
    );
    let mut worked = vpn("VPN drops");
    let step = |outcome| TriedStep {
        playbook: "vpn".to_owned(),
        step: "s".to_owned(),
        title: "t".to_owned(),
        outcome,
        detail: None,
    };
    worked.submission.tried = vec![step(TriedOutcome::Done), step(TriedOutcome::DidNotHelp)];
    let (cause, stage) = (Cause::TunnelDown, Stage::Tunnel);
    worked.submission.diagnosis = Some(ReportedDiagnosis {
        cause,
        stage,
        certainty: Certainty::Certain,
        because: Vec::new(),
        explains: Vec::new(),
    });
    worked.verification = Verification::Fresh;
    check(
        &worked,
        [
            "From: Anna Berg, verified by fresh sign-in, known device",
            "About: VPN or network: \"VPN drops\"",
            "Tried: guided steps: 2, confirmed no help: 1; device reports: VPN not connected",
            stops,
        ],
    );
}

#[test]
fn says_what_the_agent_did_or_could_not() {
    let check = |end: RunEnd, tried: &str, stops: &str| {
        let mut case = vpn("VPN drops");
        case.history = vec![Step::Ran { runbook: "resend-vpn-profile".to_owned(), end }];
        let lines = five_lines(&case, Scenario::VpnConnectivity, TierRule::ConnectionFault);
        assert_eq!(lines.lines()[2..], [tried, stops]);
    };
    check(
        RunEnd::Done,
        "Tried: done by the agent: resend-vpn-profile",
        "Stops: the agent did it. Next: nothing, unless it did not help.",
    );
    let stopped = "Tried: stopped: resend-vpn-profile";
    let next = "Stops: its runbook stopped. Next: check the gateway for this user.";
    check(RunEnd::Stopped, stopped, next);
    check(RunEnd::Suspicious, stopped, next);
}

#[test]
fn says_when_nobody_is_verified() {
    let first = |case: &Case| who(case);
    let mut token_only = vpn("x");
    token_only.verification = Verification::Unverified;
    assert_eq!(first(&token_only), "From: Anna Berg, NOT verified (no enrolled device)");
    let mut signed_out = vpn("x");
    signed_out.requester = None;
    assert_eq!(
        first(&signed_out),
        "From: NOT verified, nobody signed in; left no way to call back"
    );
    signed_out.submission.contact = Some("+1 555 0123".to_owned());
    assert_eq!(
        first(&signed_out),
        "From: NOT verified, nobody signed in; call back: \"+1 555 0123\""
    );
}

#[test]
fn names_the_checks_that_failed() {
    let mut case = vpn("x");
    let finding =
        |check, status| Finding { check, status, evidence: Vec::<Evidence>::new(), took_ms: 1 };
    case.submission.findings = vec![
        finding(CheckId::Link, FindingStatus::Fine),
        finding(CheckId::NameService, FindingStatus::Failed),
    ];
    assert_eq!(tried(&case), "device reports failed: name service");
    case.submission.findings.pop();
    assert_eq!(tried(&case), "checks of the device: 1, none failed");
}

#[test]
fn reasons_and_next_steps_are_never_cut() {
    for rule in RULES {
        for scenario in Scenario::ALL {
            let lines = five_lines(&vpn("x"), scenario, rule);
            assert!(lines.lines()[3].ends_with('.'), "{lines}");
        }
    }
}

const RULES: [TierRule; 26] = [
    TierRule::Instructs,
    TierRule::MfaBypass,
    TierRule::SecurityIncident,
    TierRule::Outage,
    TierRule::Secret,
    TierRule::Elevation,
    TierRule::BulkData,
    TierRule::OtherPerson,
    TierRule::SharedSystem,
    TierRule::SeveralPeople,
    TierRule::UnknownRisky,
    TierRule::HighByRule,
    TierRule::WantsPerson,
    TierRule::StepsFailed,
    TierRule::Thanks,
    TierRule::Status,
    TierRule::OwnAccount,
    TierRule::StandardAccess,
    TierRule::HowTo,
    TierRule::ConnectionFault,
    TierRule::DeviceFault,
    TierRule::DetailMissing,
    TierRule::SensitiveByRule,
    TierRule::Ambiguous,
    TierRule::StillUnclear,
    TierRule::NoScenario,
];

#[test]
fn the_reference_is_the_fifth_line() {
    let lines = five_lines(&vpn("x"), Scenario::Other, TierRule::Ambiguous);
    let lines = lines.with_reference("Ticket 42").with_reference("Ticket 43\nextra");
    assert_eq!(lines.lines().len(), 5);
    assert_eq!(lines.to_string().lines().last(), Some("Ticket 43 extra"));
}

proptest! {
    #[test]
    fn untrusted_text_cannot_break_the_form(
        text in "(\\PC|[\\n\\t\\r\u{1b}\u{202e}\u{200b}\u{308}界\"]){0,300}",
        name in "(\\PC|[\\n\u{1b}\u{202e}界]){0,100}",
        contact in prop::option::of("(\\PC|[\\n\u{7}\"]){0,100}"),
        is_signed_in: bool,
    ) {
        let mut case = vpn(&text);
        case.requester = is_signed_in.then_some(Requester { name });
        case.submission.contact = contact;
        let lines = five_lines(&case, Scenario::VpnConnectivity, TierRule::StepsFailed);
        prop_assert_eq!(lines.lines().len(), 4);
        for line in lines.lines() {
            prop_assert!(line.width() <= COLUMNS, "{} columns: {line:?}", line.width());
            prop_assert!(!line.contains(char::is_control), "{line:?}");
            prop_assert!(!line.contains(is_invisible), "{line:?}");
        }
        prop_assert!(lines.lines()[0].contains("verified"), "{lines}");
        let read: FiveLines = Vec::from(lines.clone()).into();
        prop_assert_eq!(read, lines);
    }
}
