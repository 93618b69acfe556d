//! The tests.

use std::process::Command;

use crate::process::{cargo, command, step};
use crate::{bundle, check, cross, lab, postgres, run, seat};

/// How much is tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Quick,
    All,
}

impl Extent {
    pub(crate) fn from_flag(all: bool) -> Self {
        if all { Self::All } else { Self::Quick }
    }
}

/// Checks first, then every test, inside a private seat.
pub(crate) fn test(extent: Extent) -> anyhow::Result<()> {
    if !seat::is_inside() {
        check::check()?;
        cross::check()?;
        let folder = crate::target().join("seat");
        return step("tests, in a private seat", seat::again_inside(&folder)?);
    }
    let _companions = seat::companions()?;
    step("building", cargo(crate::BUILD))?;
    run::vectors("debug")?;
    let mut tests = nextest(extent);
    if extent == Extent::All {
        // A writer is the child of another test, which tells it where to write.
        tests.args(["-E", "not test(/::writer$/)"]);
    }
    step("tests", tests)?;
    let postgres = postgres::Server::start()?;
    let mut tests = nextest(extent);
    postgres.give_to(tests.args(["-E", postgres::TESTS]));
    step("the agent's tests with PostgreSQL", tests)?;
    drop(postgres);
    let mut ui = command("npm", &["run", "--silent", "test:ui"]);
    ui.current_dir(crate::root().join("ui"));
    step("the pages in a browser", ui)?;
    lab::try_out(extent == Extent::All)?;
    run::tell_tour()?;
    bundle::try_package()?;
    if extent == Extent::Quick {
        println!("  slow campaigns not run: cargo xtask test --all");
    }
    Ok(())
}

fn nextest(extent: Extent) -> Command {
    let mut tests =
        cargo(&["nextest", "run", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    if extent == Extent::All {
        tests.args(["--run-ignored", "all"]);
    }
    tests
}
