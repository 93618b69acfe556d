use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// Most printers that are told one by one.
const MAX_TOLD: usize = 5;

/// What a printer does (RFC 8011, section 5.4.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Stopped,
    Printing,
    Idle,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Printing => "printing",
            Self::Idle => "idle",
        }
    }
}

/// A printer that is set up. Its name may be a person's; its model never is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Printer {
    pub(crate) model: Option<String>,
    pub(crate) state: State,
    /// What it says about itself, such as `media-empty`.
    pub(crate) reasons: Vec<String>,
    pub(crate) jobs: u64,
}

/// Tells the stopped ones first.
pub(crate) fn judge(mut printers: Vec<Printer>) -> Outcome {
    printers.sort_by_key(|printer| printer.state);
    let outcome = match printers.first() {
        None => Outcome::not_available(FindingReason::NotPresent),
        Some(first) if first.state == State::Stopped => {
            Outcome::attention().because(FindingReason::PrinterStopped)
        }
        Some(_) => Outcome::fine(),
    };
    let told = outcome.with(EvidenceKey::PrintersFound, &printers.len());
    printers.into_iter().take(MAX_TOLD).fold(told, |outcome, printer| {
        outcome
            .with_some(EvidenceKey::PrinterModel, printer.model)
            .with(EvidenceKey::PrinterState, printer.state.as_str())
            .with_each(EvidenceKey::PrinterReason, printer.reasons)
            .with_some(EvidenceKey::JobsWaiting, (printer.jobs > 0).then_some(printer.jobs))
    })
}
