use std::collections::BTreeSet;

use super::Source;
use crate::{Condition, ContentProblem, Playbook, Step, StepKind};

/// What makes a playbook unsafe to follow: a step that leads nowhere, is never reached, leads back
/// to an earlier one, or is empty. Without these every path ends.
pub(super) fn check(playbook: &Playbook, source: &Source) -> Vec<ContentProblem> {
    let mut walk = Walk { playbook, source, reached: BTreeSet::new(), problems: Vec::new() };
    walk.start();
    walk.problems
}

/// The line where a step begins.
pub(super) fn line_of(source: &Source, step: &str) -> u32 {
    let is_key = |line: &str| {
        let rest = line.trim_start();
        rest.len() < line.len() && rest.strip_prefix(step).is_some_and(|rest| rest.starts_with(':'))
    };
    let steps = source.line_of_key("steps").unwrap_or(1);
    source
        .lines()
        .find(|(number, line)| *number > steps && is_key(line))
        .map_or(steps, |(number, _)| number)
}

struct Walk<'a> {
    playbook: &'a Playbook,
    source: &'a Source,
    reached: BTreeSet<&'a str>,
    problems: Vec<ContentProblem>,
}

impl<'a> Walk<'a> {
    fn start(&mut self) {
        let start = self.playbook.start.as_str();
        if self.playbook.steps.contains_key(start) {
            self.follow(start, &mut Vec::new());
            self.unreached();
        } else {
            let what = format!("the first step `{start}` does not exist");
            self.add(self.source.line_of_key("start"), what, "Name one of the steps.");
        }
    }

    /// Depth first; `path` holds the steps that led here.
    fn follow(&mut self, id: &'a str, path: &mut Vec<&'a str>) {
        let playbook = self.playbook;
        let Some(step) = playbook.steps.get(id) else {
            return;
        };
        if !self.reached.insert(id) {
            return;
        }
        self.empty(id, step);
        path.push(id);
        for next in step.kind.leads_to() {
            if !playbook.steps.contains_key(next) {
                self.at(id, next, format!("`{next}` does not exist"), "Name one of the steps.");
            } else if path.contains(&next) {
                let what = format!("`{id}` leads back to `{next}`");
                self.at(id, next, what, "Lead on: the employee goes back with the back button.");
            } else {
                self.follow(next, path);
            }
        }
        path.pop();
    }

    fn unreached(&mut self) {
        let is_reached = |id: &&String| self.reached.contains(id.as_str());
        let lost: Vec<_> = self.playbook.steps.keys().filter(|id| !is_reached(id)).collect();
        for id in lost {
            let line = line_of(self.source, id);
            let what = format!("no step leads to `{id}`");
            self.add(Some(line), what, "Lead to it, or remove it.");
        }
    }

    fn empty(&mut self, id: &'a str, step: &'a Step) {
        let Some((what, advice)) = lacks(&step.kind) else {
            return;
        };
        let line = line_of(self.source, id);
        self.add(Some(line), format!("the step `{id}` {what}"), advice);
    }

    fn at(&mut self, id: &str, word: &str, what: String, advice: &str) {
        // The first line is the step's own name, which the word may be.
        let line = line_of(self.source, id);
        self.add(self.source.line_with(line + 1, word).or(Some(line)), what, advice);
    }

    fn add(&mut self, line: Option<u32>, what: String, advice: &str) {
        self.problems.push(self.source.problem(line, what, advice.to_owned()));
    }
}

/// What a step of this kind needs and does not have.
fn lacks(kind: &StepKind) -> Option<(&'static str, &'static str)> {
    match kind {
        StepKind::Check { run, .. } if run.is_empty() => {
            Some(("checks nothing", "Name at least one check under `run`."))
        }
        StepKind::Check { branches, .. } if branches.iter().any(is_always) => {
            Some(("has a branch without a condition", "Give `cause`, or `check` and `status`."))
        }
        StepKind::Check { .. } => None,
        StepKind::Ask { options } if options.len() < 2 => {
            Some(("asks without a choice", "Give at least two options."))
        }
        StepKind::Ask { options } => {
            let ids: BTreeSet<_> = options.iter().map(|option| &option.id).collect();
            (ids.len() < options.len())
                .then_some(("has two options of one id", "Give each option its own id."))
        }
        StepKind::Do { steps, .. } if steps.is_empty() => {
            Some(("tells nothing to do", "Write at least one line under `steps`."))
        }
        StepKind::Do { .. }
        | StepKind::Confirm { .. }
        | StepKind::Resolved {}
        | StepKind::Escalate { .. }
        | StepKind::ReportSecurity {} => None,
    }
}

/// A branch needs a cause, or a check together with its outcome.
fn is_always(branch: &Condition) -> bool {
    branch.check.is_some() != branch.status.is_some()
        || (branch.cause.is_none() && branch.check.is_none())
}
