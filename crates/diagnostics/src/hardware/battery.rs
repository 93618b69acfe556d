use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// Below this share of what it held when new, a battery no longer lasts through a morning of
/// meetings. Makers call a battery used up at 80, which most people do not notice.
const WORN_PERCENT: u64 = 60;
const LOW_PERCENT: u64 = 10;

/// What a battery does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Charging,
    Discharging,
    Full,
    /// Neither: the maker's charge limit, or a charger that is too weak.
    Idle,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Charging => "charging",
            Self::Discharging => "discharging",
            Self::Full => "full",
            Self::Idle => "idle",
        }
    }
}

/// A battery of this device, not of its mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Battery {
    pub(crate) charge_percent: Option<u64>,
    pub(crate) state: Option<State>,
    pub(crate) health_percent: Option<u64>,
    pub(crate) cycles: Option<u64>,
    /// Whether the battery itself says that it is at its end.
    pub(crate) is_dead: bool,
}

impl Battery {
    fn is_worn(&self) -> bool {
        self.is_dead || self.health_percent.is_some_and(|percent| percent < WORN_PERCENT)
    }

    fn is_low(&self) -> bool {
        let is_fed = matches!(self.state, Some(State::Charging | State::Full));
        !is_fed && self.charge_percent.is_some_and(|percent| percent < LOW_PERCENT)
    }

    fn tell(&self, outcome: Outcome) -> Outcome {
        outcome
            .with_some(EvidenceKey::ChargePercent, self.charge_percent)
            .with_some(EvidenceKey::BatteryState, self.state.map(State::as_str))
            .with_some(EvidenceKey::BatteryHealthPercent, self.health_percent)
            .with_some(EvidenceKey::BatteryCycles, self.cycles)
    }
}

/// Judges the batteries; `on_mains` is whether a charger feeds the device.
pub(crate) fn judge(batteries: &[Battery], on_mains: Option<bool>) -> Outcome {
    let source = |mains| if mains { "mains" } else { "battery" };
    let outcome = if batteries.is_empty() {
        Outcome::not_available(FindingReason::NotPresent)
    } else if batteries.iter().any(Battery::is_worn) {
        Outcome::attention().because(FindingReason::BatteryWorn)
    } else if batteries.iter().all(Battery::is_low) {
        Outcome::attention().because(FindingReason::BatteryLow)
    } else {
        Outcome::fine()
    };
    let told = batteries.iter().fold(outcome, |outcome, battery| battery.tell(outcome));
    told.with_some(EvidenceKey::PowerSource, on_mains.map(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Battery = Battery {
        charge_percent: Some(80),
        state: Some(State::Discharging),
        health_percent: Some(91),
        cycles: Some(120),
        is_dead: false,
    };

    fn check(batteries: &[Battery], expect: Option<FindingReason>) {
        let outcome = judge(batteries, Some(false));
        let found = FindingReason::ALL.into_iter().find(|reason| outcome.is_because(*reason));
        assert_eq!(found, expect, "{batteries:?}");
    }

    #[test]
    fn wear_and_emptiness_are_worth_a_look() {
        check(&[GOOD], None);
        check(&[], Some(FindingReason::NotPresent));
        check(&[Battery { health_percent: Some(59), ..GOOD }], Some(FindingReason::BatteryWorn));
        check(&[Battery { is_dead: true, ..GOOD }], Some(FindingReason::BatteryWorn));
        let low = Battery { charge_percent: Some(9), ..GOOD };
        check(&[low], Some(FindingReason::BatteryLow));
        check(&[low, GOOD], None);
        check(&[Battery { state: Some(State::Charging), ..low }], None);
        check(&[Battery { state: Some(State::Idle), ..low }], Some(FindingReason::BatteryLow));
    }
}
