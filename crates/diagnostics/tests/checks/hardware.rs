//! Hardware of recorded devices, and a print service that answers what a real one did.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;

use diagnostics::Roots;
use ticket::{CheckId, EvidenceKey as Key, FindingReason as R, FindingStatus};

use FindingStatus::{Attention, Failed, Fine, NotAvailable};

use crate::devices::{Facts, check};
use crate::support::{one, recorded};

const GOOD: &str = "laptop-wifi";
const BAD: &str = "laptop-cable";
const BARE: &str = "nothing-up";

async fn missing(id: CheckId, reason: R) {
    check(BARE, id, NotAvailable, &[(Key::ReasonWord, reason.as_str())]).await;
}

#[tokio::test]
async fn reads_the_battery_and_not_that_of_a_mouse() {
    let good = [
        (Key::ChargePercent, "81"),
        (Key::BatteryState, "charging"),
        (Key::BatteryHealthPercent, "86"),
        (Key::BatteryCycles, "214"),
        (Key::PowerSource, "mains"),
    ];
    check(GOOD, CheckId::Battery, Fine, &good).await;
    let worn = [
        (Key::ReasonWord, "battery_worn"),
        (Key::ChargePercent, "34"),
        (Key::BatteryState, "discharging"),
        (Key::BatteryHealthPercent, "42"),
        (Key::PowerSource, "battery"),
    ];
    check(BAD, CheckId::Battery, Attention, &worn).await;
    missing(CheckId::Battery, R::NotPresent).await;
}

#[tokio::test]
async fn reads_the_hottest_part_of_each_kind() {
    let good = [
        (Key::Sensor, "processor"),
        (Key::Celsius, "52"),
        (Key::LimitCelsius, "100"),
        (Key::Sensor, "drive"),
        (Key::Celsius, "38"),
        (Key::LimitCelsius, "84"),
        (Key::Sensor, "board"),
        (Key::Celsius, "43"),
    ];
    check(GOOD, CheckId::Temperature, Fine, &good).await;
    let hot = [
        (Key::ReasonWord, "too_hot"),
        (Key::Sensor, "drive"),
        (Key::Celsius, "86"),
        (Key::LimitCelsius, "84"),
        (Key::Sensor, "processor"),
        (Key::Celsius, "71"),
    ];
    check(BAD, CheckId::Temperature, Attention, &hot).await;
    let zone = [(Key::Sensor, "processor"), (Key::Celsius, "61"), (Key::LimitCelsius, "105")];
    check("bridge", CheckId::Temperature, Fine, &zone).await;
    missing(CheckId::Temperature, R::NotReported).await;
}

#[tokio::test]
async fn reads_displays_and_docks() {
    let docked = [
        (Key::DisplaysFound, "2"),
        (Key::Connector, "displayport"),
        (Key::Resolution, "2560x1440"),
        (Key::Connector, "built_in"),
        (Key::Resolution, "1920x1200"),
        (Key::Dock, "Lenovo ThinkPad Thunderbolt 4 Dock"),
    ];
    check(GOOD, CheckId::Displays, Fine, &docked).await;
    let mute = [
        (Key::ReasonWord, "display_unread"),
        (Key::DisplaysFound, "2"),
        (Key::Connector, "displayport"),
        (Key::Connector, "built_in"),
        (Key::Resolution, "1920x1080"),
        (Key::Dock, "ThinkPad USB-C Dock Gen2"),
    ];
    check(BAD, CheckId::Displays, Attention, &mute).await;
    let none = [(Key::ReasonWord, "not_present"), (Key::DisplaysFound, "0")];
    check(BARE, CheckId::Displays, NotAvailable, &none).await;
}

#[tokio::test]
async fn reads_what_drives_and_file_systems_have_counted_and_no_stick() {
    let good = [
        (Key::Drive, "SAMSUNG MZVL2512HDJD-00BL7"),
        (Key::DriveReport, "not_readable"),
        (Key::Celsius, "38"),
    ];
    check(GOOD, CheckId::DiskHealth, Fine, &good).await;
    let bad = [
        (Key::ReasonWord, "drive_failing"),
        (Key::Drive, "KXG8AZNV512G"),
        (Key::DriveReport, "not_readable"),
        (Key::Drive, "DV4064"),
        (Key::DriveReport, "not_readable"),
        (Key::DriveErrors, "10"),
        (Key::DriveWearPercent, "110"),
    ];
    check(BAD, CheckId::DiskHealth, Failed, &bad).await;
    missing(CheckId::DiskHealth, R::NotReported).await;
}

