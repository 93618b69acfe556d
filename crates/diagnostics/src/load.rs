//! What the programs of this device use, by kind: never by name.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Deserialize;
use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// Kinds that are told: those that use most.
const MAX_TOLD: usize = 3;
/// So many times more wants to run than there are cores.
const BUSY: f64 = 2.0;

/// A kind of program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProgramClass {
    Browser,
    Meeting,
    Mail,
    Chat,
    Office,
    Sync,
    Security,
    Backup,
    Management,
    Vpn,
    Development,
    VirtualMachine,
    Media,
    Design,
    Desktop,
    System,
    Other,
}

impl ProgramClass {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Meeting => "meeting",
            Self::Mail => "mail",
            Self::Chat => "chat",
            Self::Office => "office",
            Self::Sync => "sync",
            Self::Security => "security",
            Self::Backup => "backup",
            Self::Management => "management",
            Self::Vpn => "vpn",
            Self::Development => "development",
            Self::VirtualMachine => "virtual_machine",
            Self::Media => "media",
            Self::Design => "design",
            Self::Desktop => "desktop",
            Self::System => "system",
            Self::Other => "other",
        }
    }
}

/// What programs use.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Used {
    /// Share of the whole processor, 0 to 1.
    pub(crate) cpu: f64,
    pub(crate) bytes: u64,
}

/// What a device does at a moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Load {
    pub(crate) used: BTreeMap<ProgramClass, Used>,
    /// Programs that want to run for each core, over the last minute.
    pub(crate) waiting: Option<f64>,
}

impl Load {
    pub(crate) fn add(&mut self, class: ProgramClass, used: Used) {
        let sum = self.used.entry(class).or_default();
        sum.cpu += used.cpu;
        sum.bytes = sum.bytes.saturating_add(used.bytes);
    }

    pub(crate) fn judge(&self) -> Outcome {
        if self.used.is_empty() {
            return Outcome::not_available(FindingReason::NotReported);
        }
        let outcome = if self.waiting.is_some_and(|waiting| waiting >= BUSY) {
            Outcome::attention().because(FindingReason::Busy)
        } else {
            Outcome::fine()
        };
        let mut kinds: Vec<_> = self.used.iter().map(|(class, used)| (*class, *used)).collect();
        kinds.sort_by_key(|(_, used)| (Reverse(percent(used.cpu)), Reverse(used.bytes)));
        kinds.into_iter().take(MAX_TOLD).fold(outcome, |outcome, (class, used)| {
            outcome
                .with(EvidenceKey::ProgramClass, class.as_str())
                .with(EvidenceKey::CpuPercent, &percent(used.cpu))
                .with(EvidenceKey::UsedBytes, &used.bytes)
        })
    }
}

/// A share as a whole number of percent.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;

    #[test]
    fn kinds_are_summed_and_the_largest_is_told_first() {
        let mut load = Load { waiting: Some(0.4), ..Load::default() };
        load.add(ProgramClass::Mail, Used { cpu: 0.0, bytes: 900 });
        load.add(ProgramClass::Browser, Used { cpu: 0.25, bytes: 100 });
        load.add(ProgramClass::Browser, Used { cpu: 0.25, bytes: 100 });
        load.add(ProgramClass::Office, Used { cpu: 0.0, bytes: 300 });
        load.add(ProgramClass::Other, Used { cpu: 0.0, bytes: 1 });
        let told = load.judge().into_finding(ticket::CheckId::Load, std::time::Duration::ZERO);
        let values: Vec<_> = told.evidence.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(values, ["browser", "50", "200", "mail", "0", "900", "office", "0", "300"]);
        assert_eq!(told.status, FindingStatus::Fine);
    }

    #[test]
    fn twice_the_cores_are_worth_a_look() {
        let mut load = Load { waiting: Some(2.0), ..Load::default() };
        load.add(ProgramClass::Other, Used::default());
        assert!(load.judge().is_because(FindingReason::Busy));
        assert_eq!(Load::default().judge().status, FindingStatus::NotAvailable);
    }
}
