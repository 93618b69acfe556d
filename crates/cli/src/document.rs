use std::time::Duration;

use diagnosis::{advice, diagnose, stage_of};
use serde::Serialize;
use ticket::{CheckId, Finding, FindingStatus, ReportedDiagnosis, Stage};

/// Version of the document; a reader that does not know it must not guess.
const VERSION: u32 = 1;

/// The whole diagnosis, as `--json` prints it. Its schema is `crates/cli/schema/diagnosis.v1.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    version: u32,
    pub(crate) verdict: Verdict,
    /// The one cause, where one is named.
    pub(crate) diagnosis: Option<Named>,
    /// Every stage that was looked at, in order.
    pub(crate) stages: Vec<StageRow>,
    /// Milliseconds from beginning to end.
    pub(crate) took_ms: u64,
}

/// What comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    NothingWrong,
    CauseNamed,
    CouldNotTell,
}

/// A cause with what to do about it.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    #[serde(flatten)]
    pub(crate) diagnosis: ReportedDiagnosis,
    pub(crate) is: &'static str,
    pub(crate) to_do: &'static str,
}

/// A stage and what its checks found.
#[derive(Debug, Serialize)]
pub(crate) struct StageRow {
    pub(crate) stage: Stage,
    pub(crate) status: FindingStatus,
    pub(crate) findings: Vec<Finding>,
}

impl Document {
    pub(crate) fn new(findings: Vec<Finding>, only: Option<Stage>, took: Duration) -> Self {
        let diagnosis = diagnose(&findings);
        let verdict = verdict(&findings, diagnosis.as_ref(), only);
        let named = |diagnosis: ReportedDiagnosis| {
            let advice = advice(diagnosis.cause);
            Named { diagnosis, is: advice.is, to_do: advice.to_do }
        };
        Self {
            version: VERSION,
            verdict,
            diagnosis: diagnosis.map(named),
            stages: stages(findings),
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Nothing is wrong only where something on the way has answered.
fn verdict(
    findings: &[Finding],
    diagnosis: Option<&ReportedDiagnosis>,
    only: Option<Stage>,
) -> Verdict {
    let ends = [CheckId::Internet, CheckId::IdentityProvider, CheckId::CompanyService];
    let counts = |finding: &&Finding| only.is_some() || ends.contains(&finding.check);
    let answers = findings
        .iter()
        .filter(counts)
        .any(|finding| matches!(finding.status, FindingStatus::Fine | FindingStatus::Attention));
    match diagnosis {
        Some(_) => Verdict::CauseNamed,
        None if answers => Verdict::NothingWrong,
        None => Verdict::CouldNotTell,
    }
}

fn stages(findings: Vec<Finding>) -> Vec<StageRow> {
    let mut stages: Vec<StageRow> = Vec::new();
    for finding in findings {
        let Some(stage) = stage_of(finding.check) else { continue };
        match stages.iter_mut().find(|row| row.stage == stage) {
            Some(row) => row.findings.push(finding),
            None => {
                stages.push(StageRow { stage, status: finding.status, findings: vec![finding] });
            }
        }
    }
    for row in &mut stages {
        let worst = row.findings.iter().max_by_key(|finding| severity(finding.status));
        row.status = worst.map_or(FindingStatus::NotAvailable, |finding| finding.status);
    }
    stages.sort_by_key(|row| row.stage);
    stages
}

const fn severity(status: FindingStatus) -> u8 {
    match status {
        FindingStatus::NotAvailable => 0,
        FindingStatus::Fine => 1,
        FindingStatus::Attention => 2,
        FindingStatus::Failed => 3,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use ticket::{Cause, Evidence, EvidenceKey, FindingReason};

    use super::*;

    const SCHEMA: &str = include_str!("../schema/diagnosis.v1.json");

    fn schema() -> Value {
        serde_json::from_str(SCHEMA).unwrap()
    }

    fn finding(check: CheckId, reason: Option<FindingReason>) -> Finding {
        let fact = |reason: FindingReason| Evidence {
            key: EvidenceKey::ReasonWord,
            value: reason.as_str().to_owned(),
        };
        let status = if reason.is_some() { FindingStatus::Failed } else { FindingStatus::Fine };
        Finding { check, status, evidence: reason.map(fact).into_iter().collect(), took_ms: 1 }
    }

    #[test]
    fn the_schema_knows_every_check_stage_and_cause() {
        let schema = schema();
        let check = |name: &str, mut expect: Vec<&str>| {
            let known = schema["$defs"][name]["enum"].as_array().unwrap();
            let mut known: Vec<_> = known.iter().filter_map(Value::as_str).collect();
            known.sort_unstable();
            expect.sort_unstable();
            assert_eq!(known, expect, "{name}");
        };
        check("check", CheckId::ALL.iter().map(|check| check.as_str()).collect());
        check("stage", Stage::ALL.iter().map(|stage| stage.as_str()).collect());
        check("cause", Cause::ALL.iter().map(|cause| cause.as_str()).collect());
    }

    #[test]
    fn a_document_with_and_without_a_cause_follows_the_schema() {
        let link = finding(CheckId::Link, None);
        let silent = finding(CheckId::Gateway, Some(FindingReason::GatewaySilent));
        for (findings, expect) in [
            (vec![link.clone(), silent], Verdict::CauseNamed),
            (vec![link.clone(), finding(CheckId::Internet, None)], Verdict::NothingWrong),
            (vec![link], Verdict::CouldNotTell),
        ] {
            let document = Document::new(findings, None, Duration::from_secs(1));
            assert_eq!(document.verdict, expect);
            let document = serde_json::to_value(&document).unwrap();
            jsonschema::validate(&schema(), &document).unwrap();
        }
    }

    #[test]
    fn what_a_reader_does_not_know_breaks_the_schema() {
        let document = Document::new(Vec::new(), None, Duration::ZERO);
        let mut document = serde_json::to_value(&document).unwrap();
        document["version"] = Value::from(2);
        assert!(jsonschema::validate(&schema(), &document).is_err());
    }
}
