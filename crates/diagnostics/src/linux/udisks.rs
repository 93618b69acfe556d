//! What UDisks2 knows of the drives. It may read their own reports (SMART, the NVMe health log), and
//! tells everybody on the system's bus; it is asked where it runs already, never started.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use zbus::blocking::{connection::Builder, fdo::DBusProxy};
use zbus::names::BusName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

const SERVICE: &str = "org.freedesktop.UDisks2";
const PLACE: &str = "/org/freedesktop/UDisks2";
/// It answers from its memory.
const PATIENCE: Duration = Duration::from_millis(600);
/// The freezing point of water, in kelvin.
const FREEZING: f64 = 273.15;
/// Warnings of an NVMe controller that mean the drive fails (NVM Express Base Specification, the
/// SMART / health information log); the others are about its temperature.
const FAILING: [&str; 3] = ["spare", "degraded", "readonly"];

/// The reply to `GetManagedObjects` (D-Bus specification, standard interfaces).
type Objects = HashMap<OwnedObjectPath, HashMap<String, Facts>>;
type Facts = HashMap<String, OwnedValue>;

/// A drive's own report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) model: String,
    pub(super) is_failing: bool,
    pub(super) celsius: Option<i64>,
}

/// The reports that were read since the last start; none where the service does not run.
pub(super) fn reports(socket: &Path) -> Vec<Report> {
    if !socket.exists() {
        return Vec::new();
    }
    match ask(socket) {
        Ok(objects) => objects.values().filter_map(report).collect(),
        Err(error) => {
            tracing::debug!(%error, "no reports of drives");
            Vec::new()
        }
    }
}

fn ask(socket: &Path) -> zbus::Result<Objects> {
    let address = format!("unix:path={}", socket.display());
    let bus = Builder::address(address.as_str())?.method_timeout(PATIENCE).build()?;
    if !DBusProxy::new(&bus)?.name_has_owner(BusName::try_from(SERVICE)?)? {
        return Ok(Objects::new());
    }
    let manager = Some("org.freedesktop.DBus.ObjectManager");
    let reply = bus.call_method(Some(SERVICE), PLACE, manager, "GetManagedObjects", &())?;
    reply.body().deserialize()
}

fn report(interfaces: &HashMap<String, Facts>) -> Option<Report> {
    let drive = interfaces.get("org.freedesktop.UDisks2.Drive")?;
    let own = ["org.freedesktop.UDisks2.Drive.Ata", "org.freedesktop.UDisks2.NVMe.Controller"]
        .into_iter()
        .find_map(|name| interfaces.get(name))?;
    let was_read = own.get("SmartUpdated")?.downcast_ref::<u64>().ok()? > 0;
    let says_so = || own.get("SmartFailing")?.downcast_ref::<bool>().ok();
    let warns = || {
        let warnings = own.get("SmartCriticalWarning")?.try_clone().ok()?;
        let warnings = Vec::<String>::try_from(warnings).ok()?;
        Some(warnings.iter().any(|warning| FAILING.contains(&warning.as_str())))
    };
    was_read.then(|| {
        Some(Report {
            model: drive.get("Model")?.downcast_ref::<String>().ok()?,
            is_failing: says_so().or_else(warns).unwrap_or(false),
            celsius: own.get("SmartTemperature").and_then(celsius),
        })
    })?
}

/// ATA tells kelvin with a fraction, NVMe without; zero is unknown.
#[allow(clippy::cast_possible_truncation, reason = "degrees of a drive")]
fn celsius(value: &OwnedValue) -> Option<i64> {
    let whole = value.downcast_ref::<u16>().map(f64::from);
    let kelvin = value.downcast_ref::<f64>().or(whole).ok()?;
    (kelvin > 0.0).then(|| (kelvin - FREEZING).round() as i64)
}
