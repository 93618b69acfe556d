//! What macOS' `system_profiler -json` tells: documents in, outcomes out. Fields that name the person's
//! device, its serial numbers and its neighbors are not read.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use ticket::FindingReason;

use crate::device::{DeviceKind, Identity, filled_in};
use crate::hardware::AudioVideo;
use crate::hardware::battery::{self, Battery, State};
use crate::hardware::displays::{self, Connector, Display, Dock};
use crate::hardware::drives::{self, Drive};
use crate::outcome::Outcome;
use crate::text::clean;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataType {
    Hardware,
    Power,
    Displays,
    Thunderbolt,
    Nvme,
    Audio,
    Camera,
}

impl DataType {
    /// The word of `system_profiler -listDataTypes`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Hardware => "SPHardwareDataType",
            Self::Power => "SPPowerDataType",
            Self::Displays => "SPDisplaysDataType",
            Self::Thunderbolt => "SPThunderboltDataType",
            Self::Nvme => "SPNVMeDataType",
            Self::Audio => "SPAudioDataType",
            Self::Camera => "SPCameraDataType",
        }
    }
}

fn read<T: DeserializeOwned>(document: &str) -> Option<T> {
    // A list would be taken for the fields in their order.
    let document: Map<String, Value> = serde_json::from_str(document).ok()?;
    serde_json::from_value(Value::Object(document)).ok()
}

#[derive(Debug, Default, Deserialize)]
struct Hardware {
    #[serde(default, rename = "SPHardwareDataType")]
    overview: Vec<Overview>,
}

#[derive(Debug, Default, Deserialize)]
struct Overview {
    machine_name: Option<String>,
    machine_model: Option<String>,
    serial_number: Option<String>,
    boot_rom_version: Option<String>,
}

/// The names people know (`MacBook Pro`) and the order they come in (`MacBookPro18,3`).
pub(crate) fn identity(document: &str, host_name: Option<String>) -> Identity {
    let overview =
        read::<Hardware>(document).and_then(|hardware| hardware.overview.into_iter().next());
    let Overview { machine_name, machine_model, serial_number, boot_rom_version } =
        overview.unwrap_or_default();
    let is_laptop = machine_name.as_deref().is_some_and(|name| name.starts_with("MacBook"));
    let is_virtual = machine_model.as_deref().is_some_and(|model| model.starts_with("VirtualMac"));
    let kind = match machine_name {
        None => None,
        Some(_) if is_virtual => Some(DeviceKind::Virtual),
        Some(_) if is_laptop => Some(DeviceKind::Laptop),
        Some(_) => Some(DeviceKind::Desktop),
    };
    let model = match (machine_name, machine_model) {
        (Some(name), Some(model)) => Some(format!("{name} ({model})")),
        (name, model) => name.or(model),
    };
    Identity {
        maker: model.is_some().then(|| "Apple".to_owned()),
        model,
        serial: serial_number.and_then(filled_in),
        host_name,
        firmware: boot_rom_version,
        kind,
        missing: None,
    }
}

#[derive(Debug, Default, Deserialize)]
struct Power {
    #[serde(default, rename = "SPPowerDataType")]
    parts: Vec<PowerPart>,
}

