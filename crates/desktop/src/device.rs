//! My device: every check, now and then, at a glance.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use ticket::{
    CheckId, DeviceReport, EvidenceKey, Finding, FindingReason, FindingStatus, Problem,
    ProblemCode, ReportedDiagnosis, SupportCode,
};
use tokio::task::spawn_blocking;

use crate::checks::{LiveChecks, in_order, row_of};
use crate::knowledge::Knowledge;
use crate::problem::problem;
use crate::view::{DeviceView, Health, TileView};
use crate::{Change, Desktop};

/// What is older is checked anew when somebody looks.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// What people look at first, in this order.
const TILES: [CheckId; 6] = [
    CheckId::Vpn,
    CheckId::Disks,
    CheckId::Memory,
    CheckId::Battery,
    CheckId::Uptime,
    CheckId::Restart,
];

/// The checks of this device and what they found, the newest run of them.
pub(crate) struct Inspection {
    /// Tells runs apart: a late answer of another run is not applied.
    run: u64,
    device: DeviceReport,
    checks: LiveChecks,
    ended_at: Option<Timestamp>,
}

impl Inspection {
    const fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.ended_at.is_none_or(|ended| now.duration_since(ended) < FRESH)
    }

    fn view(&self, code: SupportCode, knowledge: &Knowledge, language: &str) -> DeviceView {
        let diagnosis = self.checks.diagnosis();
        let article =
            diagnosis.as_ref().and_then(|it| knowledge.link_for_cause(it.cause, language));
        let findings = self.checks.findings();
        let tile = |check: CheckId| self.tile(check, knowledge, language);
        let is_more = |finding: &&Finding| {
            !TILES.contains(&finding.check) && CheckId::DEVICE.contains(&finding.check)
        };
        DeviceView {
            name: self.device.name.clone(),
            system: self.device.system.clone(),
            health: health(self.is_running(), findings, diagnosis.as_ref()),
            checked_at: self.ended_at.map(|at| at.to_string()),
            path: self.checks.path(),
            article,
            diagnosis,
            tiles: TILES.into_iter().filter_map(tile).collect(),
            more: in_order(findings.iter().filter(is_more)).into_iter().map(row_of).collect(),
            support_code: code.to_string(),
        }
    }

    /// The tile of a check; none for what this device does not have.
    fn tile(&self, check: CheckId, knowledge: &Knowledge, language: &str) -> Option<TileView> {
        let row = self.checks.rows().into_iter().find(|row| row.check == check)?;
        let finding = self.checks.findings().iter().find(|finding| finding.check == check);
        let is_absent = |finding: &Finding| {
            finding.status == FindingStatus::NotAvailable
                && finding.reason() == Some(FindingReason::NotPresent)
        };
        if finding.is_some_and(is_absent) {
            return None;
        }
        let share = finding.and_then(|finding| {
            let keys = [EvidenceKey::UsedPercent, EvidenceKey::ChargePercent];
            keys.into_iter().find_map(|key| finding.value(key))?.parse().ok()
        });
        let article = finding.filter(|finding| needs_something(finding));
        let article = article.and_then(|_| knowledge.link_for_check(check, language));
        Some(TileView { row, share, article })
    }
}

fn needs_something(finding: &Finding) -> bool {
    matches!(finding.status, FindingStatus::Attention | FindingStatus::Failed)
}

/// The network counts by its diagnosis: what merely follows from the cause is not another fault.
fn health(running: bool, findings: &[Finding], diagnosis: Option<&ReportedDiagnosis>) -> Health {
    let of_device = |status: FindingStatus| {
        findings
            .iter()
            .any(|finding| finding.status == status && CheckId::DEVICE.contains(&finding.check))
    };
    if running {
        Health::Checking
    } else if diagnosis.is_some() || of_device(FindingStatus::Failed) {
        Health::Failed
    } else if of_device(FindingStatus::Attention) {
        Health::Attention
    } else {
        Health::Fine
    }
}

/// Everything that is known of this device, for a file.
#[derive(Serialize)]
struct Details<'a> {
    support_code: String,
    checked_at: Option<Timestamp>,
    device: &'a DeviceReport,
    findings: &'a [Finding],
    diagnosis: Option<ReportedDiagnosis>,
}

impl Desktop {
    /// This device as it is, or as it was a moment ago; the checks run where that is too long ago.
    ///
    /// # Errors
    /// This device cannot be read at all.
    pub async fn device(self: &Arc<Self>) -> Result<DeviceView, Problem> {
        let now = Timestamp::now();
        let is_known = self.lock(&self.inspection).as_ref().is_some_and(|it| it.is_fresh(now));
        if is_known { self.device_view() } else { self.device_check().await }
    }

