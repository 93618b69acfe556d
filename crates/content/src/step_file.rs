use serde::Deserialize;
use ticket::CheckId;

use crate::{Choice, Condition, LocalizedText, OutsidePage, Step, StepKind};

/// A step as written: exactly one of the keys that name a kind. (A flattened enum would lose the
/// line numbers and could not refuse unknown fields.)
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    title: LocalizedText,
    text: Option<LocalizedText>,
    article: Option<String>,
    check: Option<Check>,
    ask: Option<Ask>,
    #[serde(rename = "do")]
    instructions: Option<Instructions>,
    confirm: Option<Confirm>,
    resolved: Option<Nothing>,
    escalate: Option<Escalate>,
    report_security: Option<Nothing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    run: Vec<CheckId>,
    #[serde(default)]
    branches: Vec<Condition>,
    otherwise: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    options: Vec<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instructions {
    steps: Vec<LocalizedText>,
    open: Option<OutsidePage>,
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    yes: String,
    no: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Escalate {
    #[serde(default)]
    expect: Vec<LocalizedText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl TryFrom<StepFile> for Step {
    type Error = &'static str;

    fn try_from(file: StepFile) -> Result<Self, Self::Error> {
        let StepFile { title, text, article, .. } = file;
        let mut kinds = [
            file.check.map(|Check { run, branches, otherwise }| StepKind::Check {
                run,
                branches,
                otherwise,
            }),
            file.ask.map(|Ask { options }| StepKind::Ask { options }),
            file.instructions.map(|Instructions { steps, open, next }| StepKind::Do {
                steps,
                open,
                next,
            }),
            file.confirm.map(|Confirm { yes, no }| StepKind::Confirm { yes, no }),
            file.resolved.map(|Nothing {}| StepKind::Resolved {}),
            file.escalate.map(|Escalate { expect }| StepKind::Escalate { expect }),
            file.report_security.map(|Nothing {}| StepKind::ReportSecurity {}),
        ]
        .into_iter()
        .flatten();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Ok(Self { title, text, article, kind }),
            _ => Err("a step does exactly one thing: give one of `check`, `ask`, `do`, \
                      `confirm`, `resolved: {}`, `escalate: {}` and `report_security: {}`"),
        }
    }
}
