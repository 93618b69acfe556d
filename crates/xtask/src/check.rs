//! What a reviewer should never have to say.

use crate::process::{cargo, command, output, step};
use crate::setup::{self, Consent};

/// Format, clippy, unused dependencies, licenses; types and lint of the window's pages.
pub(crate) fn check() -> anyhow::Result<()> {
    setup::set_up(Consent::from_flag(false))?;
    setup::build_ui()?;
    step("format", cargo(&["fmt", "--all", "--check"]))?;
    step(
        "clippy",
        cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    )?;
    // Called by its own name: below `cargo run` it would take its subcommand for a folder.
    step("unused dependencies", command("cargo-machete", &["--skip-target-dir"]))?;
    // Also those of systems nothing is built for here: their licenses are looked at, too.
    step("fetching the crates of every system", cargo(&["fetch", "--locked", "--quiet"]))?;
    step(
        "licenses, bans, sources",
        cargo(&["deny", "--offline", "--log-level=error", "check", "licenses", "bans", "sources"]),
    )?;
    // The database is fetched anew or not at all: an old one would say that all is well.
    if output(cargo(&["deny", "--log-level=off", "fetch", "db"])).is_ok() {
        step(
            "advisories",
            cargo(&["deny", "--offline", "--log-level=error", "check", "advisories"]),
        )?;
    } else {
        eprintln!("  advisories NOT checked: their database cannot be reached from here");
    }
    for script in ["check", "lint", "test"] {
        let mut npm = command("npm", &["run", "--silent", script]);
        npm.current_dir(crate::root().join("ui"));
        step(&format!("ui: {script}"), npm)?;
    }
    Ok(())
}
