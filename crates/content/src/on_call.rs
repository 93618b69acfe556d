use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Who is on call; `routing/on-call.yaml`, which may be missing. Only for the agent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnCallFile {
    /// Format version; 1.
    pub(crate) version: u16,
    pub(crate) teams: Vec<OnCall>,
}

/// How who is on call for a team is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnCall {
    /// Id of the team.
    pub team: String,
    /// Where employees reach them, such as a telephone number: shown to who reported what they are woken for.
    #[serde(default)]
    pub line: Option<String>,
    /// Who it is when; absent: the team's pager knows.
    #[serde(default)]
    pub rota: Option<Rota>,
}

/// Who is on call when: one after the other, each for as many days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rota {
    /// Its time zone, by its IANA name.
    pub zone: String,
    /// When the first of them begins, in that zone: each hands over at that time of the day.
    pub begins: DateTime,
    /// For how many days each.
    pub days: u16,
    /// They take turns in this order.
    pub people: Vec<OnDuty>,
    /// Where somebody stands in; of several the last one counts.
    #[serde(default)]
    pub swaps: Vec<Swap>,
}

/// Somebody who is on call at times.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnDuty {
    /// Names them here.
    pub id: String,
    /// The mail address that wakes them, such as that of a gateway to their telephone.
    pub mail: String,
}

/// Somebody stands in for a while.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// Who.
    pub id: String,
    /// From when on, in the zone of the rota.
    pub from: DateTime,
    /// Until when.
    pub to: DateTime,
}

impl Rota {
    /// Who is on call at a moment; nobody before the first one begins.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Option<&OnDuty> {
        let here = TimeZone::get(&self.zone).ok()?.to_datetime(now);
        let stands_in = self.swaps.iter().rev().find(|it| it.from <= here && here < it.to);
        if let Some(swap) = stands_in {
            return self.people.iter().find(|it| it.id == swap.id);
        }
        // By the clock on the wall: a turn over the change to summer time is an hour shorter.
        let since = here.duration_since(self.begins).as_secs();
        let turn = since.div_euclid(i64::from(self.days) * 24 * 60 * 60);
        let place = usize::try_from(turn).ok()?.checked_rem(self.people.len())?;
        self.people.get(place)
    }

    /// What keeps it from being used, with advice.
    pub(crate) fn problem(&self) -> Option<(String, &'static str)> {
        let is_known = |swap: &&Swap| self.people.iter().any(|it| it.id == swap.id);
        if TimeZone::get(&self.zone).is_err() {
            let what = format!("the time zone `{}` is not known", self.zone);
            return Some((what, "Use a name such as `Europe/Berlin`."));
        }
        if self.days == 0 || self.people.is_empty() {
            let what = "nobody is ever on call".to_owned();
            return Some((what, "Name people, and `days` of 1 or more."));
        }
        if let Some(swap) = self.swaps.iter().find(|it| !is_known(it)) {
            let what = format!("`{}` stands in and is not among its people", swap.id);
            return Some((what, "Add them to `people`, or name somebody who is there."));
        }
        let swap = self.swaps.iter().find(|it| it.from >= it.to)?;
        let what = format!("`{}` stands in for no time at all", swap.id);
        Some((what, "Write a `to` that is later than `from`."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rota() -> Rota {
        let on_duty =
            |id: &str| OnDuty { id: id.to_owned(), mail: format!("{id}@lumen-oak.example") };
        let swap = |id: &str, from: &str, to: &str| Swap {
            id: id.to_owned(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        Rota {
            zone: "Europe/Berlin".to_owned(),
            begins: "2026-03-02T09:00".parse().unwrap(),
            days: 7,
            people: ["a", "b", "c"].map(on_duty).to_vec(),
            swaps: vec![
                swap("c", "2026-12-24T09:00", "2026-12-27T09:00"),
                swap("b", "2026-12-26T09:00", "2026-12-27T09:00"),
            ],
        }
    }

    fn check(now: &str, expect: Option<&str>) {
        let rota = rota();
        let is = rota.at(now.parse().unwrap()).map(|it| it.id.as_str());
        assert_eq!(is, expect, "{now}");
    }

    #[test]
    fn people_take_turns_and_hand_over_at_the_same_time_of_the_day() {
        check("2026-03-02T07:59:59Z", None);
        check("2026-03-02T08:00:00Z", Some("a"));
        check("2026-03-09T07:59:59Z", Some("a"));
        check("2026-03-09T08:00:00Z", Some("b"));
        check("2026-03-22T23:00:00Z", Some("c"));
        // The clock went forward on Sunday, 2026-03-29: nine in the morning is an hour earlier.
        check("2026-03-30T06:59:59Z", Some("a"));
        check("2026-03-30T07:00:00Z", Some("b"));
        // Somebody stands in, and somebody for them.
        check("2026-12-24T07:59:59Z", Some("a"));
        check("2026-12-24T08:00:00Z", Some("c"));
        check("2026-12-26T08:00:00Z", Some("b"));
        check("2026-12-27T08:00:00Z", Some("a"));
    }

    #[test]
    fn a_rota_that_cannot_be_used_is_told() {
        let problem = |change: fn(&mut Rota)| {
            let mut rota = rota();
            change(&mut rota);
            rota.problem().map(|(what, _)| what).unwrap_or_default()
        };
        assert_eq!(problem(|_| ()), "");
        assert!(problem(|it| it.zone = "Atlantis/Capital".to_owned()).contains("Atlantis"));
        assert!(problem(|it| it.days = 0).contains("nobody"));
        assert!(problem(|it| it.people.clear()).contains("nobody"));
        assert!(problem(|it| it.swaps[0].id = "x".to_owned()).contains("`x`"));
        assert!(problem(|it| it.swaps[0].to = it.swaps[0].from).contains("no time"));
        let broken = Rota { zone: "Atlantis/Capital".to_owned(), ..rota() };
        assert_eq!(broken.at(Timestamp::UNIX_EPOCH), None);
    }
}
