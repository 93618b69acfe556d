//! Files that are generated and committed.

use crate::process::{cargo, step};
use crate::setup::{self, Consent};

/// Writes the TypeScript of the window's commands and the snapshot of the agent's API again.
pub(crate) fn codegen() -> anyhow::Result<()> {
    setup::set_up(Consent::from_flag(false))?;
    setup::build_ui()?;
    let mut bindings = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "-E",
        "package(app) and test(bindings)",
    ]);
    bindings.env("DESKSIDE_WRITE_BINDINGS", "1");
    step("ui/src/lib/bindings.ts", bindings)?;
    let mut openapi = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "-E",
        "package(agent) and test(openapi)",
    ]);
    openapi.env("INSTA_UPDATE", "always");
    step("the snapshot of the agent's API", openapi)
}
