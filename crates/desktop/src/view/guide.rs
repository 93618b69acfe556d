//! Guided help and its checks.

use diagnosis::Stop;
use serde::{Deserialize, Serialize};
use specta::Type;
use ticket::{CheckId, Evidence, FindingStatus, ReportedDiagnosis, Scenario};

use super::knowledge::ArticleLink;
use super::start::OutsideTarget;

/// Guided help as it stands.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GuideView {
    /// Id of the playbook.
    pub playbook: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// Title of the playbook.
    pub title: String,
    /// Where in check → fix → done we are.
    pub phase: GuidePhase,
    /// Title of the step.
    pub step_title: String,
    /// A sentence or two.
    pub step_text: Option<String>,
    /// The article that says more.
    pub article: Option<ArticleLink>,
    /// What the step wants.
    pub step: StepView,
    /// Whether there is a step to go back to.
    pub can_go_back: bool,
}

/// The three stops of the stepper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GuidePhase {
    /// Looking for the cause.
    Check,
    /// Mending it.
    Fix,
    /// Did it work?
    Done,
}

/// What a step wants.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum StepView {
    /// Checks run, live.
    Check {
        /// The path, when the network is checked.
        path: Vec<PathStop>,
        /// The rows.
        rows: Vec<CheckRow>,
        /// How many have ended.
        done: u32,
        /// Whether some still run.
        running: bool,
        /// The one cause, when there is one.
        diagnosis: Option<ReportedDiagnosis>,
        /// The article that helps with it.
        article: Option<ArticleLink>,
    },
    /// One question.
    Ask {
        /// Possible answers.
        options: Vec<OptionView>,
    },
    /// Things to do.
    Do {
        /// Numbered.
        steps: Vec<String>,
        /// What a button opens.
        open: Option<OutsideTarget>,
    },
    /// "Did this fix it?"
    Confirm,
    /// Solved.
    Resolved,
    /// A person takes over.
    Escalate {
        /// What to expect and have ready.
        expect: Vec<String>,
    },
    /// This is a security report.
    ReportSecurity,
}

/// A possible answer.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OptionView {
    /// Sent back.
    pub id: String,
    /// Shown.
    pub text: String,
}

/// One stop of the drawn path.
#[derive(Debug, Clone, Copy, Serialize, Type)]
pub struct PathStop {
    /// Which.
    pub stop: Stop,
    /// Its state.
    pub state: RowState,
}

/// State of a check or a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Not begun.
    Waiting,
    /// Running.
    Running,
    /// As it should be.
    Fine,
    /// Worth a look.
    Attention,
    /// Broken.
    Failed,
    /// Could not be told.
    NotAvailable,
    /// Behind the broken stop.
    NotReached,
}

impl From<FindingStatus> for RowState {
    fn from(status: FindingStatus) -> Self {
        match status {
            FindingStatus::Fine => Self::Fine,
            FindingStatus::Attention => Self::Attention,
            FindingStatus::Failed => Self::Failed,
            FindingStatus::NotAvailable => Self::NotAvailable,
        }
    }
}

/// One check on the screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CheckRow {
    /// Which.
    pub check: CheckId,
    /// Its state.
    pub state: RowState,
    /// What it saw.
    pub evidence: Vec<Evidence>,
    /// How long it took, milliseconds; absent until it ended.
    pub took_ms: Option<u32>,
}

/// What the employee does in guided help.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum GuideAction {
    /// Goes on from checks or instructions.
    Next,
    /// Answers a question.
    Choose {
        /// Id of the option.
        option: String,
    },
    /// Answers "Did this fix it?".
    Confirm {
        /// Whether it did.
        fixed: bool,
    },
    /// Skips instructions.
    Skip,
    /// Goes back one step.
    Back,
    /// Runs the checks of this step again.
    CheckAgain,
}
