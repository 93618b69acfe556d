//! Reports of drives over a real bus; the service behind it speaks UDisks2's documented interfaces.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use diagnostics::Roots;
use ticket::{CheckId, EvidenceKey as Key, FindingReason as R, FindingStatus};
use zbus::blocking::{Connection, connection::Builder};
use zbus::fdo::ObjectManager;
use zbus::interface;

use crate::support::{one, recorded};

/// A bus, ended with the test.
struct Bus(Child);

impl Bus {
    fn start(socket: &Path) -> Self {
        std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address"])
            .arg(format!("--address=unix:path={}", socket.display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is there: `cargo xtask setup` installs it");
        // It tells its address once it listens.
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self(daemon)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Drive(&'static str);

#[interface(name = "org.freedesktop.UDisks2.Drive")]
impl Drive {
    #[zbus(property)]
    fn model(&self) -> &str {
        self.0
    }
}

struct Ata {
    updated: u64,
    failing: bool,
}

#[interface(name = "org.freedesktop.UDisks2.Drive.Ata")]
impl Ata {
    #[zbus(property)]
    fn smart_updated(&self) -> u64 {
        self.updated
    }

    #[zbus(property)]
    fn smart_failing(&self) -> bool {
        self.failing
    }

    #[zbus(property)]
    fn smart_temperature(&self) -> f64 {
        304.15
    }
}

struct Controller(&'static [&'static str]);

#[interface(name = "org.freedesktop.UDisks2.NVMe.Controller")]
impl Controller {
    #[zbus(property)]
    fn smart_updated(&self) -> u64 {
        1_772_435_700
    }

    #[zbus(property)]
    fn smart_critical_warning(&self) -> &[&str] {
        self.0
    }

    #[zbus(property)]
    fn smart_temperature(&self) -> u16 {
        318
    }
}

/// The service with one drive, on a bus.
fn service<I: zbus::object_server::Interface>(
    socket: &Path,
    model: &'static str,
    report: I,
) -> Connection {
    const PLACE: &str = "/org/freedesktop/UDisks2/drives/one";
    let address = format!("unix:path={}", socket.display());
    Builder::address(address.as_str())
        .and_then(|builder| builder.serve_at("/org/freedesktop/UDisks2", ObjectManager))
        .and_then(|builder| builder.serve_at(PLACE, Drive(model)))
        .and_then(|builder| builder.serve_at(PLACE, report))
        .and_then(|builder| builder.name("org.freedesktop.UDisks2"))
        .and_then(Builder::build)
        .unwrap()
}

/// What is told of the drive of a recorded laptop (`SAMSUNG MZVL2512HDJD-00BL7`, 38 °C by the kernel).
async fn told(
    serve: impl FnOnce(&Path) -> Option<Connection>,
) -> (FindingStatus, Vec<(Key, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let socket = run.join("dbus/system_bus_socket");
    let _bus = Bus::start(&socket);
    let _service = serve(&socket);
    let mut context = recorded("laptop-wifi");
    context.roots = Roots { run, ..context.roots };
    let finding = one(CheckId::DiskHealth, &context).await;
    (finding.status, finding.evidence.into_iter().map(|fact| (fact.key, fact.value)).collect())
}

const MODEL: &str = "SAMSUNG MZVL2512HDJD-00BL7";

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_warns_of_its_spare_blocks_fails() {
    let warns = |socket: &Path| Some(service(socket, MODEL, Controller(&["temperature", "spare"])));
    let (status, facts) = told(warns).await;
    assert_eq!(status, FindingStatus::Failed);
    assert!(facts.contains(&(Key::ReasonWord, R::DriveFailing.as_str().to_owned())));
    let warm = |socket: &Path| Some(service(socket, MODEL, Controller(&["temperature"])));
    let (status, facts) = told(warm).await;
    assert_eq!(status, FindingStatus::Fine);
    let expect = [(Key::Drive, MODEL), (Key::DriveReport, "read"), (Key::Celsius, "38")];
    assert_eq!(facts, expect.map(|(key, value)| (key, value.to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn smart_counts_once_it_was_read_and_for_its_own_drive_alone() {
    let check = async |model, updated, expect: (FindingStatus, &str)| {
        let ata = Ata { updated, failing: true };
        let (status, facts) = told(|socket| Some(service(socket, model, ata))).await;
        let report = facts.into_iter().find(|(key, _)| *key == Key::DriveReport).unwrap().1;
        assert_eq!((status, report.as_str()), expect, "{model} {updated}");
    };
    check(MODEL, 1_772_435_700, (FindingStatus::Failed, "read")).await;
    check(MODEL, 0, (FindingStatus::Fine, "not_readable")).await;
    check("EXAMPLE STICK", 1_772_435_700, (FindingStatus::Fine, "not_readable")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_service_does_not_run_it_is_not_started() {
    let (status, facts) = told(|_| None).await;
    assert_eq!(status, FindingStatus::Fine);
    assert!(facts.contains(&(Key::DriveReport, "not_readable".to_owned())));
}