#[tokio::test]
async fn sees_a_restart_that_waits_and_how_the_last_run_ended() {
    check(GOOD, CheckId::Restart, Fine, &[]).await;
    let due = [(Key::ReasonWord, "restart_pending"), (Key::PackagesWaiting, "2")];
    check(BAD, CheckId::Restart, Attention, &due).await;
    // The kernel that runs has lost its modules to an update.
    check("bridge", CheckId::Restart, Attention, &[due[0]]).await;
    missing(CheckId::Restart, R::NotReported).await;

    check(GOOD, CheckId::LastShutdown, Fine, &[(Key::UnexpectedStops, "0")]).await;
    let fall = [(Key::ReasonWord, "unexpected_stop"), (Key::UnexpectedStops, "1")];
    check(BAD, CheckId::LastShutdown, Attention, &fall).await;
    missing(CheckId::LastShutdown, R::NotReported).await;
}

#[tokio::test]
async fn counts_what_there_is_to_hear_and_see_with() {
    let facts = |outputs, inputs, cameras| {
        [(Key::SoundOutputs, outputs), (Key::SoundInputs, inputs), (Key::Cameras, cameras)]
    };
    check(GOOD, CheckId::AudioVideo, Fine, &facts("2", "1", "1")).await;
    let silent =
        [&[(Key::ReasonWord, "no_sound_output")], facts("0", "1", "0").as_slice()].concat();
    check(BAD, CheckId::AudioVideo, Attention, &silent).await;
    missing(CheckId::AudioVideo, R::NotPresent).await;
}

#[tokio::test]
async fn tells_kinds_of_programs_and_never_names() {
    let kinds = [
        (Key::ProgramClass, "browser"),
        (Key::CpuPercent, "0"),
        (Key::UsedBytes, "614400000"),
        (Key::ProgramClass, "mail"),
        (Key::CpuPercent, "0"),
        (Key::UsedBytes, "245760000"),
        (Key::ProgramClass, "other"),
        (Key::CpuPercent, "0"),
        (Key::UsedBytes, "1638400"),
    ];
    check(GOOD, CheckId::Load, Fine, &kinds).await;
    let busy = [
        (Key::ReasonWord, "busy"),
        (Key::ProgramClass, "other"),
        (Key::CpuPercent, "0"),
        (Key::UsedBytes, "4096000"),
    ];
    check(BAD, CheckId::Load, Attention, &busy).await;
    missing(CheckId::Load, R::NotReported).await;
}

/// Runs the check beside a print service that answers with this.
async fn printers(answer: Vec<u8>, status: FindingStatus, expect: Facts<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let cups = folder.path().join("run/cups");
    std::fs::create_dir_all(&cups).unwrap();
    let listener = UnixListener::bind(cups.join("cups.sock")).unwrap();
    let service = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut question = [0; 2048];
        let length = stream.read(&mut question).unwrap();
        stream.write_all(&answer).unwrap();
        question[..length].to_vec()
    });
    let mut context = recorded(BARE);
    context.roots = Roots::under(folder.path());
    let finding = one(CheckId::Printers, &context).await;
    let facts: Vec<_> =
        finding.evidence.iter().map(|fact| (fact.key, fact.value.as_str())).collect();
    assert_eq!((finding.status, facts.as_slice()), (status, expect));
    let question = service.join().unwrap();
    assert!(question.starts_with(b"POST / HTTP/1.0\r\n"), "{question:?}");
}

fn of_cups(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/cups-2.4.2");
    std::fs::read(folder.join(file)).unwrap()
}

#[tokio::test]
async fn asks_the_print_service_which_printers_stand_still() {
    let one_stopped = [
        (Key::ReasonWord, "printer_stopped"),
        (Key::PrintersFound, "2"),
        (Key::PrinterModel, "HP LaserJet Series PCL 4/5"),
        (Key::PrinterState, "stopped"),
        (Key::PrinterReason, "paused"),
        (Key::JobsWaiting, "1"),
        (Key::PrinterModel, "Local Raw Printer"),
        (Key::PrinterState, "idle"),
    ];
    printers(of_cups("one-stopped.http"), Attention, &one_stopped).await;
    let none = [(Key::ReasonWord, "not_present"), (Key::PrintersFound, "0")];
    printers(of_cups("none.http"), NotAvailable, &none).await;
    let nonsense = [(Key::ReasonWord, "unexpected_answer")];
    printers(b"HTTP/1.0 200 OK\r\n\r\nwhat?".to_vec(), NotAvailable, &nonsense).await;
    missing(CheckId::Printers, R::NotPresent).await;
}

#[tokio::test]
async fn an_answer_cut_anywhere_is_taken_for_what_it_is() {
    let whole = of_cups("one-stopped.http");
    for end in [0, 10, 280, 300, 420, whole.len() - 30] {
        let nonsense = [(Key::ReasonWord, "unexpected_answer")];
        printers(whole[..end].to_vec(), NotAvailable, &nonsense).await;
    }
}
