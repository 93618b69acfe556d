use serde::Deserialize;

use super::{CIM, Class, Management};
use crate::hardware::printers::{self, Printer, State};
use crate::outcome::Outcome;

/// Values of `PrinterStatus` (the class `Win32_Printer`).
const PRINTING: [u16; 2] = [4, 5];
const STOPPED: u16 = 6;
const OFFLINE: u16 = 7;
/// Ports of printers that are only programs.
const PROGRAMS: [&str; 4] = ["PORTPROMPT:", "SHRFAX:", "nul:", "Microsoft.Office.OneNote"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstalledPrinter {
    name: Option<String>,
    driver_name: Option<String>,
    port_name: Option<String>,
    printer_status: Option<u16>,
    detected_error_state: Option<u16>,
    work_offline: Option<bool>,
}

impl Class for InstalledPrinter {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT Name, DriverName, PortName, PrinterStatus, \
         DetectedErrorState, WorkOffline FROM Win32_Printer";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrintJob {
    name: Option<String>,
}

impl Class for PrintJob {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT Name FROM Win32_PrintJob";
}

/// `Win32_Printer`, and the number of jobs of each. A printer's name and a job's document are never
/// told; the names only bring jobs and printers together.
pub(crate) fn printers(from: &impl Management) -> Outcome {
    let installed: Vec<InstalledPrinter> = from.rows().unwrap_or_default();
    let jobs: Vec<PrintJob> = from.rows().unwrap_or_default();
    let is_real = |printer: &InstalledPrinter| {
        let port = printer.port_name.as_deref().unwrap_or_default();
        !PROGRAMS.iter().any(|program| port.starts_with(program))
    };
    let tell = |printer: InstalledPrinter| {
        let jobs = jobs.iter().filter(|job| is_of(job, printer.name.as_deref())).count();
        let error = printer.detected_error_state.and_then(reason);
        let offline = printer.work_offline == Some(true) || printer.printer_status == Some(OFFLINE);
        let offline = offline.then_some("offline-report");
        let status = printer.printer_status;
        Printer {
            model: printer.driver_name,
            state: match status {
                _ if offline.is_some() => State::Stopped,
                Some(STOPPED) => State::Stopped,
                Some(status) if PRINTING.contains(&status) => State::Printing,
                Some(_) | None => State::Idle,
            },
            reasons: error.or(offline).map(str::to_owned).into_iter().collect(),
            jobs: u64::try_from(jobs).unwrap_or(u64::MAX),
        }
    };
    printers::judge(installed.into_iter().filter(is_real).map(tell).collect())
}

/// A job's name is its printer's, a comma and a number.
fn is_of(job: &PrintJob, printer: Option<&str>) -> bool {
    let name = job.name.as_deref().and_then(|name| name.rsplit_once(", "));
    name.is_some_and(|(of, _number)| Some(of) == printer)
}

/// `DetectedErrorState` in the words of RFC 8011, section 5.4.12.
const fn reason(state: u16) -> Option<&'static str> {
    Some(match state {
        3 => "media-low",
        4 => "media-empty",
        5 => "toner-low",
        6 => "toner-empty",
        7 => "door-open",
        8 => "media-jam",
        9 => "offline-report",
        11 => "output-area-full",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, NotAvailable};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn a_stopped_printer_is_told_with_its_reason_and_its_jobs() {
        let laptop = printers(&Recorded("windows-11-laptop"));
        check(
            laptop,
            Attention,
            &[
                (Key::ReasonWord, "printer_stopped"),
                (Key::PrintersFound, "2"),
                (Key::PrinterModel, "Example Color Laser PCL 6"),
                (Key::PrinterState, "stopped"),
                (Key::PrinterReason, "offline-report"),
                (Key::JobsWaiting, "2"),
                (Key::PrinterModel, "Example Office Printer"),
                (Key::PrinterState, "idle"),
                (Key::PrinterReason, "toner-low"),
            ],
        );
        let desktop = printers(&Recorded("windows-11-desktop"));
        check(
            desktop,
            NotAvailable,
            &[(Key::ReasonWord, "not_present"), (Key::PrintersFound, "0")],
        );
    }
}
