use super::*;

const TOOK: Duration = Duration::from_millis(2);

fn row(scenario: Scenario, risk: Risk, decision: Outcome) -> TriageRow {
    TriageRow {
        id: Some("a".to_owned()),
        text: "b".to_owned(),
        scenario,
        risk: Some(risk),
        decision: Some(decision),
        affected_multiple: Some(risk == Risk::High),
        emotional: None,
        domain: Some(Domain::Access),
        lang: Some("en".to_owned()),
        accept_scenarios: None,
        accept_decisions: None,
    }
}

fn found(scenario: Scenario, confidence: f32, risk: Risk, decision: Outcome) -> Decided {
    Decided {
        scenario,
        confidence,
        risk,
        decision,
        affected_multiple: true,
        emotional: false,
        domain: Domain::Access,
        took: TOOK,
    }
}

#[test]
fn tells_every_figure_of_the_contract() {
    use Outcome::{Act, Ask, Handoff};
    use Scenario::{HowTo, Outage, SecurityIncident, VpnConnectivity};
    let mut either = row(Outage, Risk::High, Handoff);
    either.accept_scenarios = Some(vec![VpnConnectivity]);
    let rows = [
        row(HowTo, Risk::Low, Act),
        row(HowTo, Risk::Low, Act),
        either,
        row(SecurityIncident, Risk::High, Handoff),
        row(VpnConnectivity, Risk::Medium, Ask),
    ];
    let decided = [
        found(HowTo, 0.9, Risk::Low, Act),
        found(VpnConnectivity, 0.4, Risk::Low, Handoff),
        found(VpnConnectivity, 0.9, Risk::High, Handoff),
        found(SecurityIncident, 0.9, Risk::High, Ask),
        found(VpnConnectivity, 0.9, Risk::Medium, Act),
    ];
    let report = triage(&rows, &decided, 0.75);
    assert_eq!((report.n, report.accuracy), (5, Some(0.8)));
    assert_eq!(report.accuracy_above_threshold, Some(1.0));
    assert_eq!(report.per_label["how_to"].recall, Some(0.5));
    assert_eq!(report.per_label["how_to"].precision, Some(1.0));
    assert_eq!(report.per_label["vpn_connectivity"].precision, Some(0.5));
    assert_eq!(report.per_label["outage"].f1, Some(1.0));
    assert!(!report.per_label.contains_key("other"));
    assert_eq!(report.per_lang["en"].n, 5);
    assert_eq!(report.risk_accuracy, Some(1.0));
    assert_eq!(report.decision_accuracy, Some(0.4));
    assert_eq!(report.handoff_rate, Some(0.4));
    assert_eq!(report.missed_high_risk.len(), 1);
    assert_eq!((report.false_escalations, report.false_escalation_rate_low), (1, Some(0.5)));
    assert_eq!(report.false_resolutions, 1);
    assert_eq!(report.affected_multiple, Flag { precision: Some(0.4), recall: Some(1.0) });
    assert_eq!(report.emotional, Flag { precision: None, recall: None });
    assert_eq!(report.domain_accuracy, Some(1.0));
    assert_eq!(report.latency_ms, Latency { p50: Some(2.0), p99: Some(2.0) });
}

#[test]
fn what_is_accepted_is_right() {
    let mut both = row(Scenario::HowTo, Risk::Medium, Outcome::Ask);
    both.accept_decisions = Some(vec![Outcome::Handoff, Outcome::Act]);
    let handed = [found(Scenario::HowTo, 0.9, Risk::Medium, Outcome::Handoff)];
    let report = triage(std::slice::from_ref(&both), &handed, 0.75);
    assert_eq!((report.false_escalations, report.decision_accuracy), (0, Some(1.0)));
    let acted = [found(Scenario::HowTo, 0.9, Risk::Medium, Outcome::Act)];
    assert_eq!(triage(&[both], &acted, 0.75).false_resolutions, 0);
}

#[test]
fn rows_without_answers_tell_nothing_about_them() {
    let mut bare = row(Scenario::HowTo, Risk::Low, Outcome::Act);
    (bare.risk, bare.decision, bare.domain, bare.lang) = (None, None, None, None);
    let handed = [found(Scenario::HowTo, 0.9, Risk::High, Outcome::Handoff)];
    let report = triage(&[bare], &handed, 0.75);
    assert_eq!((report.risk_accuracy, report.decision_accuracy), (None, None));
    assert_eq!((report.false_escalations, report.false_escalation_rate_low), (0, None));
    assert!(report.per_lang.is_empty());
}
