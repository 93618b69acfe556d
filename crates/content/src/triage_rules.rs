use serde::Deserialize;
use ticket::{Risk, Scenario};

/// The rules that label a text; `triage/rules.yaml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageRules {
    /// Format version; 1.
    pub version: u16,
    /// The rules. Every one that matches counts.
    pub rules: Vec<TriageRule>,
}

/// One rule: if the text matches, the label gets this weight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageRule {
    /// Names it in every reason.
    pub id: String,
    /// The label.
    pub scenario: Scenario,
    /// Lower bound of the risk if it matches; absent: the scenario's own tier decides.
    pub risk: Option<Risk>,
    /// How much it says for the label, above 0 and up to 1.
    pub weight: f32,
    /// Patterns over the folded text (NFKC, lower case, one space between words), in the syntax of the
    /// `regex` crate. One match is enough.
    pub any: Vec<String>,
    /// If one of these matches, the rule does not.
    #[serde(default)]
    pub unless: Vec<String>,
}
