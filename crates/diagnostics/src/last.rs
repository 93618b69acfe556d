//! What `last -y reboot shutdown` of macOS prints: the starts of the system and its orderly ends.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::hardware::starts::{self, Mark};
use crate::outcome::Outcome;

/// The newest line comes first.
pub(crate) fn last_shutdown(printed: &str) -> Outcome {
    let mut marks: Vec<_> = printed.lines().filter_map(mark).collect();
    marks.reverse();
    starts::judge_marks(&marks)
}

/// `reboot    ~    Mon Mar  2 2026 08:15`, or the same of `shutdown`. In seconds of the wall clock: only
/// differences are looked at.
fn mark(line: &str) -> Option<Mark> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [kind, _terminal, _day_of_week, month, day, year, time] = words.as_slice() else {
        return None;
    };
    match *kind {
        "reboot" => {
            let text = format!("{year} {month} {day} {time}");
            let time = DateTime::strptime("%Y %b %d %H:%M", text).ok()?;
            Some(Mark::Start { at: Offset::UTC.to_timestamp(time).ok()?.as_second() })
        }
        "shutdown" => Some(Mark::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, Fine, NotAvailable};

    use super::*;
    use crate::outcome::check;

    const ORDERLY: &str = include_str!("../tests/recorded/macos-15/last.txt");

    #[test]
    fn a_start_without_a_shutdown_before_it_is_a_fall() {
        check(last_shutdown(ORDERLY), Fine, &[(Key::UnexpectedStops, "1")]);
        let fallen = ORDERLY.replacen("shutdown", "ignored", 1);
        let unexpected = (Key::ReasonWord, "unexpected_stop");
        check(last_shutdown(&fallen), Attention, &[unexpected, (Key::UnexpectedStops, "2")]);
    }

    #[test]
    fn what_is_no_list_is_no_answer() {
        for text in ["", "wtmp begins Mon Mar  2 08:15", "reboot", "\u{1b}[2J"] {
            check(last_shutdown(text), NotAvailable, &[(Key::ReasonWord, "not_reported")]);
        }
    }
}
