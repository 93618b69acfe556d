use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ticket::{Cause, Scenario, Verification};

use crate::Approval;

mod act;
mod fact;
mod trial;

pub use act::Act;
pub use fact::{Fact, Facts, Known, Reading};
pub use trial::{Answer, Line, Trial, Trials};

/// A procedure that the agent carries out by itself, step by step; `runbooks/ID.yaml`. Read by IT alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// Format version; 1.
    pub version: u16,
    /// Equal to the file's name.
    pub id: String,
    /// Counts up with every change; approvals are for one revision.
    pub revision: u32,
    /// What it does, as a command: *Unlock an account*.
    pub title: String,
    /// When it is the right one, and what it leaves to people.
    pub purpose: String,
    /// What the requests are about that it is for.
    pub scenario: Scenario,
    /// The causes it does away with, where devices can name them.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// The entries of the catalogue it gives, by who says yes to them.
    #[serde(default)]
    pub grants: Option<Approval>,
    /// How well who asks must be known.
    pub needs: Verification,
    /// Team that keeps it true.
    pub owner: String,
    /// When it was last read for truth.
    pub reviewed: Date,
    /// When it must be read again; later it does nothing.
    pub review_by: Date,
    /// What it is told before it begins.
    pub inputs: Vec<Kind>,
    /// Its steps, in this order.
    pub steps: Vec<RunbookStep>,
    /// What it must do, from the file beside it.
    #[serde(skip)]
    pub tests: Vec<Trial>,
    /// The text of its file: a run that began goes on with it, whatever changes meanwhile.
    #[serde(skip)]
    pub source: String,
}

impl Runbook {
    /// Reads one that was sound when a run of it began, without its tests.
    ///
    /// # Errors
    /// This version does not understand it.
    pub fn reread(source: &str) -> Result<Self, String> {
        let read = serde_saphyr::from_str::<Self>(source).map_err(|error| error.to_string())?;
        Ok(Self { source: source.to_owned(), ..read })
    }

    /// The change that a step makes.
    #[must_use]
    pub fn change(&self, step: &str) -> Option<&Change> {
        self.steps.iter().find(|it| it.id == step).and_then(|it| match &it.work {
            Work::Change(change) => Some(change),
            _ => None,
        })
    }
}

/// What kind of thing an input names. Its value is always the id of something that is known: never
/// words of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The ticket it is done for. Always there.
    Ticket,
    /// Who asks. Always there.
    Person,
    /// The managed device they ask from or about.
    Device,
    /// A group of the directory.
    Group,
    /// An entry of the catalogue.
    Entry,
    /// A printer.
    Printer,
    /// A service that may be restarted.
    Service,
    /// A team of the routing.
    Team,
}

/// A step of a runbook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StepFile")]
pub struct RunbookStep {
    /// Names it within the runbook, for good: what was done is kept under it.
    pub id: String,
    /// What is done.
    pub work: Work,
}

/// What a step of a runbook does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Looks, and changes nothing.
    Read(Reading),
    /// Goes on where something is so, and stops where it is not.
    Require(Require),
    /// Waits for the word of people, each of a different one.
    Approve(Vec<Sponsor>),
    /// Waits until a team has done something by hand.
    Manual(Manual),
    /// Changes something.
    Change(Change),
}

/// What must be so before a runbook goes on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Require {
    /// Each of these facts must be one of its words.
    pub all: Facts,
    /// Why it stops, in a sentence for the team that gets the case.
    pub otherwise: String,
    /// Whether it is a sign that somebody else is at it, so that security gets the case.
    #[serde(default)]
    pub for_security: bool,
}

/// What people do by hand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manual {
    /// Id of the team.
    pub team: String,
    /// What to do, in a sentence.
    pub what: String,
}

/// A change, what must be so afterwards, and the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is done.
    pub act: Act,
    /// What is read afterwards.
    pub read: Reading,
    /// What that must say.
    pub expect: Facts,
    /// How it is taken back where a later step fails.
    pub undo: Undo,
}

/// How a change is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// By another act.
    By(Act),
    /// It is not, for a reason.
    None(String),
}

/// Whose word a step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sponsor {
    /// The manager of who asks, from the directory.
    Manager,
    /// Who answers for the system or group.
    Owner,
    /// A second person of IT.
    Peer,
    /// Whoever leads the incident.
    IncidentCommander,
}

/// A step as it stands in the file: its kind is the one key beside `id`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    id: String,
    read: Option<Reading>,
    require: Option<Require>,
    approve: Option<Vec<Sponsor>>,
    manual: Option<Manual>,
    change: Option<ChangeFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    act: Act,
    read: Reading,
    expect: Facts,
    undo: Option<Act>,
    no_undo: Option<String>,
}

impl TryFrom<StepFile> for RunbookStep {
    type Error = String;

    fn try_from(file: StepFile) -> Result<Self, String> {
        let id = file.id;
        let change = file.change.map(Change::try_from).transpose();
        let change = change
            .map_err(|advice| format!("the change of step `{id}` has no way back: {advice}"))?;
        let kinds = [
            file.read.map(Work::Read),
            file.require.map(Work::Require),
            file.approve.map(Work::Approve),
            file.manual.map(Work::Manual),
            change.map(Work::Change),
        ];
        let mut kinds = kinds.into_iter().flatten();
        match (kinds.next(), kinds.next()) {
            (Some(work), None) => Ok(Self { id, work }),
            _ => Err(format!(
                "the step `{id}` does not do one thing: write one of `read`, `require`, `approve`, `manual`, `change`"
            )),
        }
    }
}

impl TryFrom<ChangeFile> for Change {
    type Error = &'static str;

    fn try_from(file: ChangeFile) -> Result<Self, Self::Error> {
        let ChangeFile { act, read, expect, undo, no_undo } = file;
        let undo = match (undo, no_undo) {
            (Some(act), None) => Undo::By(act),
            (None, Some(why)) => Undo::None(why),
            _ => return Err("write either `undo`, or `no_undo` with the reason"),
        };
        Ok(Self { act, read, expect, undo })
    }
}

impl Sponsor {
    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::Peer => "peer",
            Self::IncidentCommander => "incident_commander",
        }
    }
}

impl Work {
    /// The kinds of input it needs.
    #[must_use]
    pub fn needs(&self) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = match self {
            Self::Read(reading) => reading.of().to_vec(),
            Self::Require(_) | Self::Approve(_) | Self::Manual(_) => Vec::new(),
            Self::Change(Change { act, read, undo, .. }) => {
                let undo = if let Undo::By(undo) = undo { undo.on() } else { &[] };
                [act.on(), read.of(), undo].concat()
            }
        };
        kinds.sort();
        kinds.dedup();
        kinds
    }
}
