//! What a scenario file says.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// A network, and what is done to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Its name, in small letters and hyphens.
    pub(crate) name: String,
    /// The network it begins with; the usual home if absent.
    #[serde(default)]
    pub(crate) network: Option<String>,
    /// Commands, in this order, each in its namespace.
    #[serde(default, rename = "break")]
    pub(crate) breaks: Vec<Step>,
    /// Commands that mend it again.
    #[serde(default)]
    pub(crate) mend: Vec<Step>,
    /// The cause that must be named; `none` for a healthy network.
    pub(crate) expected: String,
    /// The stage that must be named; absent: not compared.
    #[serde(default)]
    pub(crate) expected_stage: Option<String>,
    /// What IT has configured differently here.
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, String>,
    /// Put before the command, such as `faketime -f +1d`.
    #[serde(default)]
    pub(crate) wrap: Option<String>,
    /// Trust the guest network's authority too.
    #[serde(default)]
    pub(crate) trusts_guest: bool,
    /// One of the dozen that every test run goes through.
    #[serde(default)]
    pub(crate) dozen: bool,
}

/// Namespace and command.
pub(crate) type Step = BTreeMap<String, String>;

impl Scenario {
    pub(crate) fn is_healthy(&self) -> bool {
        self.expected == "none"
    }
}

/// Reads a file of one scenario or a list of them.
///
/// # Errors
/// The file cannot be read, or says something else.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Scenario>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum File {
        Many(Vec<Scenario>),
        One(Box<Scenario>),
    }
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    // A list tells better what is wrong in it.
    let many: Result<Vec<Scenario>, _> = serde_saphyr::from_str(&text);
    match many {
        Ok(scenarios) => Ok(scenarios),
        Err(error) => match serde_saphyr::from_str::<File>(&text) {
            Ok(File::One(scenario)) => Ok(vec![*scenario]),
            Ok(File::Many(scenarios)) => Ok(scenarios),
            Err(_) => Err(error).with_context(|| format!("in {}", path.display())),
        },
    }
}
