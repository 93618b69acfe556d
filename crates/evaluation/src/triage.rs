use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ticket::{Domain, Risk, Scenario};

use crate::figures::{Counts, calibration_error, mean, percentile, share};

mod table;

/// A request with what people say is right.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TriageRow {
    /// Names it in a report.
    pub id: Option<String>,
    /// What was written.
    pub text: String,
    /// Its label; the riskiest one if there are several issues.
    pub scenario: Scenario,
    /// Its risk.
    pub risk: Option<Risk>,
    /// Who goes on.
    pub decision: Option<Outcome>,
    /// Whether more than one person is affected.
    pub affected_multiple: Option<bool>,
    /// Whether the words show strong feeling.
    pub emotional: Option<bool>,
    /// The part of IT that owns it.
    pub domain: Option<Domain>,
    /// Language, as an ISO code.
    pub lang: Option<String>,
    /// Other labels that are right too.
    pub accept_scenarios: Option<Vec<Scenario>>,
    /// Other decisions that are right too.
    pub accept_decisions: Option<Vec<Outcome>>,
}

impl TriageRow {
    fn accepts_scenario(&self, found: Scenario) -> bool {
        let others = self.accept_scenarios.as_deref().unwrap_or_default();
        found == self.scenario || others.contains(&found)
    }

    fn accepts_decision(&self, found: Outcome) -> bool {
        let others = self.accept_decisions.as_deref().unwrap_or_default();
        self.decision == Some(found) || others.contains(&found)
    }
}

/// What an effect is for the employee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The agent goes on by itself.
    Act,
    /// Somebody is asked first.
    Ask,
    /// A person takes over.
    Handoff,
}

/// What was found for one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided {
    /// The primary label.
    pub scenario: Scenario,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
    /// The risk.
    pub risk: Risk,
    /// Who goes on.
    pub decision: Outcome,
    /// Whether several people seem to be affected.
    pub affected_multiple: bool,
    /// Whether the writer seems upset.
    pub emotional: bool,
    /// The part of IT that gets it.
    pub domain: Domain,
    /// How long it took.
    pub took: Duration,
}

/// How well requests are labelled and decided. A figure is absent where no row can tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TriageReport {
    /// Rows.
    pub n: usize,
    /// Share of right labels.
    pub accuracy: Option<f64>,
    /// Mean of the F1 of the labels that occur. An accepted label counts as the row's own.
    pub macro_f1: Option<f64>,
    /// Expected calibration error, ten bins.
    pub ece: Option<f64>,
    /// Share of right labels among the rows sure enough to act on.
    pub accuracy_above_threshold: Option<f64>,
    /// Every label that occurs.
    pub per_label: BTreeMap<&'static str, LabelFigures>,
    /// Every language that occurs.
    pub per_lang: BTreeMap<String, LanguageFigures>,
    /// Share of right risks.
    pub risk_accuracy: Option<f64>,
    /// Share of right decisions.
    pub decision_accuracy: Option<f64>,
    /// Share of rows handed to a person.
    pub handoff_rate: Option<f64>,
    /// Rows of high risk that were not handed off.
    pub missed_high_risk: Vec<MissedHighRisk>,
    /// Rows handed off although their risk is not high.
    pub false_escalations: usize,
    /// Their share of the rows of low risk.
    pub false_escalation_rate_low: Option<f64>,
    /// Rows acted on although that is not right.
    pub false_resolutions: usize,
    /// "Several people are affected".
    pub affected_multiple: Flag,
    /// "The writer is upset".
    pub emotional: Flag,
    /// Share of right domains.
    pub domain_accuracy: Option<f64>,
    /// Time of one decision.
    pub latency_ms: Latency,
}

/// How well one label is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LabelFigures {
    /// Share of the rows given this label that have it.
    pub precision: Option<f64>,
    /// Share of its rows that were given it.
    pub recall: Option<f64>,
    /// Both in one.
    pub f1: Option<f64>,
    /// Its rows.
    pub n: usize,
}

/// How well one language is understood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LanguageFigures {
    /// Its rows.
    pub n: usize,
    /// Share of right labels.
    pub accuracy: Option<f64>,
}

/// A row of high risk that no person would have seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissedHighRisk {
    /// The row's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was written.
    pub text: String,
    /// What was decided.
    pub decision: Outcome,
}

/// How well one yes-or-no question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Flag {
    /// Share of the yeses that are right.
    pub precision: Option<f64>,
    /// Share of the rows that are a yes and got one.
    pub recall: Option<f64>,
}

impl From<Counts> for Flag {
    fn from(counts: Counts) -> Self {
        Self { precision: counts.precision(), recall: counts.recall() }
    }
}

/// Times, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Half of the decisions took no longer.
    pub p50: Option<f64>,
    /// 99 of 100 took no longer.
    pub p99: Option<f64>,
}

/// A row and what was found for it.
type Pair<'a> = (&'a TriageRow, &'a Decided);

