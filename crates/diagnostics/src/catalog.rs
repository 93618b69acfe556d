//! What is known of programs and of those who read along: data of `knowledge/device`, built in.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::load::ProgramClass;

const PROGRAMS: &str = include_str!("../../../knowledge/device/programs.yaml");
const VPN_CLIENTS: &str = include_str!("../../../knowledge/device/vpn-clients.yaml");
const INSPECTORS: &str = include_str!("../../../knowledge/device/inspectors.yaml");

/// Names of programs on Linux end here (`TASK_COMM_LEN`, proc(5)).
const LINUX_NAME_BYTES: usize = 15;

/// What the checks recognize by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    classes: BTreeMap<String, ProgramClass>,
    pub(crate) vpn_clients: Vec<VpnClient>,
    inspectors: Vec<String>,
}

/// A VPN client and its signs on each system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VpnClient {
    pub(crate) name: String,
    #[serde(default)]
    linux: Option<Signs>,
    #[serde(default)]
    windows: Option<Signs>,
    #[serde(default)]
    macos: Option<Signs>,
}

/// What can be seen of a client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signs {
    pub(crate) programs: Vec<String>,
    pub(crate) files: Vec<String>,
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    /// Whether these were seen on a real device.
    #[serde(default = "yes")]
    #[allow(dead_code, reason = "for those who keep the file")]
    checked: bool,
}

const fn yes() -> bool {
    true
}

impl VpnClient {
    /// Its signs on this system.
    pub(crate) const fn signs(&self) -> Option<&Signs> {
        if cfg!(target_os = "windows") {
            self.windows.as_ref()
        } else if cfg!(target_os = "macos") {
            self.macos.as_ref()
        } else {
            self.linux.as_ref()
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Programs {
    version: u32,
    classes: BTreeMap<ProgramClass, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VpnClients {
    version: u32,
    clients: Vec<VpnClient>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inspectors {
    version: u32,
    issuers: Vec<String>,
}

/// Why the built-in data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A file is malformed.
    #[error("{0} cannot be read: {1}")]
    Form(&'static str, String),
    /// A file is of another version.
    #[error("{0} is of version {1}, which is not known here")]
    Version(&'static str, u32),
}

impl Catalog {
    /// What was built in.
    pub(crate) fn built_in() -> Result<Self, CatalogError> {
        let programs: Programs = read("programs.yaml", PROGRAMS)?;
        let clients: VpnClients = read("vpn-clients.yaml", VPN_CLIENTS)?;
        let inspectors: Inspectors = read("inspectors.yaml", INSPECTORS)?;
        for (file, version) in [
            ("programs.yaml", programs.version),
            ("vpn-clients.yaml", clients.version),
            ("inspectors.yaml", inspectors.version),
        ] {
            if version != 1 {
                return Err(CatalogError::Version(file, version));
            }
        }
        let named = |(class, names): (ProgramClass, Vec<String>)| {
            names.into_iter().map(move |name| (key(&name), class))
        };
        Ok(Self {
            classes: programs.classes.into_iter().flat_map(named).collect(),
            vpn_clients: clients.clients,
            inspectors: inspectors.issuers,
        })
    }

    /// The kind of program with this name.
    pub(crate) fn class_of(&self, program: &str) -> ProgramClass {
        self.classes.get(&key(program)).copied().unwrap_or(ProgramClass::Other)
    }

    /// Whether this issuer of certificates is known to read along.
    pub(crate) fn reads_along(&self, issuer: &str) -> bool {
        let issuer = issuer.to_lowercase();
        self.inspectors.iter().any(|inspector| issuer.contains(inspector))
    }
}

fn read<T: DeserializeOwned>(file: &'static str, yaml: &str) -> Result<T, CatalogError> {
    serde_saphyr::from_str(yaml).map_err(|error| CatalogError::Form(file, error.to_string()))
}

/// The name as it is compared: in lower case, without an ending, as short as Linux keeps it.
fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let bare = lower.strip_suffix(".exe").unwrap_or(&lower);
    let end = bare.floor_char_boundary(LINUX_NAME_BYTES);
    bare.get(..end).unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_on_every_system_by_kind() {
        let catalog = Catalog::built_in().unwrap();
        let check = |name: &str, expect: ProgramClass| {
            assert_eq!(catalog.class_of(name), expect, "{name}");
        };
        check("firefox-esr", ProgramClass::Browser);
        check("Isolated Web Co", ProgramClass::Browser);
        check("MSTEAMS.EXE", ProgramClass::Meeting);
        check("microsoft-identity-broker", ProgramClass::Management);
        check("systemd-journald", ProgramClass::System);
        check("payroll-secret", ProgramClass::Other);
        check("", ProgramClass::Other);
    }

    #[test]
    fn no_program_is_of_two_kinds() {
        let programs: Programs = read("programs.yaml", PROGRAMS).unwrap();
        let mut seen = BTreeMap::new();
        for (class, names) in programs.classes {
            for name in names {
                let before = seen.insert(key(&name), class);
                assert!(before.is_none_or(|before| before == class), "{name}");
            }
        }
    }

    #[test]
    fn who_reads_along_is_known_by_a_part_of_the_name() {
        let catalog = Catalog::built_in().unwrap();
        assert!(catalog.reads_along("Zscaler Inc."));
        assert!(!catalog.reads_along("Lumen & Oak"));
    }
}
