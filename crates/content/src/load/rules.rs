use std::collections::BTreeSet;
use std::path::Path;

use super::{FORMAT_VERSION, Source, check_version, source, yaml};
use crate::{ContentProblem, Report, TriageRule, TriageRules};

/// The sound rules; a rule with a problem is left out alone.
pub(super) fn load(root: &Path, report: &mut Report) -> TriageRules {
    let (mut rules, source) = match read(root) {
        Ok(read) => read,
        Err(problem) => {
            report.add(problem);
            return TriageRules { version: FORMAT_VERSION, rules: Vec::new() };
        }
    };
    let mut seen = BTreeSet::new();
    rules.rules.retain(|rule| match check(rule, &source, &mut seen) {
        Ok(()) => true,
        Err(problem) => {
            report.add(problem);
            false
        }
    });
    rules
}

fn read(root: &Path) -> Result<(TriageRules, Source), ContentProblem> {
    let source = source::read_file(root, "triage/rules.yaml")?;
    let rules: TriageRules = yaml::parse(&source, &source.text, 1)?;
    check_version(&source, rules.version)?;
    Ok((rules, source))
}

fn check(
    rule: &TriageRule,
    source: &Source,
    seen: &mut BTreeSet<String>,
) -> Result<(), ContentProblem> {
    let line = source.line_with(1, &rule.id);
    let problem = |what: String, advice: &str| Err(source.problem(line, what, advice.to_owned()));
    if !(rule.weight > 0.0 && rule.weight <= 1.0) {
        let what = format!("the rule `{}` has the weight {}", rule.id, rule.weight);
        return problem(what, "Write a weight above 0 and up to 1.");
    }
    if rule.any.is_empty() {
        let what = format!("the rule `{}` has no pattern", rule.id);
        return problem(what, "Add at least one pattern under `any`.");
    }
    if !seen.insert(rule.id.clone()) {
        let what = format!("the rule `{}` is there twice", rule.id);
        return problem(what, "Give the second one another id.");
    }
    Ok(())
}
