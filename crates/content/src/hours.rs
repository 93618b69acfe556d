use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, ZonedDateTime};
use serde::Deserialize;

/// When a team answers, in the time of its place. Without hours it always does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Its time zone, by its IANA name: `Europe/Berlin`.
    pub zone: String,
    /// The days it works.
    pub days: Vec<Day>,
    /// From when on, `HH:MM`.
    pub from: Time,
    /// Until when, `HH:MM`; later than `from`.
    pub to: Time,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

/// Longer than anybody promises.
const MOST_DAYS: u32 = 400;

impl Hours {
    /// Whether somebody is there at a moment.
    #[must_use]
    pub fn contain(&self, now: Timestamp) -> bool {
        self.zone().is_some_and(|zone| {
            let here = now.to_zoned_datetime(zone);
            self.is_workday(&here) && here.time() >= self.from && here.time() < self.to
        })
    }

    /// The moment that many minutes of its hours have passed; minutes of the clock where the hours
    /// cannot be used.
    #[must_use]
    pub fn after(&self, now: Timestamp, minutes: u32) -> Timestamp {
        self.counted(now, minutes).unwrap_or_else(|| clock_after(now, minutes))
    }

    fn counted(&self, now: Timestamp, minutes: u32) -> Option<Timestamp> {
        let mut here = now.to_zoned_datetime(self.zone()?);
        let mut left = SignedDuration::from_mins(i64::from(minutes));
        for _ in 0..MOST_DAYS {
            if self.is_workday(&here) && here.time() < self.to {
                let begin = here.with().time(here.time().max(self.from)).build().ok()?;
                let end = here.with().time(self.to).build().ok()?;
                let there = end.timestamp().duration_since(begin.timestamp());
                if left <= there {
                    return begin.timestamp().checked_add(left).ok();
                }
                left = left.checked_sub(there)?;
            }
            here = here.checked_add(1.day()).ok()?.start_of_day().ok()?;
        }
        None
    }

    fn is_workday(&self, here: &ZonedDateTime) -> bool {
        self.days.iter().any(|day| day.weekday() == here.weekday())
    }

    fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.zone).ok()
    }

    /// What keeps it from being used, with advice.
    pub(crate) fn problem(&self) -> Option<(String, &'static str)> {
        if self.zone().is_none() {
            let what = format!("the time zone `{}` is not known", self.zone);
            Some((what, "Use a name such as `Europe/Berlin`."))
        } else if self.days.is_empty() || self.from >= self.to {
            let what = "the hours hold no time at all".to_owned();
            Some((what, "Name a day, and a `to` that is later than `from`."))
        } else {
            None
        }
    }
}

/// That many minutes later by the clock.
pub(crate) fn clock_after(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Hours {
        Hours {
            zone: "Europe/Berlin".to_owned(),
            days: vec![Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday],
            from: Time::constant(8, 0, 0, 0),
            to: Time::constant(18, 0, 0, 0),
        }
    }

    fn check(now: &str, minutes: u32, is_in: bool, expect: &str) {
        let now: Timestamp = now.parse().unwrap();
        assert_eq!(hours().contain(now), is_in, "{now}");
        assert_eq!(hours().after(now, minutes), expect.parse().unwrap(), "{now}");
    }

    #[test]
    fn minutes_count_while_somebody_is_there() {
        // A Wednesday in winter, one hour before UTC.
        check("2026-11-25T09:00:00Z", 60, true, "2026-11-25T10:00:00Z");
        check("2026-11-25T16:30:00Z", 60, true, "2026-11-26T07:30:00Z");
        check("2026-11-25T02:00:00Z", 60, false, "2026-11-25T08:00:00Z");
        check("2026-11-25T17:00:00Z", 60, false, "2026-11-26T08:00:00Z");
        // Friday evening, over the weekend.
        check("2026-11-27T18:00:00Z", 240, false, "2026-11-30T11:00:00Z");
        // The clock goes forward on Sunday, 2026-03-29.
        check("2026-03-27T16:30:00Z", 60, true, "2026-03-30T06:30:00Z");
    }

    #[test]
    fn hours_that_cannot_be_used_count_by_the_clock() {
        let broken = Hours { zone: "Atlantis/Capital".to_owned(), ..hours() };
        assert!(broken.problem().is_some());
        assert_eq!(broken.after(Timestamp::UNIX_EPOCH, 5).as_second(), 300);
        let never = Hours { days: Vec::new(), ..hours() };
        assert!(never.problem().is_some() && !never.contain(Timestamp::UNIX_EPOCH));
        assert_eq!(never.after(Timestamp::UNIX_EPOCH, 5).as_second(), 300);
        assert!(hours().problem().is_none());
        assert_eq!(hours().after(Timestamp::MAX, 5), Timestamp::MAX);
    }
}
