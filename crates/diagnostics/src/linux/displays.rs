use std::path::Path;

use super::{entries, value};
use crate::hardware::displays::{self, Connector, Display, Dock};
use crate::text::clean;
use crate::{Roots, outcome::Outcome};

/// Maker number of DisplayLink's USB graphics, which many docks have.
const DISPLAY_LINK: &str = "17e9";
/// Class of hubs (USB-IF, defined class codes).
const HUB: &str = "09";

/// The connectors in `sys/class/drm`, and docks by Thunderbolt and USB.
pub(crate) fn displays(roots: &Roots) -> Outcome {
    let connectors = entries(&roots.sys.join("class/drm"));
    let displays: Vec<_> = connectors.iter().filter_map(|place| display(place)).collect();
    let thunderbolt = entries(&roots.sys.join("bus/thunderbolt/devices"));
    let usb = entries(&roots.sys.join("bus/usb/devices"));
    let mut docks: Vec<_> = thunderbolt
        .iter()
        .filter_map(|place| thunderbolt_dock(place))
        .chain(usb.iter().filter_map(|place| usb_dock(place)))
        .collect();
    // A dock holds several hubs of its name.
    docks.dedup();
    displays::judge(&displays, &docks)
}

/// A connector with something in it, such as `card1-HDMI-A-1`.
fn display(place: &Path) -> Option<Display> {
    let (_card, name) = place.file_name()?.to_str()?.split_once('-')?;
    let kind = name.rsplit_once('-').map_or(name, |(kind, _number)| kind);
    let connector = match kind {
        "eDP" | "LVDS" | "DSI" => Connector::BuiltIn,
        "DP" => Connector::DisplayPort,
        "HDMI-A" | "HDMI-B" => Connector::Hdmi,
        "DVI-I" | "DVI-D" | "DVI-A" => Connector::Dvi,
        "VGA" => Connector::Vga,
        "USB" => Connector::Usb,
        "Virtual" => Connector::Virtual,
        _ => return None,
    };
    let is_connected = value(&place.join("status"))? == "connected";
    // The first mode is what the display prefers; only digits and the cross are believed.
    let modes = value(&place.join("modes")).unwrap_or_default();
    let first = modes.lines().next().unwrap_or_default();
    let resolution: String =
        first.chars().take_while(|c| c.is_ascii_digit() || *c == 'x').collect();
    is_connected.then(|| Display {
        connector,
        is_used: value(&place.join("enabled")).is_some_and(|word| word == "enabled"),
        is_read: !resolution.is_empty(),
        resolution: (!resolution.is_empty()).then_some(resolution),
    })
}

/// A device of the bus that is not this device itself (`0-0`, `domain0`; the kernel's
/// `sysfs-bus-thunderbolt`).
fn thunderbolt_dock(place: &Path) -> Option<Dock> {
    let name = place.file_name()?.to_str()?;
    let is_device =
        name.split_once('-').is_some_and(|(_, route)| route != "0" && !name.contains(':'));
    let model = value(&place.join("device_name")).filter(|_| is_device)?;
    let maker = value(&place.join("vendor_name")).unwrap_or_default();
    let is_allowed = value(&place.join("authorized")).is_none_or(|word| word != "0");
    Some(Dock { name: clean(&format!("{maker} {model}")), is_allowed })
}

/// DisplayLink's graphics, or a hub that calls itself a dock.
fn usb_dock(place: &Path) -> Option<Dock> {
    let is_graphics = value(&place.join("idVendor"))? == DISPLAY_LINK;
    let is_hub = value(&place.join("bDeviceClass")).is_some_and(|class| class == HUB);
    let name = value(&place.join("product"));
    let is_named = name.as_ref().is_some_and(|name| name.to_lowercase().contains("dock"));
    let name = name.unwrap_or_else(|| "DisplayLink".to_owned());
    (is_graphics || (is_hub && is_named)).then(|| Dock { name: clean(&name), is_allowed: true })
}
