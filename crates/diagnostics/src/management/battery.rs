use serde::Deserialize;

use super::{CIM, Class, DRIVERS, Management};
use crate::hardware::battery::{self, Battery, State};
use crate::outcome::Outcome;

/// Values of `BatteryStatus` (the class `Win32_Battery`): on mains, full, charging in several ways.
const ON_MAINS: u16 = 2;
const FULL: u16 = 3;
const CHARGING: std::ops::RangeInclusive<u16> = 6..=9;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Charge {
    battery_status: Option<u16>,
    estimated_charge_remaining: Option<u16>,
}

impl Class for Charge {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT BatteryStatus, EstimatedChargeRemaining FROM Win32_Battery";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WhenNew {
    designed_capacity: Option<u32>,
}

impl Class for WhenNew {
    const NAMESPACE: &'static str = DRIVERS;
    const QUERY: &'static str = "SELECT DesignedCapacity FROM BatteryStaticData";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Now {
    full_charged_capacity: Option<u32>,
}

impl Class for Now {
    const NAMESPACE: &'static str = DRIVERS;
    const QUERY: &'static str = "SELECT FullChargedCapacity FROM BatteryFullChargedCapacity";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cycles {
    cycle_count: Option<u32>,
}

impl Class for Cycles {
    const NAMESPACE: &'static str = DRIVERS;
    const QUERY: &'static str = "SELECT CycleCount FROM BatteryCycleCount";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Power {
    power_online: Option<bool>,
}

impl Class for Power {
    const NAMESPACE: &'static str = DRIVERS;
    const QUERY: &'static str = "SELECT PowerOnline FROM BatteryStatus";
}

/// `Win32_Battery`, and the battery driver's own classes for its health. Each lists the batteries in
/// the driver's order.
pub(crate) fn battery(from: &impl Management) -> Outcome {
    let charges: Vec<Charge> = from.rows().unwrap_or_default();
    let when_new: Vec<WhenNew> = from.rows().unwrap_or_default();
    let now: Vec<Now> = from.rows().unwrap_or_default();
    let cycles: Vec<Cycles> = from.rows().unwrap_or_default();
    let power: Vec<Power> = from.rows().unwrap_or_default();
    let batteries: Vec<_> = charges
        .iter()
        .enumerate()
        .map(|(place, charge)| Battery {
            charge_percent: charge
                .estimated_charge_remaining
                .map(|percent| percent.min(100).into()),
            state: charge.battery_status.and_then(state),
            health_percent: health(
                now.get(place).and_then(|now| now.full_charged_capacity),
                when_new.get(place).and_then(|when_new| when_new.designed_capacity),
            ),
            // Zero is what those write that do not count.
            cycles: cycles
                .get(place)
                .and_then(|cycles| cycles.cycle_count)
                .filter(|count| *count > 0)
                .map(u64::from),
            is_dead: false,
        })
        .collect();
    let mut online = power.iter().filter_map(|power| power.power_online).peekable();
    let on_mains = online.peek().is_some().then(|| online.any(|online| online));
    battery::judge(&batteries, on_mains)
}

fn health(now: Option<u32>, when_new: Option<u32>) -> Option<u64> {
    let percent = u64::from(now?).checked_mul(100)?.checked_div(when_new?.into())?;
    Some(percent.min(100))
}

fn state(status: u16) -> Option<State> {
    match status {
        FULL => Some(State::Full),
        ON_MAINS => Some(State::Idle),
        1 | 4 | 5 => Some(State::Discharging),
        status if CHARGING.contains(&status) => Some(State::Charging),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Fine, NotAvailable};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn health_comes_from_the_driver() {
        let laptop = battery(&Recorded("windows-11-laptop"));
        check(
            laptop,
            Fine,
            &[
                (Key::ChargePercent, "64"),
                (Key::BatteryState, "discharging"),
                (Key::BatteryHealthPercent, "87"),
                (Key::BatteryCycles, "151"),
                (Key::PowerSource, "battery"),
            ],
        );
        let desktop = battery(&Recorded("windows-11-desktop"));
        check(desktop, NotAvailable, &[(Key::ReasonWord, "not_present")]);
    }
}
