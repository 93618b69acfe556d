use std::path::Path;

use super::{entries, number, value};
use crate::hardware::battery::{self, Battery, State};
use crate::{Roots, outcome::Outcome};

/// `sys/class/power_supply` (the kernel's `sysfs-class-power`).
pub(crate) fn battery(roots: &Roots) -> Outcome {
    let supplies = entries(&roots.sys.join("class/power_supply"));
    let is_of = |supply: &&std::path::PathBuf, kind: &[&str]| {
        value(&supply.join("type")).is_some_and(|found| kind.contains(&found.as_str()))
    };
    let batteries: Vec<_> = supplies
        .iter()
        .filter(|supply| is_of(supply, &["Battery"]) && is_of_this_device(supply))
        .map(|supply| read(supply))
        .collect();
    let mut chargers = supplies
        .iter()
        .filter(|supply| is_of(supply, &["Mains", "USB", "Wireless"]))
        .filter_map(|supply| number(&supply.join("online")))
        .peekable();
    let on_mains = chargers.peek().is_some().then(|| chargers.any(|online| online > 0));
    battery::judge(&batteries, on_mains)
}

/// Neither a mouse's battery nor an empty bay.
fn is_of_this_device(supply: &Path) -> bool {
    value(&supply.join("scope")).is_none_or(|scope| scope != "Device")
        && number(&supply.join("present")).is_none_or(|present| present > 0)
}

fn read(supply: &Path) -> Battery {
    // Some count energy, others charge.
    let amount = |what: &str| {
        ["energy", "charge"].iter().find_map(|kind| number(&supply.join(format!("{kind}_{what}"))))
    };
    let share = |part: Option<u64>, whole: Option<u64>| {
        let percent = part?.checked_mul(100)?.checked_div(whole?)?;
        Some(percent.min(100))
    };
    let full = amount("full");
    let state = value(&supply.join("status"));
    let state = state.and_then(|state| match state.as_str() {
        "Charging" => Some(State::Charging),
        "Discharging" => Some(State::Discharging),
        "Full" => Some(State::Full),
        "Not charging" => Some(State::Idle),
        _ => None,
    });
    Battery {
        charge_percent: number(&supply.join("capacity")).or_else(|| share(amount("now"), full)),
        state,
        health_percent: share(full, amount("full_design")),
        // Zero is what those write that do not count.
        cycles: number(&supply.join("cycle_count")).filter(|cycles| *cycles > 0),
        is_dead: value(&supply.join("health")).is_some_and(|health| health == "Dead"),
    }
}
