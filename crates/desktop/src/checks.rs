//! Checks as they run: rows and path for the screen, findings for the request.

use std::collections::BTreeSet;

use diagnosis::{Stop, StopState, diagnose, path, stop_of};
use diagnostics::Progress;
use ticket::{CheckId, Finding, ReportedDiagnosis};

use crate::view::{CheckRow, PathStop, RowState};

/// A run of checks and what it found so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveChecks {
    wanted: Vec<CheckId>,
    running: BTreeSet<CheckId>,
    findings: Vec<Finding>,
}

impl LiveChecks {
    pub(crate) fn new(wanted: Vec<CheckId>) -> Self {
        Self { wanted, running: BTreeSet::new(), findings: Vec::new() }
    }

    pub(crate) fn apply(&mut self, progress: Progress) {
        match progress {
            Progress::Started(check) => {
                self.running.insert(check);
            }
            Progress::Ended(finding) => {
                self.running.remove(&finding.check);
                if self.wanted.contains(&finding.check) && self.finding(finding.check).is_none() {
                    self.findings.push(finding);
                }
            }
        }
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.findings.len() >= self.wanted.len()
    }

    pub(crate) fn done(&self) -> u32 {
        u32::try_from(self.findings.len()).unwrap_or(u32::MAX)
    }

    /// The cause, once every check has ended: what comes late may be what explains the rest.
    pub(crate) fn diagnosis(&self) -> Option<ReportedDiagnosis> {
        if self.is_complete() { diagnose(&self.findings) } else { None }
    }

    pub(crate) fn rows(&self) -> Vec<CheckRow> {
        self.wanted.iter().map(|check| self.row(*check)).collect()
    }

    /// The drawn path; empty when no wanted check is on it.
    pub(crate) fn path(&self) -> Vec<PathStop> {
        if !self.wanted.iter().any(|check| stop_of(*check).is_some()) {
            return Vec::new();
        }
        let judged = path(&self.findings);
        judged
            .into_iter()
            .map(|(stop, state)| PathStop { stop, state: self.stop(stop, state) })
            .collect()
    }

    fn stop(&self, stop: Stop, judged: StopState) -> RowState {
        let mut checks =
            self.wanted.iter().filter(|check| stop_of(**check) == Some(stop)).peekable();
        let has_checks = checks.peek().is_some();
        let open: Vec<&CheckId> = checks.filter(|check| self.finding(**check).is_none()).collect();
        match judged {
            StopState::NotReached => RowState::NotReached,
            StopState::Failed => RowState::Failed,
            _ if open.iter().any(|check| self.running.contains(check)) => RowState::Running,
            _ if has_checks && !open.is_empty() => RowState::Waiting,
            StopState::Fine => RowState::Fine,
            StopState::Attention => RowState::Attention,
            StopState::NotAvailable => RowState::NotAvailable,
        }
    }

    fn row(&self, check: CheckId) -> CheckRow {
        match self.finding(check) {
            Some(finding) => row_of(finding),
            None => {
                let is_running = self.running.contains(&check);
                let state = if is_running { RowState::Running } else { RowState::Waiting };
                CheckRow { check, state, evidence: Vec::new(), took_ms: None }
            }
        }
    }

    fn finding(&self, check: CheckId) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.check == check)
    }
}

/// In the order in which checks are listed everywhere, not that in which they ended.
pub(crate) fn in_order<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<&'a Finding> {
    let mut findings: Vec<_> = findings.collect();
    findings.sort_by_key(|it| CheckId::ALL.iter().position(|check| *check == it.check));
    findings
}

/// The row of a check that has ended.
pub(crate) fn row_of(finding: &Finding) -> CheckRow {
    CheckRow {
        check: finding.check,
        state: finding.status.into(),
        evidence: finding.evidence.clone(),
        took_ms: Some(finding.took_ms),
    }
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;

    fn finding(check: CheckId, status: FindingStatus) -> Finding {
        Finding { check, status, evidence: Vec::new(), took_ms: 1 }
    }

    #[test]
    fn shows_what_waits_runs_and_has_ended() {
        let mut checks = LiveChecks::new(vec![CheckId::Link, CheckId::Gateway, CheckId::Uptime]);
        checks.apply(Progress::Started(CheckId::Link));
        checks.apply(Progress::Started(CheckId::Gateway));
        checks.apply(Progress::Ended(finding(CheckId::Link, FindingStatus::Fine)));
        let states: Vec<_> = checks.rows().into_iter().map(|row| row.state).collect();
        assert_eq!(states, [RowState::Fine, RowState::Running, RowState::Waiting]);
        assert!(!checks.is_complete());
    }

    #[test]
    fn names_no_cause_while_a_check_runs_that_may_explain_it() {
        let mut checks = LiveChecks::new(vec![CheckId::Link, CheckId::NameService]);
        checks.apply(Progress::Ended(finding(CheckId::NameService, FindingStatus::Failed)));
        assert_eq!(checks.diagnosis(), None);
        checks.apply(Progress::Ended(finding(CheckId::Link, FindingStatus::Failed)));
        assert_eq!(
            checks.diagnosis().map(|diagnosis| diagnosis.cause),
            Some(ticket::Cause::NoLink)
        );
    }

    #[test]
    fn draws_no_path_for_checks_of_the_device() {
        assert!(LiveChecks::new(vec![CheckId::Uptime]).path().is_empty());
    }
}
