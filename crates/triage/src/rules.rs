use content::{TriageRule, TriageRules};
use regex::{Regex, RegexBuilder};
use ticket::{Risk, Scenario, Span};

use crate::Folded;

/// The rules of `triage/rules.yaml`, ready to match.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<Rule>);

/// A pattern that does not work. The rest of its rule still does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{rule}`: {what}")]
pub struct RuleProblem {
    /// Id of the rule.
    pub rule: String,
    /// What is wrong, with the pattern.
    pub what: String,
}

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    scenario: Scenario,
    risk: Option<Risk>,
    weight: f32,
    any: Regex,
    unless: Option<Regex>,
}

/// A rule that matched.
pub(crate) struct Match<'a> {
    pub(crate) rule: &'a str,
    pub(crate) scenario: Scenario,
    pub(crate) risk: Option<Risk>,
    pub(crate) weight: f32,
    pub(crate) span: Span,
}

impl Rules {
    /// Compiles the rules. A broken exception is left out like any broken pattern: its rule then
    /// catches more, which leads to a person, never to an action.
    #[must_use]
    pub fn compile(content: &TriageRules) -> (Self, Vec<RuleProblem>) {
        let mut problems = Vec::new();
        let rules = content.rules.iter().filter_map(|rule| compile(rule, &mut problems));
        (Self(rules.collect()), problems)
    }

    /// How many rules there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn say(&self, folded: &Folded, is_it: impl Fn(Scenario) -> bool) -> bool {
        let mut rules = self.0.iter().filter(|rule| is_it(rule.scenario));
        rules.any(|rule| rule.matches(folded).is_some())
    }

    pub(crate) fn matches<'a>(&'a self, folded: &Folded) -> Vec<Match<'a>> {
        self.0.iter().filter_map(|rule| rule.matches(folded)).collect()
    }
}

impl Rule {
    fn matches(&self, folded: &Folded) -> Option<Match<'_>> {
        let place = self.any.find(folded.text())?;
        if self.unless.as_ref().is_some_and(|pattern| pattern.is_match(folded.text())) {
            return None;
        }
        Some(Match {
            rule: &self.id,
            scenario: self.scenario,
            risk: self.risk,
            weight: self.weight,
            span: folded.original(place.range()),
        })
    }
}

fn compile(rule: &TriageRule, problems: &mut Vec<RuleProblem>) -> Option<Rule> {
    let weight = rule.weight;
    if !(weight > 0.0 && weight <= 1.0) {
        let what = format!("the weight {weight} is not above 0 and up to 1; the rule is left out");
        problems.push(RuleProblem { rule: rule.id.clone(), what });
        return None;
    }
    let any = one_of(&rule.id, &rule.any, problems);
    let unless = one_of(&rule.id, &rule.unless, problems);
    let Some(any) = any else {
        let what = "no pattern is left; the rule is left out".to_owned();
        problems.push(RuleProblem { rule: rule.id.clone(), what });
        return None;
    };
    let (id, scenario, risk) = (rule.id.clone(), rule.scenario, rule.risk);
    Some(Rule { id, scenario, risk, weight, any, unless })
}

/// All patterns as one, which takes half the memory of one by one; without those that do not work.
fn one_of(rule: &str, patterns: &[String], problems: &mut Vec<RuleProblem>) -> Option<Regex> {
    if let Ok(regex) = joined(patterns) {
        return regex;
    }
    let mut works = Vec::new();
    for pattern in patterns {
        match joined(std::slice::from_ref(pattern)) {
            Ok(_) => works.push(pattern.clone()),
            Err(error) => {
                let what = format!("the pattern `{pattern}` does not work: {}", reason(&error));
                problems.push(RuleProblem { rule: rule.to_owned(), what });
            }
        }
    }
    joined(&works).unwrap_or_else(|error| {
        let what = format!("its patterns do not work together: {}", reason(&error));
        problems.push(RuleProblem { rule: rule.to_owned(), what });
        None
    })
}

fn joined(patterns: &[String]) -> Result<Option<Regex>, regex::Error> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let grouped: Vec<_> = patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
    let limit = PATTERN_BYTES * patterns.len();
    RegexBuilder::new(&grouped.join("|")).size_limit(limit).build().map(Some)
}

/// The last line says what is wrong; the lines above draw it.
fn reason(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim().to_owned()
}

/// A pattern larger than this when compiled is a mistake.
const PATTERN_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str, any: &[&str], weight: f32) -> TriageRule {
        TriageRule {
            id: id.to_owned(),
            scenario: Scenario::HowTo,
            risk: None,
            weight,
            any: any.iter().map(ToString::to_string).collect(),
            unless: Vec::new(),
        }
    }

    #[test]
    fn reports_every_broken_rule_and_keeps_the_rest() {
        let rules = vec![
            rule("good", &["how do i"], 0.5),
            rule("half", &["wie kann ich", "(open"], 0.5),
            rule("none", &["[z-a]"], 0.5),
            rule("heavy", &["x"], 1.5),
            rule("odd", &["x"], f32::NAN),
        ];
        let (rules, problems) = Rules::compile(&TriageRules { version: 1, rules });
        let ids: Vec<&str> = problems.iter().map(|problem| problem.rule.as_str()).collect();
        assert_eq!(rules.count(), 2);
        assert_eq!(ids, ["half", "none", "none", "heavy", "odd"]);
        assert!(problems[0].what.contains("(open"), "{}", problems[0]);
    }
}
