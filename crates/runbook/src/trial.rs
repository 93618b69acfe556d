use std::collections::BTreeSet;

use content::{Answer, Facts, Known, Reading, Runbook, RunbookStep, Trial, Work};

use crate::{End, Move, Why, next};

/// A runbook has at least so many tests.
const TESTS: usize = 5;
/// No run is longer: a simulation ends.
const MOVES: usize = 1_000;

/// Where a run went another way than its test says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the test.
    pub test: String,
    /// Place of the move, from one.
    pub place: usize,
    /// What the test says; nothing: it expects no more.
    pub expected: Option<String>,
    /// What the run does.
    pub found: String,
}

/// Plays a test.
///
/// # Errors
/// The first difference.
pub fn try_out(runbook: &Runbook, trial: &Trial) -> Result<(), Difference> {
    let difference = |place: usize, expected: Option<&str>, found: &Move<'_>| Difference {
        test: trial.name.clone(),
        place: place + 1,
        expected: expected.map(str::to_owned),
        found: found.to_string(),
    };
    let mut answers = Vec::new();
    for (place, line) in trial.moves.iter().enumerate() {
        let found = next(runbook, &answers);
        if found.to_string() != line.expected {
            return Err(difference(place, Some(&line.expected), &found));
        }
        answers.push(line.answer.clone());
    }
    let found = next(runbook, &answers);
    match &found {
        Move::End(end) if end.to_string() == trial.end => Ok(()),
        Move::End(_) => Err(difference(trial.moves.len(), Some(&trial.end), &found)),
        _ => Err(difference(trial.moves.len(), None, &found)),
    }
}

/// A move of a simulation, and what was assumed as its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played<'a> {
    /// The move; the last one is the end.
    pub made: Move<'a>,
    /// What the outside is assumed to answer.
    pub answer: Option<Answer>,
}

/// What a runbook does where these facts are read at first, people say yes and every system does what it
/// is asked.
#[must_use]
pub fn simulate<'a>(runbook: &'a Runbook, facts: &Known) -> Vec<Played<'a>> {
    let (mut answers, mut played) = (Vec::new(), Vec::new());
    while played.len() < MOVES {
        let made = next(runbook, &answers);
        let answer = match &made {
            Move::Read { reading, .. } => Answer::Read(of(facts, *reading)),
            Move::Check { step, .. } => Answer::Read(expected(runbook, step)),
            Move::Approve { .. } | Move::Manual { .. } | Move::Act { .. } | Move::Undo { .. } => {
                Answer::Done
            }
            Move::End(_) => {
                played.push(Played { made, answer: None });
                break;
            }
        };
        answers.push(answer.clone());
        played.push(Played { made, answer: Some(answer) });
    }
    played
}

fn of(facts: &Known, reading: Reading) -> Known {
    let told = facts.iter().filter(|(fact, _)| fact.told().0 == reading);
    told.map(|(fact, word)| (*fact, word.clone())).collect()
}

fn expected(runbook: &Runbook, step: &str) -> Known {
    let step = runbook.steps.iter().find(|it| it.id == step);
    match step.map(|it| &it.work) {
        Some(Work::Change(change)) => Facts::first(&change.expect),
        _ => Known::new(),
    }
}

/// What the tests of a runbook do not show and must, each in a sentence.
#[must_use]
pub fn weak_spots(runbook: &Runbook) -> Vec<String> {
    let mut spots = Vec::new();
    let tests = runbook.tests.len();
    if tests < TESTS {
        spots.push(format!("it has {tests} tests; write at least {TESTS}"));
    }
    let seen: Vec<Seen<'_>> = runbook.tests.iter().map(|trial| Seen::of(runbook, trial)).collect();
    if !seen.iter().any(|seen| seen.end == End::Done) {
        spots.push("no test ends as it should: with everything done".to_owned());
    }
    for RunbookStep { id, work } in &runbook.steps {
        let fails = |whys: &[&str]| seen.iter().any(|seen| seen.fails_at(id, whys));
        let undone = format!("undo {id}");
        match work {
            Work::Require(_) if !fails(&["not so"]) => {
                spots.push(format!("no test stops at `{id}`, because it is not so"));
            }
            Work::Approve(_) if !fails(&["refused"]) || !fails(&["expired"]) => {
                spots.push(format!("in no test `{id}` is refused, or nobody answers in time"));
            }
            Work::Manual(_) if !fails(&["refused", "expired"]) => {
                spots.push(format!("in no test `{id}` is not done"));
            }
            Work::Change(_) if !fails(&["refused", "expired", "not as expected", "unread"]) => {
                spots.push(format!("in no test the change `{id}` fails"));
            }
            Work::Change(change)
                if matches!(change.undo, content::Undo::By(_))
                    && !seen.iter().any(|seen| seen.moves.contains(&undone)) =>
            {
                spots.push(format!("in no test the change `{id}` is taken back"));
            }
            _ => {}
        }
    }
    spots
}

/// What a test shows.
struct Seen<'a> {
    moves: BTreeSet<String>,
    end: End<'a>,
}

impl<'a> Seen<'a> {
    fn of(runbook: &'a Runbook, trial: &Trial) -> Self {
        let moves = trial.moves.iter().map(|line| line.expected.clone()).collect();
        let answers: Vec<Answer> = trial.moves.iter().map(|line| line.answer.clone()).collect();
        let end = match next(runbook, &answers) {
            Move::End(end) => end,
            _ => End::Stopped { at: "", why: Why::Canceled, left: Vec::new() },
        };
        Self { moves, end }
    }

    fn fails_at(&self, id: &str, whys: &[&str]) -> bool {
        let End::Stopped { at, why, .. } = &self.end else { return false };
        *at == id && whys.contains(&why.word())
    }
}
