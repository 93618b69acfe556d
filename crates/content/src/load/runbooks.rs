use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Source, check_id, check_upkeep, check_version, source, yaml};
use crate::{
    Change, ContentProblem, Facts, Kind, Reading, Report, Routing, Runbook, RunbookStep, Trials,
    Undo, Work,
};

const FOLDER: &str = "runbooks";
/// Between the id and the ending of a file of tests.
const TESTS: &str = "tests";
/// What every runbook is told, whatever it names.
const ALWAYS: [Kind; 2] = [Kind::Ticket, Kind::Person];

/// Every sound runbook with its tests.
pub(super) fn load(root: &Path, routing: Option<&Routing>, report: &mut Report) -> Vec<Runbook> {
    let mut runbooks = Vec::new();
    // A company may have none yet.
    if !root.join(FOLDER).is_dir() {
        return runbooks;
    }
    let sources = source::read_folder(root, FOLDER, "yaml", report);
    let (tests, books): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.locale() == Some(TESTS));
    let mut tests: BTreeMap<String, Source> =
        tests.into_iter().map(|source| (source.stem().to_owned(), source)).collect();
    for source in books {
        let tests = tests.remove(source.stem());
        match read(&source, tests) {
            Ok(runbook) => {
                let dates = (runbook.reviewed, runbook.review_by);
                check_upkeep(&source, &runbook.owner, dates, routing, report);
                let problems = problems(&runbook, &source, routing);
                if problems.is_empty() {
                    runbooks.push(runbook);
                }
                problems.into_iter().for_each(|problem| report.add(problem));
            }
            Err(problem) => report.add(problem),
        }
    }
    for source in tests.values() {
        let what = "these are tests of no runbook".to_owned();
        let advice = format!("Write {}.yaml beside it, or remove it.", source.stem());
        report.add(source.problem(None, what, advice));
    }
    runbooks
}

fn read(source: &Source, tests: Option<Source>) -> Result<Runbook, ContentProblem> {
    let mut runbook: Runbook = yaml::parse(source, &source.text, 1)?;
    check_version(source, runbook.version)?;
    check_id(source, &runbook.id)?;
    let Some(tests) = tests else {
        let what = "the runbook has no tests".to_owned();
        let advice = format!("Write them in {}.{TESTS}.yaml beside it.", runbook.id);
        return Err(source.problem(None, what, advice));
    };
    let trials: Trials = yaml::parse(&tests, &tests.text, 1)?;
    check_version(&tests, trials.version)?;
    runbook.tests = trials.tests;
    runbook.source.clone_from(&source.text);
    Ok(runbook)
}

/// What makes a runbook unsafe to carry out.
fn problems(runbook: &Runbook, source: &Source, routing: Option<&Routing>) -> Vec<ContentProblem> {
    let mut look =
        Look { source, routing, read: BTreeSet::new(), required: false, problems: Vec::new() };
    let mut seen = BTreeSet::new();
    for step in &runbook.steps {
        if !seen.insert(step.id.as_str()) {
            look.add(step, "is there twice", "Give it another id.");
        }
        if !is_word(&step.id) {
            look.add(step, "has no id in small letters", "Use letters, digits and hyphens.");
        }
        let is_told = |kind: &Kind| ALWAYS.contains(kind) || runbook.inputs.contains(kind);
        if let Some(kind) = step.work.needs().iter().find(|kind| !is_told(kind)) {
            let what = format!("needs a {kind:?} that is no input").to_lowercase();
            look.add(step, &what, "Name it under `inputs`.");
        }
        look.step(step);
    }
    if !look.changes(runbook) {
        let what = "it changes nothing".to_owned();
        let advice = "A runbook has a step with `change`; articles are for the rest.".to_owned();
        look.problems.push(source.problem(source.line_of_key("steps"), what, advice));
    }
    look.problems
}

fn is_word(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty() && id.chars().all(fits)
}

/// What is known so far, from the first step down.
struct Look<'a> {
    source: &'a Source,
    routing: Option<&'a Routing>,
    read: BTreeSet<Reading>,
    required: bool,
    problems: Vec<ContentProblem>,
}

impl Look<'_> {
    fn step(&mut self, step: &RunbookStep) {
        match &step.work {
            Work::Read(reading) => {
                self.read.insert(*reading);
            }
            Work::Require(require) => {
                self.required = true;
                self.known(step, &require.all, "Read it in a step before.");
                if require.all.is_empty() || require.otherwise.trim().is_empty() {
                    self.add(
                        step,
                        "requires nothing, or does not say why",
                        "Fill `all` and `otherwise`.",
                    );
                }
            }
            Work::Approve(from) => {
                let different: BTreeSet<_> = from.iter().collect();
                if from.is_empty() || different.len() < from.len() {
                    self.add(
                        step,
                        "does not name whom it asks",
                        "Name each once: manager, owner, peer.",
                    );
                }
            }
            Work::Manual(manual) => {
                let teams = self.routing.map(|routing| &routing.teams);
                if teams.is_some_and(|teams| !teams.iter().any(|team| team.id == manual.team)) {
                    self.add(
                        step,
                        "waits for a team that is none",
                        "Use an id of routing/teams.yaml.",
                    );
                }
            }
            Work::Change(change) => self.change(step, change),
        }
    }

    fn change(&mut self, step: &RunbookStep, change: &Change) {
        if !self.required {
            self.add(
                step,
                "changes something before anything is required",
                "Require first what must be so.",
            );
        }
        self.read.insert(change.read);
        if change.expect.is_empty()
            || change.expect.iter().any(|(it, _)| it.told().0 != change.read)
        {
            self.add(step, "expects what it does not read", "Expect facts of what `read` names.");
        }
        match &change.undo {
            Undo::By(_) if !change.act.can_be_taken_back() => {
                self.add(step, "cannot be taken back", "Write `no_undo` with the reason.");
            }
            Undo::None(why) if why.trim().is_empty() => {
                self.add(step, "does not say why there is no way back", "Fill `no_undo`.");
            }
            Undo::By(_) | Undo::None(_) => {}
        }
    }

    fn known(&mut self, step: &RunbookStep, facts: &Facts, advice: &str) {
        if facts.iter().any(|(fact, _)| !self.read.contains(&fact.told().0)) {
            self.add(step, "requires what nobody has read", advice);
        }
    }

    fn changes(&self, runbook: &Runbook) -> bool {
        runbook.steps.iter().any(|step| matches!(step.work, Work::Change(_)))
    }

    fn add(&mut self, step: &RunbookStep, what: &str, advice: &str) {
        let line =
            self.source.line_of_key("steps").and_then(|from| self.source.line_with(from, &step.id));
        let what = format!("the step `{}` {what}", step.id);
        self.problems.push(self.source.problem(line, what, advice.to_owned()));
    }
}
