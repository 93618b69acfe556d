//! Guided help: a playbook, where the employee is in it, and its checks.

use std::sync::Arc;
use std::time::Duration;

use content::{OutsidePage, Playbook, Step, StepKind};
use diagnostics::VpnUse;
use playbook::{
    Answer, End, Fixed, Phase, PlaybookError, Session, advance, current, end, phase, tried,
};
use ticket::{Cause, CheckId, Finding, FindingStatus, Problem, ProblemCode, Scenario, TriedStep};
use uuid::Uuid;

use crate::checks::LiveChecks;
use crate::knowledge::Knowledge;
use crate::problem::problem;
use crate::view::{GuideAction, GuidePhase, GuideView, OptionView, OutsideTarget, StepView};
use crate::{Change, Desktop};

/// Between two looks whether the network's own page still stands in the way.
const PORTAL_LOOK: Duration = Duration::from_secs(4);

/// Guided help in progress.
pub(crate) struct Guide {
    playbook: Playbook,
    session: Session,
    /// What the employee typed before it began.
    pub(crate) text: String,
    checks: LiveChecks,
    /// Findings of earlier check steps.
    earlier: Vec<Finding>,
    /// The run of checks on the screen: a late answer of another run is not applied.
    run: Uuid,
}

/// Whether the checks of the step are to be run.
enum Moved {
    On,
    Not,
}

/// What guided help hands to a request.
pub(crate) struct Handover {
    pub(crate) text: String,
    pub(crate) scenario: Scenario,
    pub(crate) findings: Vec<Finding>,
    pub(crate) tried: Vec<TriedStep>,
}

impl Guide {
    fn start(playbook: Playbook, text: &str) -> Self {
        let session = Session::start(&playbook);
        let text = text.to_owned();
        Self {
            playbook,
            session,
            text,
            checks: LiveChecks::default(),
            earlier: Vec::new(),
            run: Uuid::nil(),
        }
    }

    fn step(&self) -> Result<&Step, PlaybookError> {
        current(&self.playbook, &self.session)
    }

    fn is_checking(&self) -> bool {
        self.step().is_ok_and(|step| matches!(step.kind, StepKind::Check { .. }))
    }

    /// The checks of this step, if it has some; they are to be run now.
    fn begin_checks(&mut self) -> Option<Vec<CheckId>> {
        let StepKind::Check { run, .. } = &self.step().ok()?.kind else { return None };
        let wanted = run.clone();
        self.earlier = self.findings();
        self.checks = LiveChecks::new(wanted.clone());
        self.run = Uuid::new_v4();
        Some(wanted)
    }

    /// Every finding, the newest of each check.
    fn findings(&self) -> Vec<Finding> {
        let newer = self.checks.findings();
        let is_older = |finding: &&Finding| newer.iter().all(|newer| newer.check != finding.check);
        self.earlier.iter().filter(is_older).chain(newer).cloned().collect()
    }

    fn act(&mut self, action: &GuideAction) -> Result<Moved, PlaybookError> {
        let findings = self.findings();
        let answer = match action {
            GuideAction::Choose { option } => Answer::Choose(option),
            GuideAction::Confirm { fixed } => {
                Answer::Confirmed { fixed: if *fixed { Fixed::Yes } else { Fixed::No } }
            }
            GuideAction::Skip => Answer::Skip,
            GuideAction::Back => Answer::Back,
            GuideAction::CheckAgain => return Ok(Moved::On),
            GuideAction::Next if matches!(self.step()?.kind, StepKind::Check { .. }) => {
                if !self.checks.is_complete() {
                    return Ok(Moved::Not);
                }
                let cause = diagnosis::diagnose(&findings).map(|diagnosis| diagnosis.cause);
                Answer::Checked { findings: &findings, cause }
            }
            GuideAction::Next => Answer::Next,
        };
        self.session = advance(&self.playbook, &self.session, answer)?;
        Ok(Moved::On)
    }

    pub(crate) fn handover(&self, locale: &str) -> Handover {
        let findings = self.findings();
        Handover {
            text: self.text.clone(),
            scenario: self.playbook.scenario,
            findings,
            tried: tried(&self.playbook, &self.session, locale),
        }
    }

    pub(crate) fn view(
        &self,
        knowledge: &Knowledge,
        locale: &str,
    ) -> Result<GuideView, PlaybookError> {
        let step = self.step()?;
        Ok(GuideView {
            playbook: self.playbook.id.clone(),
            scenario: self.playbook.scenario,
            title: self.playbook.title.get(locale).to_owned(),
            phase: match phase(&self.playbook, &self.session) {
                Phase::Check => GuidePhase::Check,
                Phase::Fix => GuidePhase::Fix,
                Phase::Done => GuidePhase::Done,
            },
            step_title: step.title.get(locale).to_owned(),
            step_text: step.text.as_ref().map(|text| text.get(locale).to_owned()),
            article: step.article.as_deref().and_then(|id| knowledge.link(id, locale)),
            step: self.step_view(&step.kind, knowledge, locale),
            can_go_back: self.session.can_go_back()
                && end(&self.playbook, &self.session) != Some(End::Resolved),
        })
    }

