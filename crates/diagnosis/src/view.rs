use ticket::{CheckId, Finding, FindingReason, FindingStatus};

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

    pub(crate) fn failed(self, check: CheckId) -> bool {
        self.status(check) == Some(FindingStatus::Failed)
    }

    /// Whether the check saw an answer, perfect or not.
    pub(crate) fn answered(self, check: CheckId) -> bool {
        matches!(self.status(check), Some(FindingStatus::Fine | FindingStatus::Attention))
    }

    /// Failed because of a certificate.
    pub(crate) fn failed_by_certificate(self, check: CheckId) -> bool {
        self.failed(check) && self.reason(check).is_some_and(is_about_certificate)
    }

    fn newest(self, check: CheckId) -> Option<&'a Finding> {
        self.findings.iter().rev().find(|finding| finding.check == check)
    }
}

fn is_about_certificate(reason: FindingReason) -> bool {
    matches!(
        reason,
        FindingReason::CertificateUntrusted
            | FindingReason::CertificateExpired
            | FindingReason::CertificateNotYetValid
            | FindingReason::CertificateWrongName
    )
}
