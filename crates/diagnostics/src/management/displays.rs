use serde::Deserialize;

use super::{CIM, Class, DRIVERS, Management};
use crate::hardware::displays::{self, Connector, Display, Dock};
use crate::outcome::Outcome;
use crate::text::clean;

/// Values of `VideoOutputTechnology` (the enumeration `D3DKMDT_VIDEO_OUTPUT_TECHNOLOGY`).
const VGA: u32 = 0;
const DVI: u32 = 4;
const HDMI: u32 = 5;
const LVDS: u32 = 6;
const DISPLAY_PORT_BUILT_IN: u32 = 11;
const UDI_BUILT_IN: u32 = 13;
const MIRACAST: u32 = 15;
/// A dock's or an adapter's own graphics.
const INDIRECT: u32 = 16;
const VIRTUAL: u32 = 17;
const BUILT_IN: u32 = 0x8000_0000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Connection {
    active: Option<bool>,
    video_output_technology: Option<u32>,
}

impl Class for Connection {
    const NAMESPACE: &'static str = DRIVERS;
    const QUERY: &'static str =
        "SELECT Active, VideoOutputTechnology FROM WmiMonitorConnectionParams";
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Device {
    name: Option<String>,
}

impl Class for Device {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT Name FROM Win32_PnPEntity WHERE Name LIKE '%dock%'";
}

/// `WmiMonitorConnectionParams`: the monitors that are plugged in and how; `Win32_PnPEntity`: docks.
pub(crate) fn displays(from: &impl Management) -> Outcome {
    let connections: Vec<Connection> = from.rows().unwrap_or_default();
    let displays: Vec<_> = connections
        .iter()
        .map(|connection| Display {
            connector: connector(connection.video_output_technology),
            is_used: connection.active.unwrap_or(true),
            // A monitor is listed once its own description was read.
            is_read: true,
            resolution: None,
        })
        .collect();
    let devices: Vec<Device> = from.rows().unwrap_or_default();
    let names = devices.into_iter().filter_map(|device| dock(&device.name?));
    let mut names: Vec<_> = names.collect();
    // A dock is many devices.
    names.sort_unstable();
    names.dedup();
    // Windows lists what it has let in.
    let docks: Vec<_> = names.into_iter().map(|name| Dock { name, is_allowed: true }).collect();
    displays::judge(&displays, &docks)
}

/// The dock that a device belongs to: its name up to the word that says so.
fn dock(device: &str) -> Option<String> {
    let device = clean(device);
    let words: Vec<_> = device.split(' ').collect();
    let says_so = |word: &str| {
        let word = word.to_lowercase();
        word.ends_with("dock") || word == "docking"
    };
    let end = words.iter().position(|word| says_so(word))?;
    Some(words.get(..=end)?.join(" "))
}

const fn connector(technology: Option<u32>) -> Connector {
    match technology {
        Some(VGA) => Connector::Vga,
        Some(DVI) => Connector::Dvi,
        Some(HDMI) => Connector::Hdmi,
        Some(LVDS | DISPLAY_PORT_BUILT_IN | UDI_BUILT_IN | BUILT_IN) => Connector::BuiltIn,
        Some(INDIRECT) => Connector::Usb,
        Some(MIRACAST | VIRTUAL) => Connector::Virtual,
        Some(_) | None => Connector::DisplayPort,
    }
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, Fine};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn a_dock_is_told_by_the_word_in_the_names_of_its_devices() {
        for (device, expect) in [
            ("Example USB-C Dock Ethernet", Some("Example USB-C Dock")),
            ("Example UltraDock", Some("Example UltraDock")),
            ("Example Docking Station Audio", Some("Example Docking")),
            ("vEthernet (Docker)", None),
            ("", None),
        ] {
            assert_eq!(dock(device).as_deref(), expect, "{device}");
        }
    }

    #[test]
    fn monitors_are_told_by_how_they_are_plugged_in() {
        let laptop = displays(&Recorded("windows-11-laptop"));
        check(
            laptop,
            Fine,
            &[
                (Key::DisplaysFound, "2"),
                (Key::Connector, "built_in"),
                (Key::Connector, "displayport"),
                (Key::Dock, "Example USB-C Dock"),
            ],
        );
        let desktop = displays(&Recorded("windows-11-desktop"));
        check(
            desktop,
            Attention,
            &[
                (Key::ReasonWord, "display_not_used"),
                (Key::DisplaysFound, "2"),
                (Key::Connector, "hdmi"),
                (Key::Connector, "dvi"),
            ],
        );
    }
}
