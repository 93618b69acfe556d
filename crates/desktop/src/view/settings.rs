//! Settings.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The settings screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SettingsView {
    /// Every key.
    pub keys: Vec<SettingView>,
    /// Version of the program.
    pub version: String,
    /// How many articles are on this device.
    pub articles: u32,
    /// When the newest of them was reviewed, `YYYY-MM-DD`; absent: there are none.
    pub content_date: Option<String>,
    /// Whether they are also found by meaning.
    pub meaning: MeaningState,
    /// Problems found in content.
    pub content_problems: Vec<String>,
}

/// Whether articles are found by what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MeaningState {
    /// They are.
    Ready,
    /// The articles are being read.
    Preparing,
    /// The model is not installed or cannot be used: they are found by words alone.
    Absent,
}

/// A setting.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SettingView {
    /// Its key.
    pub key: SettingKey,
    /// Its value.
    pub value: String,
    /// Possible values; empty: free text.
    pub options: Vec<String>,
    /// Where the value comes from.
    pub origin: SettingOrigin,
    /// Whether the employee may change it.
    pub locked: bool,
    /// Values that were given and do not count.
    pub ignored: Vec<IgnoredView>,
}

/// A value that was given and does not count.
#[derive(Debug, Clone, Serialize, Type)]
pub struct IgnoredView {
    /// The file it stands in; absent: it was just typed.
    pub file: Option<String>,
    /// The line, from 1, as far as it can be told.
    pub line: Option<u32>,
    /// Why.
    pub misfit: SettingMisfit,
}

/// What a value must be and is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SettingMisfit {
    /// Not empty.
    Empty,
    /// One line.
    Control,
    /// Text.
    NotText,
    /// An address of the web.
    NotAnAddress,
    /// Without a name or password.
    Credentials,
    /// Without query and fragment.
    Query,
    /// Encrypted.
    Insecure,
    /// Shorter.
    TooLong {
        /// The most characters.
        max: u32,
    },
    /// A number in a range.
    NotInRange {
        /// The smallest.
        min: u16,
        /// The largest.
        max: u16,
    },
    /// One of some words.
    NotAChoice {
        /// The words.
        words: Vec<String>,
    },
    /// Set by IT.
    OnlyIt,
    /// Switched on by the person alone.
    Consent,
    /// Set by IT, because IT manages this device.
    Managed,
    /// Free: another program has these keys, or this desktop gives none away.
    KeysTaken,
}

/// Keys of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettingKey {
    /// Address of the agent.
    AgentUrl,
    /// Address of the identity provider.
    Issuer,
    /// Our name there.
    ClientId,
    /// What access tokens must be for.
    Audience,
    /// Fixed port of the loopback redirect; empty: any.
    LoopbackPort,
    /// Language of the app.
    Language,
    /// Light or dark.
    Appearance,
    /// Hue of the accent.
    BrandHue,
    /// Asset name of this device.
    AssetName,
    /// Start when the person signs in to the computer.
    Autostart,
    /// Tell about answers with a notification.
    Notifications,
    /// Share questions that nothing answered with IT.
    ShareQuestions,
    /// Keys that open the window from anywhere.
    Shortcut,
    /// Address that answers 204 on the open internet; empty: not asked.
    InternetProbeUrl,
    /// The same with a number in place of the name; empty: not asked.
    InternetProbeNumberUrl,
    /// An address of the company's own network that answers; empty: the agent stands for it.
    ServiceUrl,
    /// The HTTP proxy programs here use; empty: none.
    ProxyUrl,
    /// The script that chooses the proxy; empty: none.
    ProxyScriptUrl,
    /// Ends of the VPN on the company's side.
    VpnGateways,
    /// Networks the VPN leads to.
    VpnNetworks,
    /// Whether work needs the VPN here.
    VpnNeed,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettingOrigin {
    /// IT set it.
    Managed,
    /// The employee set it.
    User,
    /// Nobody set it.
    Default,
}
