use serde::Deserialize;

use super::{Class, DRIVERS, Management};
use crate::hardware::displays::{self, Connector, Display};
use crate::outcome::Outcome;

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

/// `WmiMonitorConnectionParams`: the monitors that are plugged in and how.
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
    displays::judge(&displays, &[])
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
    fn monitors_are_told_by_how_they_are_plugged_in() {
        let laptop = displays(&Recorded("windows-11-laptop"));
        check(
            laptop,
            Fine,
            &[
                (Key::DisplaysFound, "2"),
                (Key::Connector, "built_in"),
                (Key::Connector, "displayport"),
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
