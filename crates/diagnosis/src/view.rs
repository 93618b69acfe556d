use ticket::{CheckId, EvidenceKey, Finding, FindingReason, FindingStatus};

/// What is known about each check: the newest finding of it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    findings: &'a [Finding],
}

impl<'a> View<'a> {
    pub(crate) const fn new(findings: &'a [Finding]) -> Self {
        Self { findings }
    }

    pub(crate) fn status(self, check: CheckId) -> Option<FindingStatus> {
        self.newest(check).map(|finding| finding.status)
    }

    pub(crate) fn reason(self, check: CheckId) -> Option<FindingReason> {
        self.newest(check).and_then(Finding::reason)
    }

    pub(crate) fn value(self, check: CheckId, key: EvidenceKey) -> Option<&'a str> {
        self.newest(check).and_then(|finding| finding.value(key))
    }

    /// Why a check failed or is worth a look; nothing where it is fine or could not tell.
    pub(crate) fn fault(self, check: CheckId) -> Option<FindingReason> {
        let is_fault =
            matches!(self.status(check), Some(FindingStatus::Failed | FindingStatus::Attention));
        self.reason(check).filter(|_| is_fault)
    }

    /// Failed or worth a look, for this reason.
    pub(crate) fn has(self, check: CheckId, reason: FindingReason) -> bool {
        self.fault(check) == Some(reason)
    }

    pub(crate) fn failed(self, check: CheckId) -> bool {
        self.status(check) == Some(FindingStatus::Failed)
    }

    /// Whether the check saw an answer, perfect or not.
    pub(crate) fn answered(self, check: CheckId) -> bool {
        matches!(self.status(check), Some(FindingStatus::Fine | FindingStatus::Attention))
    }

    /// Failed because of a certificate.
    pub(crate) fn failed_by_certificate(self, check: CheckId) -> bool {
        self.failed(check) && self.reason(check).is_some_and(FindingReason::is_about_certificate)
    }

    fn newest(self, check: CheckId) -> Option<&'a Finding> {
        self.findings.iter().rev().find(|finding| finding.check == check)
    }
}
