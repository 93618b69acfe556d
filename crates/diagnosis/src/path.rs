use serde::{Deserialize, Serialize};
use ticket::{Cause, CheckId, Finding, FindingStatus, Stage};

use crate::{diagnose, stage_of, view::View};

/// How one stop of the drawn path looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum StageState {
    /// As it should be.
    Fine,
    /// Works, but worth a look.
    Attention,
    /// The cause is here. At most one stop has it.
    Failed,
    /// Could not be told, or was not checked.
    NotAvailable,
    /// Behind the broken stop, and not known to answer: a sign-in page of the network answers for others.
    NotReached,
}

/// Every stop from this device to the company, in order, with its state. Exactly one stop is
/// [`StageState::Failed`] where [`diagnose`] names a cause, and none where it does not.
#[must_use]
pub fn path(findings: &[Finding]) -> Vec<(Stage, StageState)> {
    let view = View::new(findings);
    let broken = diagnose(findings).and_then(|diagnosis| {
        let answers_for_others = diagnosis.cause == Cause::CaptivePortal;
        Some((diagnosis.stage, *diagnosis.because.first()?, answers_for_others))
    });
    Stage::ALL
        .into_iter()
        .map(|stage| {
            let own = own_state(view, stage);
            let state = match broken {
                Some((failed, ..)) if failed == stage => StageState::Failed,
                Some((_, check, answers_for_others))
                    if is_behind(stage, check)
                        && (answers_for_others || own != StageState::Fine) =>
                {
                    StageState::NotReached
                }
                Some(_) | None => own,
            };
            (stage, state)
        })
        .collect()
}

/// Whether everything of this stage depends on the broken check. Nothing lies before this device.
fn is_behind(stage: Stage, broken: CheckId) -> bool {
    stage != Stage::Device
        && CheckId::NETWORK
            .into_iter()
            .take_while(|check| *check != broken)
            .all(|check| stage_of(check) != Some(stage))
}

/// The state as the stage's own checks tell it. A failure that is not the cause counts as worth a
/// look.
fn own_state(view: View<'_>, stage: Stage) -> StageState {
    let states: Vec<_> = CheckId::NETWORK
        .into_iter()
        .filter(|check| stage_of(*check) == Some(stage))
        .filter_map(|check| view.status(check))
        .collect();
    let any = |status| states.contains(&status);
    if any(FindingStatus::Failed) || any(FindingStatus::Attention) {
        StageState::Attention
    } else if any(FindingStatus::Fine) {
        StageState::Fine
    } else {
        StageState::NotAvailable
    }
}
