//! A request before it is sent: what IT will get, group by group, exactly as it will leave.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use outbox::Payload;
use ticket::{
    Access, CheckId, DetailGroup, DeviceReport, Finding, MAX_TEXT_CHARS, Problem, ProblemCode,
    Scenario, Submission, SubmissionKind, TriedOutcome, TriedStep, WIRE_VERSION,
};
use uuid::Uuid;

use crate::checks::{LiveChecks, in_order, row_of};
use crate::guide::Handover;
use crate::problem::problem;
use crate::view::{
    AccessView, DeviceFact, DraftView, FactRow, GroupView, Pace, SavedView, SummaryKind,
    SummaryLine,
};
use crate::words::{tidy, unfit};
use crate::{Change, Desktop};

const GROUPS: [DetailGroup; 3] = [DetailGroup::Device, DetailGroup::Network, DetailGroup::Tried];

/// A request being written.
pub(crate) struct Draft {
    id: Uuid,
    text: String,
    scenario: Option<Scenario>,
    device: DeviceReport,
    /// Found before the request was begun.
    earlier: Vec<Finding>,
    /// Still running, for what was not checked before.
    checks: LiveChecks,
    tried: Vec<TriedStep>,
    removed: BTreeSet<DetailGroup>,
    /// Whether no article seemed to answer what was asked.
    no_answer: bool,
    /// What was chosen from the catalogue.
    access: Option<Access>,
}

impl Draft {
    fn new(text: &str, device: DeviceReport) -> Self {
        Self {
            id: Uuid::now_v7(),
            text: tidy(text),
            scenario: None,
            device,
            earlier: Vec::new(),
            checks: LiveChecks::new(CheckId::ALL.to_vec()),
            tried: Vec::new(),
            removed: BTreeSet::new(),
            no_answer: false,
            access: None,
        }
    }

    fn after_guide(handover: Handover, text: &str, device: DeviceReport) -> Self {
        let known =
            |check: &CheckId| handover.findings.iter().any(|finding| finding.check == *check);
        let missing = CheckId::ALL.into_iter().filter(|check| !known(check)).collect();
        let text = if text.trim().is_empty() { &handover.text } else { text };
        Self {
            scenario: Some(handover.scenario),
            checks: LiveChecks::new(missing),
            tried: handover.tried,
            earlier: handover.findings,
            ..Self::new(text, device)
        }
    }

    fn keeps(&self, group: DetailGroup) -> bool {
        !self.removed.contains(&group)
    }

    fn findings(&self) -> Vec<Finding> {
        let findings = self.earlier.iter().chain(self.checks.findings());
        in_order(findings).into_iter().cloned().collect()
    }

    /// The findings of one group: the network's, or the device's own.
    fn findings_of(&self, group: DetailGroup) -> Vec<Finding> {
        let is_network = |finding: &Finding| CheckId::NETWORK.contains(&finding.check);
        let wanted = group == DetailGroup::Network;
        self.findings().into_iter().filter(|finding| is_network(finding) == wanted).collect()
    }

    /// Exactly what leaves.
    fn submission(&self, locale: &str, now: Timestamp) -> Submission {
        let findings = [DetailGroup::Device, DetailGroup::Network];
        let findings = findings.into_iter().filter(|group| self.keeps(*group));
        let network = self.findings_of(DetailGroup::Network);
        Submission {
            version: WIRE_VERSION,
            id: self.id,
            kind: SubmissionKind::Request,
            created_at: now,
            text: redaction::redact(&self.text).text,
            locale: locale.to_owned(),
            scenario: self.scenario,
            device: self.keeps(DetailGroup::Device).then(|| self.device.clone()),
            findings: findings.flat_map(|group| self.findings_of(group)).collect(),
            diagnosis: if self.keeps(DetailGroup::Network) {
                diagnosis::diagnose(&network)
            } else {
                None
            },
            tried: if self.keeps(DetailGroup::Tried) { self.tried.clone() } else { Vec::new() },
            removed: self.removed.iter().copied().collect(),
            contact: None,
            incident: None,
            no_answer: self.no_answer,
            access: self.access.clone(),
        }
    }

