use std::time::Duration;

use ticket::{CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus};

use crate::text::clean;

/// What a check saw, before it is known how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: FindingStatus,
    evidence: Vec<Evidence>,
}

impl Outcome {
    pub(crate) const fn of(status: FindingStatus) -> Self {
        Self { status, evidence: Vec::new() }
    }

    pub(crate) const fn fine() -> Self {
        Self::of(FindingStatus::Fine)
    }

    pub(crate) const fn attention() -> Self {
        Self::of(FindingStatus::Attention)
    }

    pub(crate) fn failed(reason: FindingReason) -> Self {
        Self::of(FindingStatus::Failed).because(reason)
    }

    pub(crate) fn not_available(reason: FindingReason) -> Self {
        Self::of(FindingStatus::NotAvailable).because(reason)
    }

    /// Fine, or worth a look where `attention` holds.
    pub(crate) const fn fine_unless(attention: bool) -> Self {
        if attention { Self::attention() } else { Self::fine() }
    }

    pub(crate) fn because(self, reason: FindingReason) -> Self {
        self.with(EvidenceKey::ReasonWord, reason.as_str())
    }

    pub(crate) fn is_because(&self, reason: FindingReason) -> bool {
        let is_reason = |fact: &Evidence| fact.key == EvidenceKey::ReasonWord;
        self.evidence.iter().any(|fact| is_reason(fact) && fact.value == reason.as_str())
    }

    /// Adds a fact; text that is empty after cleaning is no fact.
    pub(crate) fn with(mut self, key: EvidenceKey, value: &(impl ToString + ?Sized)) -> Self {
        let value = clean(&value.to_string());
        if !value.is_empty() {
            self.evidence.push(Evidence { key, value });
        }
        self
    }

    pub(crate) fn with_some(self, key: EvidenceKey, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(key, &value),
            None => self,
        }
    }

    pub(crate) fn with_each<T: ToString>(
        self,
        key: EvidenceKey,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        values.into_iter().fold(self, |outcome, value| outcome.with(key, &value))
    }

    pub(crate) fn with_time(self, elapsed: Duration) -> Self {
        self.with(EvidenceKey::Milliseconds, &elapsed.as_millis())
    }

    pub(crate) fn into_finding(self, check: CheckId, took: Duration) -> Finding {
        let took_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        Finding { check, status: self.status, evidence: self.evidence, took_ms }
    }
}

/// Compares an outcome with what it should tell, in order.
#[cfg(test)]
pub(crate) fn check(seen: Outcome, status: FindingStatus, expect: &[(EvidenceKey, &str)]) {
    let seen = seen.into_finding(CheckId::DeviceIdentity, Duration::ZERO);
    let facts: Vec<_> = seen.evidence.iter().map(|fact| (fact.key, fact.value.as_str())).collect();
    assert_eq!((seen.status, facts.as_slice()), (status, expect));
}
