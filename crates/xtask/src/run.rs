//! Everything at once: identity provider, agent, window.

use std::os::unix::process::CommandExt;

use anyhow::Context;

use crate::process::{cargo, step};
use crate::seat;
use crate::setup::{self, Consent};

/// Starts everything and stays until the window is quit; without a display, runs the tour.
pub(crate) fn run(consent: Consent) -> anyhow::Result<()> {
    setup::set_up(consent)?;
    // The display of a private seat is ours, not a person's.
    let has_display = !seat::is_inside()
        && ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if !has_display {
        println!("There is no display here: running the tour in a virtual one.");
        return tour();
    }
    build()?;
    println!(
        "Sign in as noor, maria, tomas or ines; the password is the name. Ctrl-C stops everything."
    );
    let error = std::process::Command::new(crate::target().join("debug/demo")).exec();
    Err(error).context("starting the demo")
}

/// Tells the story in the real window and keeps the pictures.
pub(crate) fn tour() -> anyhow::Result<()> {
    if !seat::is_inside() {
        setup::set_up(Consent::from_flag(false))?;
        let folder = crate::target().join("tour/seat");
        // Taken before the build, which may replace this program's own file.
        let inside = seat::again_inside(&folder)?;
        build()?;
        return step("tour, in a private seat", inside);
    }
    let _companions = seat::companions()?;
    tell_tour()
}

/// Only inside the seat, with everything built.
pub(crate) fn tell_tour() -> anyhow::Result<()> {
    let pictures = crate::target().join("tour");
    step("tour", std::process::Command::new(crate::target().join("debug/tour")))?;
    println!("The pictures and the ticket are in {}", pictures.display());
    Ok(())
}

fn build() -> anyhow::Result<()> {
    setup::build_ui()?;
    step("building app, agent and tour", cargo(crate::BUILD))?;
    vectors("debug")
}

/// Makes the vectors of the articles, as whoever publishes them does.
pub(crate) fn vectors(profile: &str) -> anyhow::Result<()> {
    let mut agent =
        std::process::Command::new(crate::target().join(profile).join("deskside-agent"));
    agent.current_dir(crate::root()).arg("vectors").arg("--vectors");
    agent.arg(crate::target().join("vectors"));
    step("vectors of the articles", agent)
}
