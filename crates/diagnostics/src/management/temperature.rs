use serde::Deserialize;

use super::{CIM, Class, Management};
use crate::hardware::temperature::{self, Place, Sensor};
use crate::outcome::Outcome;

/// Tenths of a kelvin at the freezing point of water.
const FREEZING: i64 = 2732;
const UNRESTRAINED: u32 = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Zone {
    high_precision_temperature: Option<u32>,
    percent_passive_limit: Option<u32>,
}

impl Class for Zone {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT HighPrecisionTemperature, PercentPassiveLimit \
         FROM Win32_PerfFormattedData_Counters_ThermalZoneInformation";
}

/// The counters of the thermal zones. A zone that holds back what it cools is too hot.
pub(crate) fn temperature(from: &impl Management) -> Outcome {
    let zones: Vec<Zone> = from.rows().unwrap_or_default();
    let sensor = |zone: &Zone| {
        Some(Sensor {
            place: Place::Board,
            celsius: (i64::from(zone.high_precision_temperature?) - FREEZING) / 10,
            limit: None,
            alarm: zone.percent_passive_limit.is_some_and(|limit| limit < UNRESTRAINED),
        })
    };
    temperature::judge(zones.iter().filter_map(sensor).collect())
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, Fine};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn a_zone_that_holds_back_is_too_hot() {
        let laptop = temperature(&Recorded("windows-11-laptop"));
        check(laptop, Fine, &[(Key::Sensor, "board"), (Key::Celsius, "47")]);
        let desktop = temperature(&Recorded("windows-11-desktop"));
        check(
            desktop,
            Attention,
            &[(Key::ReasonWord, "too_hot"), (Key::Sensor, "board"), (Key::Celsius, "96")],
        );
    }
}
