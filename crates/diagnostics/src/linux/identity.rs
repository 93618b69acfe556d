use std::io::ErrorKind;

use ticket::FindingReason;

use super::{number, text, value};
use crate::device::{self, DeviceKind, Identity, filled_in};
use crate::{Roots, outcome::Outcome};

/// `sys/class/dmi/id` on PCs, the device tree elsewhere. The serial number is for root alone.
pub(crate) fn device_identity(roots: &Roots) -> Outcome {
    let dmi = roots.sys.join("class/dmi/id");
    let fact = |name: &str| value(&dmi.join(name)).and_then(filled_in);
    let maker = fact("sys_vendor");
    let by_tree = || value(&roots.proc.join("device-tree/model"));
    let (serial, missing) = match text(&dmi.join("product_serial")) {
        Ok(serial) => (filled_in(serial.trim().to_owned()), None),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            (None, Some(FindingReason::NeedsElevation))
        }
        Err(_) => (None, Some(FindingReason::NotReported)),
    };
    // Lenovo keeps the name people know under "version" and its order number under "name".
    let by_version = maker.as_deref() == Some("LENOVO");
    let model = by_version.then(|| fact("product_version")).flatten();
    Identity {
        model: model.or_else(|| fact("product_name")).or_else(by_tree),
        kind: DeviceKind::of(maker.as_deref(), number(&dmi.join("chassis_type"))),
        firmware: fact("bios_version"),
        maker,
        serial,
        host_name: value(&roots.proc.join("sys/kernel/hostname")),
        missing,
    }
    .judge()
}

/// `os-release` (its manual names both places) and the kernel's release.
pub(crate) fn operating_system(roots: &Roots) -> Outcome {
    let release = text(&roots.etc.join("os-release"))
        .or_else(|_| text(&roots.usr.join("lib/os-release")))
        .unwrap_or_default();
    let version = field(&release, "VERSION").or_else(|| field(&release, "VERSION_ID"));
    let kernel = value(&roots.proc.join("sys/kernel/osrelease"));
    device::operating_system(field(&release, "NAME"), version, kernel, time_zone(roots))
}

/// Where `etc/localtime` leads (localtime(5)), else Debian's `etc/timezone`.
fn time_zone(roots: &Roots) -> Option<String> {
    const FOLDER: &str = "zoneinfo/";
    let by_link = || {
        let target = std::fs::read_link(roots.etc.join("localtime")).ok()?;
        let (_, zone) = target.to_str()?.rsplit_once(FOLDER)?;
        Some(zone.to_owned())
    };
    by_link().or_else(|| value(&roots.etc.join("timezone")))
}

/// A field of `os-release`: `KEY=value`, quoted as a shell would.
fn field(release: &str, key: &str) -> Option<String> {
    let quoted =
        release.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))?;
    let value = quoted.trim().trim_matches(['"', '\'']).replace('\\', "");
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quoted_and_plain_fields() {
        let release = "NAME=\"Debian GNU/Linux\"\nVERSION_ID=12\nVERSION='12 (bookworm)'\nEMPTY=\n";
        for (key, expect) in [
            ("NAME", Some("Debian GNU/Linux")),
            ("VERSION", Some("12 (bookworm)")),
            ("VERSION_ID", Some("12")),
            ("EMPTY", None),
            ("MISSING", None),
        ] {
            assert_eq!(field(release, key).as_deref(), expect, "{key}");
        }
    }
}
