use serde::Deserialize;

use super::{CIM, Class, Management};
use crate::device::{DeviceKind, Identity, filled_in};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ComputerSystem {
    manufacturer: Option<String>,
    model: Option<String>,
}

impl Class for ComputerSystem {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT Manufacturer, Model FROM Win32_ComputerSystem";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Product {
    version: Option<String>,
}

impl Class for Product {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT Version FROM Win32_ComputerSystemProduct";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bios {
    #[serde(rename = "SMBIOSBIOSVersion")]
    version: Option<String>,
    serial_number: Option<String>,
}

impl Class for Bios {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT SMBIOSBIOSVersion, SerialNumber FROM Win32_BIOS";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Enclosure {
    chassis_types: Option<Vec<u16>>,
}

impl Class for Enclosure {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT ChassisTypes FROM Win32_SystemEnclosure";
}

/// What the firmware says of the device. Windows lets everybody read its serial number.
pub(crate) fn identity(from: &impl Management, host_name: Option<String>) -> Identity {
    let system: Option<ComputerSystem> = first(from);
    let bios: Option<Bios> = first(from);
    let product: Option<Product> = first(from);
    let enclosure: Option<Enclosure> = first(from);
    let (maker, model) = system.map_or((None, None), |system| (system.manufacturer, system.model));
    let maker = maker.and_then(filled_in);
    // Lenovo keeps the name people know under "version" and its order number under "model".
    let version = product.and_then(|product| product.version).and_then(filled_in);
    let by_version = version.filter(|_| maker.as_deref() == Some("LENOVO"));
    let chassis = enclosure.and_then(|enclosure| enclosure.chassis_types?.first().copied());
    let (firmware, serial) = bios.map_or((None, None), |bios| (bios.version, bios.serial_number));
    Identity {
        kind: DeviceKind::of(maker.as_deref(), chassis.map(u64::from)),
        maker,
        model: by_version.or_else(|| model.and_then(filled_in)),
        serial: serial.and_then(filled_in),
        host_name,
        firmware: firmware.and_then(filled_in),
        missing: None,
    }
}

fn first<T: Class>(from: &impl Management) -> Option<T> {
    from.rows()?.into_iter().next()
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::Fine;

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn makers_fill_in_different_fields() {
        let laptop = identity(&Recorded("windows-11-laptop"), Some("LAPTOP-0000".to_owned()));
        check(
            laptop.judge(),
            Fine,
            &[
                (Key::Maker, "LENOVO"),
                (Key::Model, "ThinkPad Example Gen 4"),
                (Key::Serial, "EX000000"),
                (Key::HostName, "LAPTOP-0000"),
                (Key::DeviceKind, "laptop"),
                (Key::Firmware, "N3XET00W (1.00 )"),
            ],
        );
        let desktop = identity(&Recorded("windows-11-desktop"), None);
        check(
            desktop.judge(),
            Fine,
            &[
                (Key::Maker, "Example Computers"),
                (Key::Model, "Tower 7000"),
                (Key::DeviceKind, "desktop"),
                (Key::Firmware, "1.2.3"),
            ],
        );
    }
}
