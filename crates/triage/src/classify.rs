use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ticket::{Domain, Label, LabelSource, Reason, Risk, Scenario};

use crate::rules::Match;
use crate::{Rules, Signals, fold, signals};

/// A label at least this sure can become the primary one because it is the riskier.
pub const PRIMARY_THRESHOLD: f32 = 0.4;

/// What the employee's own choice says for a label.
const CHOICE_WEIGHT: f32 = 0.6;
/// How sure we are that a text no rule knows is about something else.
const UNKNOWN: f32 = 0.2;

/// Labels and signals of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// Every label that was found, the primary one first. Never empty.
    pub labels: Vec<Label>,
    /// The part of IT that owns the primary label.
    pub domain: Domain,
    /// The highest risk a matching rule demands.
    pub risk_floor: Option<Risk>,
    /// What else the text says.
    pub signals: Signals,
    /// The text as the rules saw it.
    pub folded: String,
}

impl Triage {
    /// The primary label, if there is one.
    #[must_use]
    pub fn primary(&self) -> Option<&Label> {
        self.labels.first()
    }
}

/// Labels a text. The employee's choice of a guided help counts as one more reason.
#[must_use]
pub fn classify(rules: &Rules, text: &str, hint: Option<Scenario>) -> Triage {
    let folded = fold(text);
    let matches = rules.matches(&folded);
    let mut drafts: BTreeMap<Scenario, Draft> = BTreeMap::new();
    for found in &matches {
        drafts.entry(found.scenario).or_default().add(found);
    }
    if let Some(scenario) = hint {
        drafts.entry(scenario).or_default().choose();
    }
    let labels = ranked(drafts);
    let primary = labels.first().map_or(Scenario::Other, |label| label.scenario);
    Triage {
        labels,
        domain: domain_of(primary),
        risk_floor: matches.iter().filter_map(|found| found.risk).max(),
        signals: signals(&folded),
        folded: folded.text().to_owned(),
    }
}

/// A label in the making. Weights combine as independent evidence: 1 - Π(1 - w).
struct Draft {
    doubt: f32,
    risk: Risk,
    source: LabelSource,
    reasons: Vec<Reason>,
}

impl Default for Draft {
    fn default() -> Self {
        let source = LabelSource::Employee;
        Self { doubt: 1.0, risk: Risk::Low, source, reasons: Vec::new() }
    }
}

impl Draft {
    fn add(&mut self, found: &Match<'_>) {
        self.doubt *= 1.0 - found.weight;
        self.risk = self.risk.max(found.risk.unwrap_or(Risk::Low));
        self.source = LabelSource::Rule;
        self.reasons.push(Reason { rule: found.rule.to_owned(), span: Some(found.span) });
    }

    fn choose(&mut self) {
        self.doubt *= 1.0 - CHOICE_WEIGHT;
        self.reasons.push(Reason { rule: "employee_choice".to_owned(), span: None });
    }

    fn confidence(&self) -> f32 {
        (1.0 - self.doubt).clamp(0.0, 0.99)
    }
}

/// Riskiest first among the labels that are sure enough, then the surest.
fn ranked(drafts: BTreeMap<Scenario, Draft>) -> Vec<Label> {
    let mut drafts: Vec<_> = drafts.into_iter().collect();
    drafts.sort_by(|(one, a), (other, b)| {
        let risk = rank(*other, b).cmp(&rank(*one, a));
        risk.then(b.confidence().total_cmp(&a.confidence())).then(one.cmp(other))
    });
    if drafts.is_empty() {
        return vec![unknown()];
    }
    drafts.into_iter().map(|(scenario, draft)| label(scenario, draft)).collect()
}

fn rank(scenario: Scenario, draft: &Draft) -> (bool, Risk) {
    let sure = draft.confidence() >= PRIMARY_THRESHOLD;
    (sure, if sure { draft.risk.max(own_risk(scenario)) } else { Risk::Low })
}

fn label(scenario: Scenario, draft: Draft) -> Label {
    let confidence = draft.confidence();
    Label { scenario, confidence, source: draft.source, reasons: draft.reasons }
}

fn unknown() -> Label {
    let reasons = vec![Reason { rule: "nothing_matched".to_owned(), span: None }];
    let source = LabelSource::Default;
    Label { scenario: Scenario::Other, confidence: UNKNOWN, source, reasons }
}

const fn own_risk(scenario: Scenario) -> Risk {
    match scenario {
        Scenario::SecurityIncident | Scenario::Outage => Risk::High,
        Scenario::PasswordResetLockout
        | Scenario::SoftwareAccess
        | Scenario::HowTo
        | Scenario::VpnConnectivity
        | Scenario::HardwareFault
        | Scenario::Other => Risk::Low,
    }
}