    /// Checks this device anew.
    ///
    /// # Errors
    /// This device cannot be read at all.
    pub async fn device_check(self: &Arc<Self>) -> Result<DeviceView, Problem> {
        let device = self.device_report().await?;
        let run = {
            let mut inspection = self.lock(&self.inspection);
            let run = inspection.as_ref().map_or(0, |it| it.run) + 1;
            let checks = LiveChecks::new(CheckId::ALL.to_vec());
            *inspection = Some(Inspection { run, device, checks, ended_at: None });
            run
        };
        let desktop = Arc::clone(self);
        tokio::spawn(async move {
            let mut progress = desktop.run(&CheckId::ALL, &desktop.check_context());
            while let Some(progress) = progress.recv().await {
                match desktop.lock(&desktop.inspection).as_mut() {
                    Some(inspection) if inspection.run == run => {
                        inspection.checks.apply(progress);
                        if inspection.checks.is_complete() {
                            inspection.ended_at = Some(Timestamp::now());
                        }
                    }
                    // Begun again: dropping the receiver cancels the rest.
                    Some(_) | None => break,
                }
                if let Ok(view) = desktop.device_view() {
                    desktop.tell(Change::Device(view));
                }
            }
        });
        self.device_view()
    }

    /// Writes everything that is known of this device into this folder, as JSON, and gives the name of
    /// the file. What was there under that name is replaced.
    ///
    /// # Errors
    /// Nothing was checked yet, or there is no such folder or no room in it.
    pub async fn device_export(&self, folder: Option<PathBuf>) -> Result<String, Problem> {
        let folder =
            folder.ok_or_else(|| problem(ProblemCode::DeviceStorage, "no folder for downloads"))?;
        let name = format!("deskside-{}.json", self.support_code().to_string().replace(' ', "-"));
        let (file, text) = (folder.join(&name), self.device_details()?);
        let written = spawn_blocking(move || std::fs::write(file, text)).await;
        written
            .map_err(|error| problem(ProblemCode::Internal, error))?
            .map_err(|error| problem(ProblemCode::DeviceStorage, error))?;
        Ok(name)
    }

    fn device_details(&self) -> Result<String, Problem> {
        let inspection = self.lock(&self.inspection);
        let inspection = inspection.as_ref().ok_or_else(unchecked)?;
        let details = Details {
            support_code: self.support_code().to_string(),
            checked_at: inspection.ended_at,
            device: &inspection.device,
            findings: inspection.checks.findings(),
            diagnosis: inspection.checks.diagnosis(),
        };
        serde_json::to_string_pretty(&details)
            .map_err(|error| problem(ProblemCode::Internal, error))
    }

    fn device_view(&self) -> Result<DeviceView, Problem> {
        let language = self.language();
        let inspection = self.lock(&self.inspection);
        let inspection = inspection.as_ref().ok_or_else(unchecked)?;
        Ok(inspection.view(self.support_code(), &self.knowledge, &language))
    }

    fn support_code(&self) -> SupportCode {
        SupportCode::of(self.installation.id())
    }
}

fn unchecked() -> Problem {
    problem(ProblemCode::NotFound, "this device was not checked yet")
}

#[cfg(test)]
mod tests {
    use ticket::Evidence;

    use super::*;

    fn finding(check: CheckId, status: FindingStatus) -> Finding {
        let word = FindingReason::NoLink.as_str().to_owned();
        let reason = Evidence { key: EvidenceKey::ReasonWord, value: word };
        let evidence = if status == FindingStatus::Failed { vec![reason] } else { Vec::new() };
        Finding { check, status, evidence, took_ms: 1 }
    }

    fn check(findings: &[Finding], expect: Health) {
        let diagnosis = diagnosis::diagnose(findings);
        assert_eq!(health(false, findings, diagnosis.as_ref()), expect, "{findings:?}");
    }

    #[test]
    fn the_worst_of_the_device_or_the_one_cause_decides() {
        use FindingStatus::{Attention, Failed, Fine, NotAvailable};
        check(&[finding(CheckId::Memory, Fine)], Health::Fine);
        check(&[finding(CheckId::Battery, NotAvailable)], Health::Fine);
        check(&[finding(CheckId::Uptime, Attention)], Health::Attention);
        check(
            &[finding(CheckId::Uptime, Attention), finding(CheckId::Link, Failed)],
            Health::Failed,
        );
        check(&[finding(CheckId::DiskHealth, Failed)], Health::Failed);
        // A part of the network that is worth a look, while everything works.
        check(&[finding(CheckId::Vpn, Attention)], Health::Fine);
        assert_eq!(health(true, &[], None), Health::Checking);
    }
}
