//! The statistical model of the labels.

use crate::process::{cargo, command, step};
use crate::setup::{self, Consent};

/// Learns from the examples and writes the model into `knowledge/`.
pub(crate) fn train() -> anyhow::Result<()> {
    setup::set_up(Consent::from_flag(false))?;
    setup::build_ui()?;
    step("build", cargo(crate::BUILD))?;
    let training = crate::target().join("debug/training");
    step("learn the labels", command(&training.to_string_lossy(), &[]))
}
