//! What the device tells of itself, beside what `sysinfo` alone reads.

use std::time::{Duration, Instant};

use anyhow::Context;
use diagnostics::{Context as Checks, Targets};
use sysinfo::{Components, Disks, Networks, System};
use ticket::CheckId;

use crate::report::{Aim, Report, Spread};

const RUNS: usize = 20;
const WHOLE_MS: f64 = 500.0;
/// What more than `sysinfo` may take: the pause between two looks at the processor.
const MORE_MS: f64 = 200.0;

/// One after the other, in turn.
pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    crate::progress("inventory of the device")?;
    let checks = Checks::new(Targets::default()).context("checks cannot be made")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let begin = Instant::now();
        diagnostics::collect(&CheckId::DEVICE, &checks).await;
        ours.push(milliseconds(begin.elapsed()));
        let begin = Instant::now();
        everything()?;
        theirs.push(milliseconds(begin.elapsed()));
    }
    let (ours, theirs) = (Spread::of(ours)?, Spread::of(theirs)?);
    let more = ours.more_than(&theirs);
    report.add_with_aim("inventory of the device", "ms", ours, Aim::MedianAtMost(WHOLE_MS));
    report.add("inventory by sysinfo alone", "ms", theirs);
    report.add_with_aim("inventory, more than that", "ms", more, Aim::MedianAtMost(MORE_MS));
    Ok(())
}

fn everything() -> anyhow::Result<()> {
    let system = System::new_all()?;
    let parts = (Disks::new_with_refreshed_list()?, Networks::new_with_refreshed_list()?);
    std::hint::black_box((system, parts, Components::new_with_refreshed_list()?));
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
