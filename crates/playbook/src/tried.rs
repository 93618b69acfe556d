use content::{Playbook, Step, StepKind};
use ticket::{TriedOutcome, TriedStep};

use crate::{Outcome, Session};

/// What the employee did so far, for the request: questions with their answers, checks,
/// instructions. "Did this fix it?" is no line of its own: a *no* marks the instructions before it.
#[must_use]
pub fn tried(playbook: &Playbook, session: &Session, locale: &str) -> Vec<TriedStep> {
    let mut lines: Vec<TriedStep> = Vec::new();
    // Instructions from here on wait for the word whether they helped.
    let mut open = 0;
    for visit in &session.history {
        let Some(step) = playbook.steps.get(&visit.step) else {
            continue;
        };
        let (outcome, detail) = match &visit.outcome {
            Outcome::Done | Outcome::Checked { .. } => (TriedOutcome::Done, None),
            Outcome::Skipped => (TriedOutcome::Skipped, None),
            Outcome::Chose { option } => (TriedOutcome::Answered, words(step, option, locale)),
            Outcome::Fixed => {
                open = lines.len();
                continue;
            }
            Outcome::NotFixed => {
                lines.iter_mut().skip(open).for_each(|line| did_not_help(playbook, line));
                open = lines.len();
                continue;
            }
        };
        lines.push(TriedStep {
            playbook: playbook.id.clone(),
            step: visit.step.clone(),
            title: step.title.get(locale).to_owned(),
            outcome,
            detail,
        });
    }
    lines
}

fn did_not_help(playbook: &Playbook, line: &mut TriedStep) {
    let is_instruction =
        playbook.steps.get(&line.step).is_some_and(|step| matches!(step.kind, StepKind::Do { .. }));
    if is_instruction && line.outcome == TriedOutcome::Done {
        line.outcome = TriedOutcome::DidNotHelp;
    }
}

/// The option as it was shown.
fn words(step: &Step, option: &str, locale: &str) -> Option<String> {
    let StepKind::Ask { options } = &step.kind else {
        return None;
    };
    let chosen = options.iter().find(|choice| choice.id == option)?;
    Some(chosen.text.get(locale).to_owned())
}
