//! The measurements, on release programs.

use crate::process::{cargo, prepare, step};
use crate::seat;
use crate::setup::{self, Consent};

/// Only what is measured and what measures.
const BUILD: &[&str] = &[
    "build",
    "--release",
    "--quiet",
    "--package=app",
    "--package=agent",
    "--package=tests",
    "--bin=deskside",
    "--bin=deskside-agent",
    "--bin=sender",
    "--bin=bench",
    "--example=empty",
];

/// How the figures are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
}

impl Format {
    pub(crate) fn from_flag(json: bool) -> Self {
        if json { Self::Json } else { Self::Table }
    }
}

/// Builds for release and measures inside a private seat.
pub(crate) fn bench(format: Format) -> anyhow::Result<()> {
    if !seat::is_inside() {
        setup::set_up(Consent::from_flag(false))?;
        setup::build_ui()?;
        prepare("building for release", cargo(BUILD))?;
        let folder = crate::target().join("bench/seat");
        return step("measuring, in a private seat", seat::again_inside(&folder)?);
    }
    let _companions = seat::companions()?;
    let mut bench = std::process::Command::new(crate::target().join("release/bench"));
    if format == Format::Json {
        bench.arg("--json");
    }
    step("start, memory, search, tickets", bench)?;
    eprintln!("  kept in {}", crate::target().join("bench/figures.json").display());
    Ok(())
}