/// Compares what was found with what is right, in the order of the rows. `acts_from` is the
/// confidence from which a label may be acted on.
#[must_use]
pub fn triage(rows: &[TriageRow], decided: &[Decided], acts_from: f32) -> TriageReport {
    let pairs: Vec<Pair<'_>> = rows.iter().zip(decided).collect();
    let answers: Vec<(f32, bool)> =
        pairs.iter().map(|pair| (pair.1.confidence, is_right(*pair))).collect();
    let sure = answers.iter().filter(|(confidence, _)| *confidence >= acts_from);
    let per_label = per_label(&pairs);
    let times: Vec<Duration> = decided.iter().map(|found| found.took).collect();
    let flag = |is: fn(&TriageRow) -> Option<bool>, said: fn(&Decided) -> bool| {
        let mut counts = Counts::default();
        for (row, found) in &pairs {
            if let Some(is) = is(row) {
                counts.add(said(found), is);
            }
        }
        Flag::from(counts)
    };
    TriageReport {
        n: pairs.len(),
        accuracy: right_among(answers.iter()),
        macro_f1: mean(per_label.values().filter(|label| label.n > 0).filter_map(|label| label.f1)),
        ece: calibration_error(&answers),
        accuracy_above_threshold: right_among(sure),
        per_label,
        per_lang: per_lang(&pairs),
        risk_accuracy: agreement(&pairs, |row| row.risk, |row, found| row.risk == Some(found.risk)),
        decision_accuracy: agreement(
            &pairs,
            |row| row.decision,
            |row, found| row.accepts_decision(found.decision),
        ),
        handoff_rate: share(count(&pairs, |(_, found)| is_handed_off(found)), pairs.len()),
        missed_high_risk: pairs.iter().filter_map(missed).collect(),
        false_escalations: count(&pairs, is_false_escalation),
        false_escalation_rate_low: share(
            count(&pairs, |pair| has_risk(pair.0, Risk::Low) && is_false_escalation(pair)),
            count(&pairs, |(row, _)| has_risk(row, Risk::Low)),
        ),
        false_resolutions: count(&pairs, |(row, found)| {
            row.decision.is_some()
                && found.decision == Outcome::Act
                && !row.accepts_decision(Outcome::Act)
        }),
        affected_multiple: flag(|row| row.affected_multiple, |found| found.affected_multiple),
        emotional: flag(|row| row.emotional, |found| found.emotional),
        domain_accuracy: agreement(
            &pairs,
            |row| row.domain,
            |row, found| row.domain == Some(found.domain),
        ),
        latency_ms: Latency { p50: percentile(&times, 50), p99: percentile(&times, 99) },
    }
}

fn is_right((row, found): Pair<'_>) -> bool {
    row.accepts_scenario(found.scenario)
}

fn right_among<'a>(answers: impl Iterator<Item = &'a (f32, bool)>) -> Option<f64> {
    let right: Vec<bool> = answers.map(|(_, is_right)| *is_right).collect();
    share(right.iter().filter(|is_right| **is_right).count(), right.len())
}

fn count(pairs: &[Pair<'_>], holds: impl Fn(&Pair<'_>) -> bool) -> usize {
    pairs.iter().filter(|pair| holds(pair)).count()
}

/// Share of agreement among the rows that say what is right.
fn agreement<T>(
    pairs: &[Pair<'_>],
    told: impl Fn(&TriageRow) -> Option<T>,
    agrees: impl Fn(&TriageRow, &Decided) -> bool,
) -> Option<f64> {
    let told: Vec<&Pair<'_>> = pairs.iter().filter(|(row, _)| told(row).is_some()).collect();
    share(told.iter().filter(|(row, found)| agrees(row, found)).count(), told.len())
}

fn has_risk(row: &TriageRow, risk: Risk) -> bool {
    row.risk == Some(risk)
}

fn is_handed_off(found: &Decided) -> bool {
    found.decision == Outcome::Handoff
}

fn is_false_escalation((row, found): &Pair<'_>) -> bool {
    let is_not_high = row.risk.is_some_and(|risk| risk != Risk::High);
    is_not_high && is_handed_off(found) && !row.accepts_decision(Outcome::Handoff)
}

fn missed((row, found): &Pair<'_>) -> Option<MissedHighRisk> {
    let is_missed =
        has_risk(row, Risk::High) && !is_handed_off(found) && !row.accepts_decision(found.decision);
    is_missed.then(|| MissedHighRisk {
        id: row.id.clone(),
        text: row.text.clone(),
        decision: found.decision,
    })
}

fn per_label(pairs: &[Pair<'_>]) -> BTreeMap<&'static str, LabelFigures> {
    let figures = Scenario::ALL.map(|label| {
        let mut counts = Counts::default();
        for pair in pairs {
            let said = if is_right(*pair) { pair.0.scenario } else { pair.1.scenario };
            counts.add(said == label, pair.0.scenario == label);
        }
        let n = count(pairs, |(row, _)| row.scenario == label);
        let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1());
        (label.as_str(), LabelFigures { precision, recall, f1, n })
    });
    figures.into_iter().filter(|(_, label)| label.f1.is_some()).collect()
}

fn per_lang(pairs: &[Pair<'_>]) -> BTreeMap<String, LanguageFigures> {
    let mut languages: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for pair in pairs {
        if let Some(lang) = &pair.0.lang {
            languages.entry(lang.clone()).or_default().push(is_right(*pair));
        }
    }
    let figures = |right: Vec<bool>| LanguageFigures {
        n: right.len(),
        accuracy: share(right.iter().filter(|is_right| **is_right).count(), right.len()),
    };
    languages.into_iter().map(|(lang, right)| (lang, figures(right))).collect()
}

#[cfg(test)]
mod tests;