    fn step_view(&self, kind: &StepKind, knowledge: &Knowledge, locale: &str) -> StepView {
        match kind {
            StepKind::Check { .. } => StepView::Check {
                path: self.checks.path(),
                rows: self.checks.rows(),
                done: self.checks.done(),
                running: !self.checks.is_complete(),
                article: self
                    .checks
                    .diagnosis()
                    .and_then(|diagnosis| knowledge.link_for_cause(diagnosis.cause, locale)),
                diagnosis: self.checks.diagnosis(),
            },
            StepKind::Ask { options } => StepView::Ask {
                options: options
                    .iter()
                    .map(|choice| OptionView {
                        id: choice.id.clone(),
                        text: choice.text.get(locale).to_owned(),
                    })
                    .collect(),
            },
            StepKind::Do { steps, open, .. } => StepView::Do {
                steps: steps.iter().map(|text| text.get(locale).to_owned()).collect(),
                open: open.map(|OutsidePage::PasswordPage| OutsideTarget::PasswordPage),
            },
            StepKind::Confirm { .. } => StepView::Confirm,
            StepKind::Resolved {} => StepView::Resolved,
            StepKind::Escalate { expect } => StepView::Escalate {
                expect: expect.iter().map(|text| text.get(locale).to_owned()).collect(),
            },
            StepKind::ReportSecurity {} => StepView::ReportSecurity,
        }
    }
}

impl Desktop {
    /// Starts guided help; what ran before is left.
    ///
    /// # Errors
    /// There is no such playbook.
    pub fn guide_start(self: &Arc<Self>, playbook: &str, text: &str) -> Result<GuideView, Problem> {
        let playbook = self.knowledge.content.playbook(playbook);
        let playbook =
            playbook.ok_or_else(|| problem(ProblemCode::NotFound, "no such playbook"))?;
        let guide = Guide::start(playbook.clone(), text);
        *self.lock(&self.guide) = Some(guide);
        self.opened_guide();
        self.run_checks();
        self.guide().ok_or_else(|| problem(ProblemCode::Internal, "guided help did not start"))
    }

    /// Guided help as it stands, if any is in progress.
    #[must_use]
    pub fn guide(&self) -> Option<GuideView> {
        let guide = self.lock(&self.guide);
        guide.as_ref().and_then(|guide| guide.view(&self.knowledge, &self.language()).ok())
    }

    /// Moves on.
    ///
    /// # Errors
    /// The action does not fit the step, or no guided help is in progress.
    pub fn guide_act(self: &Arc<Self>, action: &GuideAction) -> Result<GuideView, Problem> {
        let acted = self.lock(&self.guide).as_mut().map(|guide| guide.act(action));
        match acted {
            None => return Err(problem(ProblemCode::NotFound, "no guided help in progress")),
            Some(Err(error)) => return Err(problem(ProblemCode::Malformed, error)),
            Some(Ok(Moved::On)) => self.run_checks(),
            Some(Ok(Moved::Not)) => {}
        }
        self.guide().ok_or_else(|| problem(ProblemCode::Internal, "guided help is gone"))
    }

    /// Ends guided help; running checks end with it.
    pub fn guide_leave(&self) {
        *self.lock(&self.guide) = None;
    }

    /// Runs the checks of the step on the screen, if it has some, and tells every change.
    fn run_checks(self: &Arc<Self>) {
        let mut context = self.check_context();
        let begun = self.lock(&self.guide).as_mut().and_then(|guide| {
            if guide.playbook.scenario == Scenario::VpnConnectivity {
                // Somebody who needs the VPN asks here: a tunnel that is down is the fault.
                context.targets.vpn.need = VpnUse::Required;
            }
            Some((guide.begin_checks()?, guide.run))
        });
        let Some((wanted, run)) = begun else { return };
        let desktop = Arc::clone(self);
        tokio::spawn(async move {
            let mut progress = desktop.run(&wanted, &context);
            while let Some(progress) = progress.recv().await {
                let is_current = match desktop.lock(&desktop.guide).as_mut() {
                    Some(guide) if guide.run == run => {
                        guide.checks.apply(progress);
                        true
                    }
                    // Left or started again: dropping the receiver cancels the rest.
                    Some(_) | None => false,
                };
                if !is_current {
                    break;
                }
                if let Some(view) = desktop.guide() {
                    desktop.tell(Change::Guide(view));
                }
            }
            desktop.check_again_after_portal(run).await;
        });
    }

    /// After somebody was told to sign in on the network's page: looks until that is done, then
    /// checks again by itself.
    async fn check_again_after_portal(self: &Arc<Self>, run: Uuid) {
        let waits = || {
            let guide = self.lock(&self.guide);
            let guide = guide.as_ref().filter(|guide| guide.run == run && guide.is_checking());
            let diagnosis = guide.and_then(|guide| guide.checks.diagnosis());
            diagnosis.is_some_and(|diagnosis| diagnosis.cause == Cause::CaptivePortal)
        };
        while waits() {
            tokio::time::sleep(PORTAL_LOOK).await;
            let found = diagnostics::collect(&[CheckId::Internet], &self.check_context()).await;
            let is_open = found.iter().any(|finding| finding.status == FindingStatus::Fine);
            if is_open {
                if waits() {
                    self.run_checks();
                }
                return;
            }
        }
    }
}
