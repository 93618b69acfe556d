use serde::Deserialize;
use ticket::FindingReason;

use super::{CIM, Class, Management};
use crate::hardware::starts::{self, Starts};
use crate::outcome::Outcome;

/// `yyyymmddHHMMSS`, the beginning of a CIM_DATETIME; the rest is a fraction and the offset from UTC
/// in minutes.
const SECONDS_END: usize = 14;
const OFFSET_BEGIN: usize = 21;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct System {
    last_boot_up_time: Option<String>,
}

impl Class for System {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT LastBootUpTime FROM Win32_OperatingSystem";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    time_generated: Option<String>,
}

impl Class for Event {
    const NAMESPACE: &'static str = CIM;
    /// 6008 is written at a start that no shutdown came before.
    const QUERY: &'static str = "SELECT TimeGenerated FROM Win32_NTLogEvent \
         WHERE Logfile = 'System' AND SourceName = 'EventLog' AND EventCode = 6008";
}

/// The newest start, and the unexpected stops in the system's log.
pub(crate) fn last_shutdown(from: &impl Management) -> Outcome {
    let system = from.rows::<System>().and_then(|rows| rows.into_iter().next());
    let started = system.and_then(|system| seconds(&system.last_boot_up_time?));
    let events = from.rows::<Event>();
    let (Some(started), Some(events)) = (started, events) else {
        return Outcome::not_available(FindingReason::NotReported);
    };
    let falls: Vec<_> =
        events.iter().filter_map(|event| seconds(event.time_generated.as_deref()?)).collect();
    // The event is written once the log runs, a little after the start.
    starts::judge(&Starts {
        newest: started,
        was_fall: falls.iter().any(|at| *at >= started),
        falls,
    })
}

/// Seconds since 1970 of a CIM_DATETIME such as `20260302081500.500000+060`.
fn seconds(text: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text.get(..SECONDS_END)?).ok()?;
    let minutes: i32 = text.get(OFFSET_BEGIN..)?.parse().ok()?;
    let offset = jiff::tz::Offset::from_seconds(minutes.checked_mul(60)?).ok()?;
    Some(offset.to_timestamp(time).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, Fine};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn a_stop_that_the_log_calls_unexpected_is_told() {
        let laptop = last_shutdown(&Recorded("windows-11-laptop"));
        check(laptop, Fine, &[(Key::UnexpectedStops, "0")]);
        let desktop = last_shutdown(&Recorded("windows-11-desktop"));
        check(
            desktop,
            Attention,
            &[(Key::ReasonWord, "unexpected_stop"), (Key::UnexpectedStops, "2")],
        );
    }

    #[test]
    fn times_are_read_with_their_offset() {
        assert_eq!(seconds("20260302081500.500000+060"), Some(1_772_435_700));
        assert_eq!(seconds("20260302071500.500000+000"), Some(1_772_435_700));
        assert_eq!(seconds("20260302081500"), None);
        assert_eq!(seconds("ä"), None);
    }
}
