//! A request before it is sent.

use serde::Serialize;
use specta::Type;
use ticket::{DetailGroup, ReportedDiagnosis, Right, TriedStep};

use super::guide::CheckRow;

/// A request before it is sent.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DraftView {
    /// What the employee wrote.
    pub text: String,
    /// Longest text, in characters.
    pub max_chars: u32,
    /// What will be masked in the text.
    pub masked: Vec<String>,
    /// The five lines IT reads first.
    pub summary: Vec<SummaryLine>,
    /// The groups, each removable.
    pub groups: Vec<GroupView>,
    /// Whether it will be sent as somebody who is signed in.
    pub signed_in: bool,
    /// Whether the agent answers now.
    pub online: bool,
    /// Whether checks still run; what they find joins the request until it is sent.
    pub checking: bool,
    /// What was chosen from the catalogue.
    pub access: Option<AccessView>,
}

/// Access as the catalogue here calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AccessView {
    /// What to, within a sentence.
    pub name: String,
    /// How much of it.
    pub right: Right,
}

/// One line of the summary.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SummaryLine {
    /// What it says.
    pub kind: SummaryKind,
    /// The fact; empty when there is none, and for a cause.
    pub text: String,
    /// The cause, in the line that names it.
    pub diagnosis: Option<ReportedDiagnosis>,
}

/// What a line of the summary says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SummaryKind {
    /// Who asks.
    Who,
    /// What is wrong.
    What,
    /// What was tried.
    Tried,
    /// What the checks say.
    Cause,
    /// Which device.
    Device,
}

/// A group of details.
#[derive(Debug, Clone, Serialize, Type)]
pub struct GroupView {
    /// Which.
    pub group: DetailGroup,
    /// Whether it goes along.
    pub included: bool,
    /// The facts of the device.
    pub facts: Vec<FactRow>,
    /// The checks.
    pub checks: Vec<CheckRow>,
    /// The steps tried.
    pub tried: Vec<TriedStep>,
}

/// A fact about the device.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FactRow {
    /// Which.
    pub fact: DeviceFact,
    /// Its value; absent when it could not be read.
    pub value: Option<String>,
}

/// Facts about the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DeviceFact {
    /// Name.
    Name,
    /// Maker and model.
    Model,
    /// Serial number.
    Serial,
    /// System and version.
    System,
    /// Time since the last start, in seconds.
    Uptime,
    /// Version of Deskside.
    AppVersion,
}

/// After pressing send: it is stored on this device.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SavedView {
    /// Id of the submission.
    pub id: String,
    /// Whether the agent answers now.
    pub online: bool,
}