    fn group(&self, group: DetailGroup) -> GroupView {
        let device = group == DetailGroup::Device;
        let checks = match group {
            DetailGroup::Device | DetailGroup::Network => self.findings_of(group),
            DetailGroup::Tried => Vec::new(),
        };
        GroupView {
            group,
            included: self.keeps(group),
            facts: if device { facts(&self.device) } else { Vec::new() },
            checks: checks.iter().map(row_of).collect(),
            tried: if group == DetailGroup::Tried { self.tried.clone() } else { Vec::new() },
        }
    }

    fn summary(&self, name: Option<String>) -> Vec<SummaryLine> {
        let line = |kind, text: String| SummaryLine { kind, text, diagnosis: None };
        let first = self.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        // What was asked or skipped was not tried; the group below has it all.
        let was_done = |step: &&TriedStep| {
            matches!(step.outcome, TriedOutcome::Done | TriedOutcome::DidNotHelp)
        };
        let done = self.tried.iter().filter(was_done);
        let tried: Vec<&str> = done.map(|step| step.title.as_str()).collect();
        let device = match &self.device.model {
            Some(model) => format!("{}, {model}, {}", self.device.name, self.device.system),
            None => format!("{}, {}", self.device.name, self.device.system),
        };
        let kept = |group, text: String| if self.keeps(group) { text } else { String::new() };
        let network = self.findings_of(DetailGroup::Network);
        let diagnosis = diagnosis::diagnose(&network).filter(|_| self.keeps(DetailGroup::Network));
        vec![
            line(SummaryKind::Who, name.unwrap_or_default()),
            line(SummaryKind::What, redaction::redact(first).text),
            line(SummaryKind::Tried, kept(DetailGroup::Tried, tried.join(", "))),
            SummaryLine { kind: SummaryKind::Cause, text: String::new(), diagnosis },
            line(SummaryKind::Device, kept(DetailGroup::Device, device)),
        ]
    }
}

fn facts(device: &DeviceReport) -> Vec<FactRow> {
    let row = |fact, value: Option<String>| FactRow { fact, value };
    vec![
        row(DeviceFact::Name, Some(device.name.clone())),
        row(DeviceFact::Model, device.model.clone()),
        row(DeviceFact::Serial, device.serial.clone()),
        row(DeviceFact::System, Some(device.system.clone())),
        row(DeviceFact::Uptime, device.uptime_seconds.map(|seconds| seconds.to_string())),
        row(DeviceFact::AppVersion, Some(device.app_version.clone())),
    ]
}

impl Desktop {
    /// Begins a request without guided help; the checks run meanwhile.
    ///
    /// # Errors
    /// This device cannot be read at all.
    pub async fn draft_new(self: &Arc<Self>, text: &str) -> Result<DraftView, Problem> {
        let device = self.device_report().await?;
        // A request is made also where nothing can be searched.
        let searched = self.search(text, Pace::Pause).await.ok();
        let no_answer = searched.is_some_and(|it| !it.indexing && !it.answers);
        self.begin(Draft { no_answer, ..Draft::new(text, device) })
    }

    /// Begins a request with what guided help found and tried.
    ///
    /// # Errors
    /// No guided help is in progress.
    pub async fn draft_from_guide(self: &Arc<Self>, text: &str) -> Result<DraftView, Problem> {
        let device = self.device_report().await?;
        let language = self.language();
        let handover = self.lock(&self.guide).as_ref().map(|guide| guide.handover(&language));
        let handover =
            handover.ok_or_else(|| problem(ProblemCode::NotFound, "no guided help in progress"))?;
        self.begin(Draft::after_guide(handover, text, device))
    }

    /// Begins a request for access that was chosen from the catalogue.
    ///
    /// # Errors
    /// The catalogue here does not offer it, or this device cannot be read at all.
    pub async fn draft_access(
        self: &Arc<Self>,
        access: Access,
        text: &str,
    ) -> Result<DraftView, Problem> {
        if self.offered(&access).is_none() {
            return Err(problem(ProblemCode::NotFound, "the catalogue does not offer it"));
        }
        let device = self.device_report().await?;
        let scenario = Some(Scenario::SoftwareAccess);
        self.begin(Draft { scenario, access: Some(access), ..Draft::new(text, device) })
    }