const fn domain_of(scenario: Scenario) -> Domain {
    match scenario {
        Scenario::PasswordResetLockout | Scenario::SecurityIncident => Domain::Identity,
        Scenario::SoftwareAccess => Domain::Access,
        Scenario::VpnConnectivity | Scenario::Outage => Domain::Infrastructure,
        Scenario::HardwareFault => Domain::Endpoint,
        Scenario::HowTo | Scenario::Other => Domain::Application,
    }
}

#[cfg(test)]
mod tests {
    use content::{TriageRule, TriageRules};

    use super::*;

    fn rule(id: &str, scenario: Scenario, weight: f32, any: &str) -> TriageRule {
        let (any, unless) = (vec![any.to_owned()], Vec::new());
        TriageRule { id: id.to_owned(), scenario, risk: None, weight, any, unless }
    }

    fn rules() -> Rules {
        let mut admin = rule("admin", Scenario::SoftwareAccess, 0.5, r"\badmin\b");
        admin.risk = Some(Risk::High);
        let mut printer = rule("printer", Scenario::HardwareFault, 0.7, r"\bprinter\b");
        printer.unless = vec!["add a printer".to_owned()];
        let rules = vec![
            rule("vpn", Scenario::VpnConnectivity, 0.8, r"\bvpn\b"),
            rule("drops", Scenario::VpnConnectivity, 0.5, r"\bdrops?\b"),
            rule("phish", Scenario::SecurityIncident, 0.5, r"\bsuspicious (link|mail)\b"),
            rule("odd", Scenario::SecurityIncident, 0.2, r"\bstrange\b"),
            rule("how", Scenario::HowTo, 0.6, r"\bhow do i\b"),
            admin,
            printer,
        ];
        Rules::compile(&TriageRules { version: 1, rules }).0
    }

    fn check(text: &str, hint: Option<Scenario>, expect: &[(Scenario, f32, LabelSource)]) {
        let triage = classify(&rules(), text, hint);
        let found: Vec<_> =
            triage.labels.iter().map(|l| (l.scenario, l.confidence, l.source)).collect();
        assert_eq!(found.len(), expect.len(), "{text}: {found:?}");
        for (found, expect) in found.iter().zip(expect) {
            assert_eq!((found.0, found.2), (expect.0, expect.2), "{text}");
            assert!((found.1 - expect.1).abs() < 0.001, "{text}: {found:?}");
        }
    }

    #[test]
    fn labels_by_rules_with_combined_weights() {
        use LabelSource::{Default, Employee, Rule};
        use Scenario::{HardwareFault, HowTo, Other, SecurityIncident, VpnConnectivity};
        check("the VPN is down", None, &[(VpnConnectivity, 0.8, Rule)]);
        check("VPN drops", None, &[(VpnConnectivity, 0.9, Rule)]);
        check("the printer jams", None, &[(HardwareFault, 0.7, Rule)]);
        check("how do I add a printer", None, &[(HowTo, 0.6, Rule)]);
        check("hello", None, &[(Other, 0.2, Default)]);
        check("hello", Some(HardwareFault), &[(HardwareFault, 0.6, Employee)]);
        check("VPN", Some(VpnConnectivity), &[(VpnConnectivity, 0.92, Rule)]);
        check(
            "vpn drops after a suspicious link",
            Some(VpnConnectivity),
            &[(SecurityIncident, 0.5, Rule), (VpnConnectivity, 0.96, Rule)],
        );
        check(
            "vpn is strange",
            None,
            &[(VpnConnectivity, 0.8, Rule), (SecurityIncident, 0.2, Rule)],
        );
    }

    #[test]
    fn a_risky_rule_raises_the_floor_and_its_label() {
        let triage = classify(&rules(), "how do I get admin on the vpn", None);
        assert_eq!(triage.risk_floor, Some(Risk::High));
        assert_eq!(triage.labels[0].scenario, Scenario::SoftwareAccess);
        assert_eq!(triage.domain, Domain::Access);
    }

    #[test]
    fn every_reason_points_at_the_words_it_saw() {
        let text = "Das  V\u{200b}PN drops";
        let triage = classify(&rules(), text, None);
        let words: Vec<&str> = triage.labels[0]
            .reasons
            .iter()
            .filter_map(|reason| reason.span)
            .map(|span| &text[span.start as usize..span.end as usize])
            .collect();
        assert_eq!(words, ["V\u{200b}PN", "drops"]);
    }
}
