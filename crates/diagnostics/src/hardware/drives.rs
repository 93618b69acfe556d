use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// A drive's life is used up at 100; most go on for long after, so only then is it worth a look.
const WORN_PERCENT: u64 = 100;

/// A drive of this device, and the file systems on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Drive {
    pub(crate) model: Option<String>,
    /// Whether it says that it fails, or does not answer any more.
    pub(crate) is_failing: bool,
    /// Errors counted by it or its file systems.
    pub(crate) errors: u64,
    pub(crate) wear_percent: Option<u64>,
    pub(crate) celsius: Option<i64>,
    /// Whether the drive's own report (SMART, NVMe health log) could be read.
    pub(crate) is_read: bool,
}

impl Drive {
    fn is_worn(&self) -> bool {
        self.wear_percent.is_some_and(|percent| percent >= WORN_PERCENT)
    }
}

/// Judges by the worst drive and tells it first.
pub(crate) fn judge(mut drives: Vec<Drive>) -> Outcome {
    drives.sort_by_key(|drive| (!drive.is_failing, drive.errors == 0, !drive.is_worn()));
    let outcome = match drives.first() {
        None => return Outcome::not_available(FindingReason::NotReported),
        Some(worst) if worst.is_failing => Outcome::failed(FindingReason::DriveFailing),
        Some(worst) if worst.errors > 0 => Outcome::attention().because(FindingReason::DriveErrors),
        Some(worst) => Outcome::fine_unless(worst.is_worn()),
    };
    drives.into_iter().fold(outcome, |outcome, drive| {
        let report = if drive.is_read { "read" } else { "not_readable" };
        outcome
            .with_some(EvidenceKey::Drive, drive.model)
            .with(EvidenceKey::DriveReport, report)
            .with_some(EvidenceKey::DriveErrors, (drive.errors > 0).then_some(drive.errors))
            .with_some(EvidenceKey::DriveWearPercent, drive.wear_percent)
            .with_some(EvidenceKey::Celsius, drive.celsius)
    })
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;

    fn check(drives: &[Drive], expect: FindingStatus) {
        assert_eq!(judge(drives.to_vec()).status, expect, "{drives:?}");
    }

    #[test]
    fn the_worst_drive_decides() {
        let good = Drive::default();
        let errors = Drive { errors: 3, ..Drive::default() };
        let worn = Drive { wear_percent: Some(100), ..Drive::default() };
        let failing = Drive { is_failing: true, ..Drive::default() };
        check(std::slice::from_ref(&good), FindingStatus::Fine);
        check(&[Drive { wear_percent: Some(99), ..Drive::default() }], FindingStatus::Fine);
        check(&[good.clone(), worn], FindingStatus::Attention);
        check(&[good.clone(), errors.clone()], FindingStatus::Attention);
        check(&[good, errors, failing], FindingStatus::Failed);
        check(&[], FindingStatus::NotAvailable);
    }
}