#[derive(Debug, Default, Deserialize)]
struct PowerPart {
    #[serde(rename = "sppower_battery_charge_info")]
    charge: Option<Charge>,
    #[serde(rename = "sppower_battery_health_info")]
    health: Option<Health>,
    #[serde(rename = "sppower_battery_charger_connected")]
    charger_connected: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Charge {
    #[serde(rename = "sppower_battery_fully_charged")]
    is_full: Option<String>,
    #[serde(rename = "sppower_battery_is_charging")]
    is_charging: Option<String>,
    #[serde(rename = "sppower_battery_state_of_charge")]
    percent: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
struct Health {
    #[serde(rename = "sppower_battery_cycle_count")]
    cycles: Option<u64>,
    #[serde(rename = "sppower_battery_health")]
    word: Option<String>,
    #[serde(rename = "sppower_battery_health_maximum_capacity")]
    maximum_capacity: Option<String>,
}

/// The battery, and whether the charger is plugged in.
pub(crate) fn battery(document: &str) -> Outcome {
    let Some(Power { parts }) = read(document) else {
        return Outcome::not_available(FindingReason::UnexpectedAnswer);
    };
    let is = |word: &Option<String>| word.as_deref().map(|word| word == "TRUE");
    let on_mains = parts.iter().find_map(|part| is(&part.charger_connected));
    let batteries: Vec<_> = parts
        .iter()
        .filter_map(|part| {
            let charge = part.charge.as_ref()?;
            let state = match (is(&charge.is_full), is(&charge.is_charging), on_mains) {
                (Some(true), ..) => Some(State::Full),
                (_, Some(true), _) => Some(State::Charging),
                (_, _, Some(true)) => Some(State::Idle),
                (_, _, Some(false)) => Some(State::Discharging),
                _ => None,
            };
            let health = part.health.as_ref();
            let capacity = health.and_then(|health| health.maximum_capacity.as_deref());
            let word = health.and_then(|health| health.word.as_deref());
            Some(Battery {
                charge_percent: charge.percent,
                state,
                health_percent: capacity.and_then(|text| text.trim_end_matches('%').parse().ok()),
                cycles: health.and_then(|health| health.cycles),
                is_dead: matches!(word, Some("Poor" | "Check Battery")),
            })
        })
        .collect();
    battery::judge(&batteries, on_mains)
}

#[derive(Debug, Default, Deserialize)]
struct Screens {
    #[serde(default, rename = "SPDisplaysDataType")]
    cards: Vec<Card>,
    #[serde(default, rename = "SPThunderboltDataType")]
    buses: Vec<Bus>,
}

#[derive(Debug, Default, Deserialize)]
struct Card {
    #[serde(default, rename = "spdisplays_ndrvs")]
    screens: Vec<Screen>,
}

#[derive(Debug, Default, Deserialize)]
struct Screen {
    #[serde(rename = "_spdisplays_pixels")]
    pixels: Option<String>,
    #[serde(rename = "spdisplays_connection_type")]
    connection: Option<String>,
    #[serde(rename = "spdisplays_online")]
    online: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Bus {
    #[serde(default, rename = "_items")]
    devices: Vec<ThunderboltDevice>,
}

#[derive(Debug, Default, Deserialize)]
struct ThunderboltDevice {
    #[serde(rename = "device_name_key")]
    model: Option<String>,
    #[serde(rename = "vendor_name_key")]
    maker: Option<String>,
}

/// Displays, and what is plugged into Thunderbolt, docks above all.
pub(crate) fn displays(document: &str) -> Outcome {
    let Some(Screens { cards, buses }) = read(document) else {
        return Outcome::not_available(FindingReason::UnexpectedAnswer);
    };
    let screens = cards.into_iter().flat_map(|card| card.screens);
    let displays: Vec<_> = screens
        .map(|screen| Display {
            connector: connector(screen.connection.as_deref().unwrap_or_default()),
            is_used: screen.online.is_none_or(|word| word == "spdisplays_yes"),
            is_read: screen.pixels.is_some(),
            resolution: screen.pixels.map(|pixels| pixels.replace(' ', "")),
        })
        .collect();
    let devices = buses.into_iter().flat_map(|bus| bus.devices);
    let docks: Vec<_> = devices
        .filter_map(|device| {
            let name = format!("{} {}", device.maker.unwrap_or_default(), device.model?);
            // macOS asks before it lists one.
            Some(Dock { name: clean(&name), is_allowed: true })
        })
        .collect();
    displays::judge(&displays, &docks)
}

/// The ports of a Mac are DisplayPort unless they say otherwise.
fn connector(connection: &str) -> Connector {
    let has = |part: &str| connection.contains(part);
    if has("internal") {
        Connector::BuiltIn
    } else if has("hdmi") {
        Connector::Hdmi
    } else if has("dvi") {
        Connector::Dvi
    } else if has("vga") {
        Connector::Vga
    } else if has("airplay") || has("virtual") {
        Connector::Virtual
    } else {
        Connector::DisplayPort
    }
}

#[derive(Debug, Default, Deserialize)]
struct Nvme {
    #[serde(default, rename = "SPNVMeDataType")]
    controllers: Vec<Controller>,
}

#[derive(Debug, Default, Deserialize)]
struct Controller {
    #[serde(default, rename = "_items")]
    drives: Vec<NvmeDrive>,
}

#[derive(Debug, Default, Deserialize)]
struct NvmeDrive {
    device_model: Option<String>,
    smart_status: Option<String>,
}

/// The built-in drives and what SMART says of each.
pub(crate) fn drives(document: &str) -> Outcome {
    let Some(Nvme { controllers }) = read(document) else {
        return Outcome::not_available(FindingReason::UnexpectedAnswer);
    };
    let drives = controllers.into_iter().flat_map(|controller| controller.drives);
    let drive = |drive: NvmeDrive| {
        let status = drive.smart_status.as_deref();
        Drive {
            model: drive.device_model.map(|model| clean(&model)),
            is_failing: status.is_some_and(|status| status.eq_ignore_ascii_case("failing")),
            is_read: status.is_some_and(|status| !status.eq_ignore_ascii_case("not supported")),
            ..Drive::default()
        }
    };
    drives::judge(drives.map(drive).collect())
}

#[derive(Debug, Default, Deserialize)]
struct Media {
    #[serde(default, rename = "SPAudioDataType")]
    audio: Vec<AudioGroup>,
    #[serde(default, rename = "SPCameraDataType")]
    cameras: Vec<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
struct AudioGroup {
    #[serde(default, rename = "_items")]
    devices: Vec<AudioDevice>,
}

/// The number of channels in each direction.
#[derive(Debug, Default, Deserialize)]
struct AudioDevice {
    #[serde(rename = "coreaudio_device_output")]
    output: Option<u64>,
    #[serde(rename = "coreaudio_device_input")]
    input: Option<u64>,
}

/// What there is to hear, to speak and to be seen with.
pub(crate) fn audio_video(document: &str) -> Outcome {
    let Some(Media { audio, cameras }) = read(document) else {
        return Outcome::not_available(FindingReason::UnexpectedAnswer);
    };
    let devices: Vec<_> = audio.into_iter().flat_map(|group| group.devices).collect();
    let count = |channels: fn(&AudioDevice) -> Option<u64>| {
        devices.iter().filter(|device| channels(device).is_some_and(|count| count > 0)).count()
    };
    AudioVideo {
        outputs: count(|device| device.output),
        inputs: count(|device| device.input),
        cameras: cameras.len(),
    }
    .judge()
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Attention, Fine, NotAvailable};

    use super::*;
    use crate::outcome::check;

    macro_rules! recorded {
        ($name:literal) => {
            include_str!(concat!("../tests/recorded/macos-15/", $name, ".json"))
        };
    }

    #[test]
    fn a_mac_is_known_by_its_name_and_its_model() {
        let laptop = identity(recorded!("hardware"), Some("mac-0000".to_owned()));
        check(
            laptop.judge(),
            Fine,
            &[
                (Key::Maker, "Apple"),
                (Key::Model, "MacBook Pro (MacBookPro18,3)"),
                (Key::Serial, "EXAMPLE00000"),
                (Key::HostName, "mac-0000"),
                (Key::DeviceKind, "laptop"),
                (Key::Firmware, "11881.1.1"),
            ],
        );
    }

    #[test]
    fn the_battery_is_told_with_its_health_and_a_mac_without_one_has_none() {
        check(
            battery(recorded!("power")),
            Fine,
            &[
                (Key::ChargePercent, "78"),
                (Key::BatteryState, "discharging"),
                (Key::BatteryHealthPercent, "91"),
                (Key::BatteryCycles, "132"),
                (Key::PowerSource, "battery"),
            ],
        );
        let none = battery(recorded!("power-of-a-mini"));
        check(none, NotAvailable, &[(Key::ReasonWord, "not_present"), (Key::PowerSource, "mains")]);
    }

    #[test]
    fn displays_and_the_dock_are_told() {
        check(
            displays(recorded!("displays")),
            Fine,
            &[
                (Key::DisplaysFound, "2"),
                (Key::Connector, "built_in"),
                (Key::Resolution, "3024x1964"),
                (Key::Connector, "displayport"),
                (Key::Resolution, "3840x2160"),
                (Key::Dock, "Example Docks, Inc. TS Example"),
            ],
        );
    }

    #[test]
    fn a_drive_is_judged_by_smart() {
        check(
            drives(recorded!("nvme")),
            Fine,
            &[(Key::Drive, "APPLE SSD EXAMPLE"), (Key::DriveReport, "read")],
        );
    }

    #[test]
    fn sound_is_counted_by_channels() {
        check(
            audio_video(recorded!("media")),
            Fine,
            &[(Key::SoundOutputs, "2"), (Key::SoundInputs, "1"), (Key::Cameras, "1")],
        );
        let mute = r#"{"SPCameraDataType": [{"_name": "Camera"}]}"#;
        check(
            audio_video(mute),
            Attention,
            &[
                (Key::ReasonWord, "no_sound_output"),
                (Key::SoundOutputs, "0"),
                (Key::SoundInputs, "0"),
                (Key::Cameras, "1"),
            ],
        );
    }

    #[test]
    fn what_is_no_document_is_no_answer() {
        for text in ["", "{", "[]", "\u{1b}[2J", r#"{"SPPowerDataType": 7}"#] {
            let unexpected = [(Key::ReasonWord, "unexpected_answer")];
            check(battery(text), NotAvailable, &unexpected);
        }
    }
}