    /// The request being written, if there is one.
    #[must_use]
    pub fn draft(&self) -> Option<DraftView> {
        let session = self.session();
        let draft = self.lock(&self.draft);
        let draft = draft.as_ref()?;
        Some(DraftView {
            text: draft.text.clone(),
            max_chars: u32::try_from(MAX_TEXT_CHARS).unwrap_or(u32::MAX),
            masked: masked(&draft.text),
            summary: draft.summary(session.name.clone()),
            groups: GROUPS.iter().map(|group| draft.group(*group)).collect(),
            signed_in: session.name.is_some(),
            online: session.online,
            checking: !draft.checks.is_complete(),
            access: draft.access.as_ref().and_then(|access| self.offered(access)),
        })
    }

    /// Changes the text.
    ///
    /// # Errors
    /// No request is being written.
    pub fn draft_text(&self, text: &str) -> Result<DraftView, Problem> {
        self.change(|draft| draft.text = tidy(text))
    }

    /// Takes a group out, or back in.
    ///
    /// # Errors
    /// No request is being written.
    pub fn draft_toggle(&self, group: DetailGroup, included: bool) -> Result<DraftView, Problem> {
        self.change(|draft| {
            if included {
                draft.removed.remove(&group);
            } else {
                draft.removed.insert(group);
            }
        })
    }

    /// The exact document that will leave, as JSON.
    ///
    /// # Errors
    /// No request is being written.
    pub fn draft_document(&self) -> Result<String, Problem> {
        let submission = self.draft_submission()?;
        serde_json::to_string_pretty(&submission)
            .map_err(|error| problem(ProblemCode::Internal, error))
    }

    /// Stores the request durably; it leaves as soon as the agent answers.
    ///
    /// # Errors
    /// Nothing is written, the text is empty or too long, or this device cannot store it.
    pub async fn draft_send(&self) -> Result<SavedView, Problem> {
        let submission = self.draft_submission()?;
        submission.validate().map_err(unfit)?;
        let id = submission.id;
        self.store(self.owner(), Payload::Submission { submission: Box::new(submission) }, None)
            .await?;
        let sent = self.lock(&self.draft).take_if(|draft| draft.id == id);
        self.asked_people();
        if sent.is_some() {
            self.guide_leave();
        }
        Ok(SavedView { id: id.to_string(), online: self.session().online })
    }

    /// Access in the words of the catalogue here; nothing, where it does not offer that.
    pub(crate) fn offered(&self, access: &Access) -> Option<AccessView> {
        self.knowledge.offered(access, &self.language())
    }

    /// Forgets the request being written.
    pub fn draft_discard(&self) {
        *self.lock(&self.draft) = None;
    }

    fn draft_submission(&self) -> Result<Submission, Problem> {
        let language = self.language();
        let draft = self.lock(&self.draft);
        let draft = draft.as_ref().ok_or_else(no_draft)?;
        Ok(draft.submission(&language, Timestamp::now()))
    }

    fn change(&self, change: impl FnOnce(&mut Draft)) -> Result<DraftView, Problem> {
        self.lock(&self.draft).as_mut().map(change).ok_or_else(no_draft)?;
        self.draft().ok_or_else(no_draft)
    }

    /// Keeps the draft and runs the checks it lacks.
    fn begin(self: &Arc<Self>, draft: Draft) -> Result<DraftView, Problem> {
        let (id, wanted) =
            (draft.id, draft.checks.rows().iter().map(|row| row.check).collect::<Vec<_>>());
        *self.lock(&self.draft) = Some(draft);
        let desktop = Arc::clone(self);
        tokio::spawn(async move {
            let mut progress = desktop.run(&wanted, &desktop.check_context());
            while let Some(progress) = progress.recv().await {
                match desktop.lock(&desktop.draft).as_mut() {
                    Some(draft) if draft.id == id => draft.checks.apply(progress),
                    // Sent or begun again: dropping the receiver cancels the rest.
                    Some(_) | None => break,
                }
                if let Some(view) = desktop.draft() {
                    desktop.tell(Change::Draft(view));
                }
            }
        });
        self.draft().ok_or_else(no_draft)
    }
}

fn no_draft() -> Problem {
    problem(ProblemCode::NotFound, "no request is being written")
}

fn masked(text: &str) -> Vec<String> {
    redaction::redact(text).masked.iter().map(|masked| masked.kind.to_string()).collect()
}
