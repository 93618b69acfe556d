//! Programs that building needs beside Debian's packages, and their versions.

use anyhow::{Context, ensure};

use crate::process::{cargo, command, is_installed, output, prepare};

/// Tools of cargo that are not part of the toolchain, with the oldest version that will do.
const CARGO_TOOLS: [(&str, Version); 3] = [
    ("cargo-nextest", Version(0, 9, 143)),
    ("cargo-machete", Version(0, 9, 2)),
    ("cargo-deny", Version(0, 20, 2)),
];
const NODE: Version = Version(20, 0, 0);

/// Major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(major, minor, patch) = self;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

/// Node is the person's own choice, so it is only asked for, not installed.
pub(crate) fn node() -> anyhow::Result<()> {
    ensure!(
        is_installed("node") && is_installed("npm"),
        "Node 20 or newer with npm is needed: install it first"
    );
    let found = version_of("node")?;
    ensure!(found >= NODE, "Node 20 or newer is needed, here is {found}: install a newer one");
    Ok(())
}

/// Installs the tools that are absent or too old.
pub(crate) fn cargo_tools() -> anyhow::Result<()> {
    for (name, wanted) in CARGO_TOOLS {
        if is_installed(name) && version_of(name).is_ok_and(|found| found >= wanted) {
            continue;
        }
        prepare(
            &format!("installing {name} {wanted}"),
            cargo(&["install", "--locked", "--quiet", &format!("{name}@{wanted}")]),
        )?;
    }
    Ok(())
}

fn version_of(program: &str) -> anyhow::Result<Version> {
    let printed = output(command(program, &["--version"]))?;
    version_in(&printed).with_context(|| format!("{program} does not say its version"))
}

/// The first word that is a version, such as in `cargo-deny 0.20.2` or `v20.20.2`.
fn version_in(text: &str) -> Option<Version> {
    text.split_whitespace().find_map(|word| {
        let word = word.strip_prefix('v').unwrap_or(word);
        let mut parts = word.splitn(3, '.').map(|part| part.parse().ok());
        Some(Version(parts.next()??, parts.next()??, parts.next()??))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_what_a_program_prints() {
        let check = |text, expect| assert_eq!(version_in(text), expect, "{text}");
        check("v20.20.2\n", Some(Version(20, 20, 2)));
        check("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)", Some(Version(0, 9, 143)));
        check("0.9.2", Some(Version(0, 9, 2)));
        check("no version here", None);
        check("", None);
    }

    #[test]
    fn a_later_version_is_greater() {
        assert!(Version(0, 9, 143) > Version(0, 9, 92));
        assert!(Version(18, 20, 4) < NODE);
    }
}
