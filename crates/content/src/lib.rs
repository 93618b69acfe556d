//! Loads and validates the files of `knowledge/` that IT writes. Every problem is reported with
//! file, line and advice; what is sound still loads.

mod article;
mod catalogue;
mod concept;
mod hours;
mod lint;
mod load;
mod on_call;
mod organization;
mod playbook;
mod priority;
mod render;
mod report;
mod routing;
mod runbook;
mod step_file;
mod text;
mod triage_rules;

pub use article::{Article, ArticleKind, Block, Platform};
pub use catalogue::{Approval, CatalogueEntry, OfferedRight, Sensitivity};
pub use concept::Concept;
pub use hours::{Day, Hours};
pub use lint::{lint, same_meaning, unchecked};
pub use load::{Audience, Content, LoadError, Policies, load};
pub use on_call::{OnCall, OnDuty, Rota, Swap};
pub use organization::{Contact, Department, Organization};
pub use playbook::{Choice, Condition, OutsidePage, Playbook, Step, StepKind};
pub use priority::{ByUrgency, Impact, Priorities, Priority, Urgency};
pub use render::{Links, html};
pub use report::{ContentProblem, Report};
pub use routing::{Routing, Team};
pub use runbook::{
    Act, Answer, Change, Fact, Facts, Kind, Known, Line, Manual, Reading, Require, Runbook,
    RunbookStep, Sponsor, Trial, Trials, Undo, Work,
};
pub use text::{LocalizedText, locale_language};
pub use triage_rules::{TriageRule, TriageRules};
