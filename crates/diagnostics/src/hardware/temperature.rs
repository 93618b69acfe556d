use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// How close to its limit a part is called hot. Processors work within a few degrees of it.
const CLOSE: i64 = 2;
/// What a sensor can mean; outside of it, it is not connected.
const PLAUSIBLE: std::ops::RangeInclusive<i64> = 1..=150;

/// Where a sensor sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Processor,
    Graphics,
    Drive,
    Board,
}

impl Place {
    const ALL: [Self; 4] = [Self::Processor, Self::Graphics, Self::Drive, Self::Board];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Processor => "processor",
            Self::Graphics => "graphics",
            Self::Drive => "drive",
            Self::Board => "board",
        }
    }
}

/// One sensor, in degrees Celsius.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sensor {
    pub(crate) place: Place,
    pub(crate) celsius: i64,
    /// Where the part protects itself.
    pub(crate) limit: Option<i64>,
    /// Whether the part itself says that it is too hot.
    pub(crate) alarm: bool,
}

impl Sensor {
    fn is_hot(&self) -> bool {
        let is_at = |limit: i64| PLAUSIBLE.contains(&limit) && self.celsius + CLOSE >= limit;
        self.alarm || self.limit.is_some_and(is_at)
    }
}

/// Tells the hottest sensor of each place, those that are too hot first.
pub(crate) fn judge(mut sensors: Vec<Sensor>) -> Outcome {
    sensors.retain(|sensor| PLAUSIBLE.contains(&sensor.celsius));
    let hottest = |place| {
        let here = sensors.iter().filter(|sensor| sensor.place == place);
        here.max_by_key(|sensor| (sensor.is_hot(), sensor.celsius))
    };
    let mut told: Vec<_> = Place::ALL.into_iter().filter_map(hottest).collect();
    told.sort_by_key(|sensor| !sensor.is_hot());
    let outcome = match told.first() {
        None => return Outcome::not_available(FindingReason::NotReported),
        Some(first) if first.is_hot() => Outcome::attention().because(FindingReason::TooHot),
        Some(_) => Outcome::fine(),
    };
    told.into_iter().fold(outcome, |outcome, sensor| {
        outcome
            .with(EvidenceKey::Sensor, sensor.place.as_str())
            .with(EvidenceKey::Celsius, &sensor.celsius)
            .with_some(EvidenceKey::LimitCelsius, sensor.limit)
    })
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;

    fn sensor(celsius: i64, limit: i64) -> Sensor {
        Sensor { place: Place::Processor, celsius, limit: Some(limit), alarm: false }
    }

    fn check(sensors: &[Sensor], expect: FindingStatus) {
        assert_eq!(judge(sensors.to_vec()).status, expect, "{sensors:?}");
    }

    #[test]
    fn a_part_at_its_limit_is_worth_a_look() {
        check(&[sensor(60, 100)], FindingStatus::Fine);
        check(&[sensor(97, 100)], FindingStatus::Fine);
        check(&[sensor(98, 100)], FindingStatus::Attention);
        check(&[sensor(60, 0)], FindingStatus::Fine);
        check(&[Sensor { alarm: true, ..sensor(60, 100) }], FindingStatus::Attention);
        check(&[sensor(-128, 100)], FindingStatus::NotAvailable);
        check(&[], FindingStatus::NotAvailable);
    }

    #[test]
    fn the_hot_part_is_told_first() {
        let drive = Sensor { place: Place::Drive, ..sensor(84, 85) };
        let told = judge(vec![sensor(90, 100), drive])
            .into_finding(ticket::CheckId::Temperature, std::time::Duration::ZERO);
        assert_eq!(told.value(EvidenceKey::Sensor), Some("drive"));
    }
}
