use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// How a display is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    target_os = "macos",
    expect(dead_code, reason = "macOS does not tell all of them apart")
)]
pub(crate) enum Connector {
    BuiltIn,
    DisplayPort,
    Hdmi,
    Dvi,
    Vga,
    Usb,
    Virtual,
}

impl Connector {
    const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "built_in",
            Self::DisplayPort => "displayport",
            Self::Hdmi => "hdmi",
            Self::Dvi => "dvi",
            Self::Vga => "vga",
            Self::Usb => "usb",
            Self::Virtual => "virtual",
        }
    }
}

/// A display that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Display {
    pub(crate) connector: Connector,
    /// Whether the system shows something on it.
    pub(crate) is_used: bool,
    /// Whether it tells what it can show.
    pub(crate) is_read: bool,
    /// The points it shows or would like to, such as `2560x1440`, where the system says so.
    pub(crate) resolution: Option<String>,
}

/// A dock, by the maker's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dock {
    pub(crate) name: String,
    /// Whether the system lets it in: Thunderbolt asks the person first.
    pub(crate) is_allowed: bool,
}

/// Judges the displays; a closed lid darkens the built-in one, which is as it should be.
pub(crate) fn judge(displays: &[Display], docks: &[Dock]) -> Outcome {
    let mut outside = displays.iter().filter(|display| display.connector != Connector::BuiltIn);
    let outcome = if docks.iter().any(|dock| !dock.is_allowed) {
        Outcome::attention().because(FindingReason::DockNotAllowed)
    } else if displays.is_empty() {
        Outcome::not_available(FindingReason::NotPresent)
    } else if outside.clone().any(|display| !display.is_read) {
        Outcome::attention().because(FindingReason::DisplayUnread)
    } else if outside.any(|display| !display.is_used) {
        Outcome::attention().because(FindingReason::DisplayNotUsed)
    } else {
        Outcome::fine()
    };
    let told = outcome.with(EvidenceKey::DisplaysFound, &displays.len());
    let told = displays.iter().fold(told, |outcome, display| {
        outcome
            .with(EvidenceKey::Connector, display.connector.as_str())
            .with_some(EvidenceKey::Resolution, display.resolution.as_ref())
    });
    told.with_each(EvidenceKey::Dock, docks.iter().map(|dock| &dock.name))
}
