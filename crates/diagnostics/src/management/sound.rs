use serde::Deserialize;

use super::{CIM, Class, Management};
use crate::hardware::AudioVideo;
use crate::outcome::Outcome;

/// Beginnings of an endpoint's identifier: to hear, and to speak.
const OUTPUT: &str = r"SWD\MMDEVAPI\{0.0.0.";
const INPUT: &str = r"SWD\MMDEVAPI\{0.0.1.";

#[derive(Debug, Deserialize)]
struct Device {
    #[serde(rename = "PNPClass")]
    class: Option<String>,
    #[serde(rename = "DeviceID")]
    id: Option<String>,
}

impl Class for Device {
    const NAMESPACE: &'static str = CIM;
    const QUERY: &'static str = "SELECT PNPClass, DeviceID FROM Win32_PnPEntity \
         WHERE PNPClass = 'AudioEndpoint' OR PNPClass = 'Camera'";
}

/// `Win32_PnPEntity`: endpoints of sound, and cameras.
pub(crate) fn audio_video(from: &impl Management) -> Outcome {
    let devices: Vec<Device> = from.rows().unwrap_or_default();
    let count = |is_wanted: &dyn Fn(&str, &str) -> bool| {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        devices.iter().filter(|device| is_wanted(&of(&device.class), &of(&device.id))).count()
    };
    AudioVideo {
        outputs: count(&|_, id| id.to_uppercase().starts_with(OUTPUT)),
        inputs: count(&|_, id| id.to_uppercase().starts_with(INPUT)),
        cameras: count(&|class, _| class == "Camera"),
    }
    .judge()
}

#[cfg(test)]
mod tests {
    use ticket::EvidenceKey as Key;
    use ticket::FindingStatus::{Fine, NotAvailable};

    use super::super::recorded::Recorded;
    use super::*;
    use crate::outcome::check;

    #[test]
    fn endpoints_are_counted_by_their_direction() {
        let laptop = audio_video(&Recorded("windows-11-laptop"));
        check(
            laptop,
            Fine,
            &[(Key::SoundOutputs, "2"), (Key::SoundInputs, "1"), (Key::Cameras, "1")],
        );
        let desktop = audio_video(&Recorded("windows-11-desktop"));
        check(desktop, NotAvailable, &[(Key::ReasonWord, "not_present")]);
    }
}
