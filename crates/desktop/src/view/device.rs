//! My device at a glance.

use serde::Serialize;
use specta::Type;
use ticket::ReportedDiagnosis;

use super::guide::{CheckRow, PathStop};
use super::knowledge::ArticleLink;

/// This device and its way to the company.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DeviceView {
    /// Name IT gave the device, or its name on the network.
    pub name: String,
    /// Operating system and version.
    pub system: String,
    /// The whole in a word.
    pub health: Health,
    /// When the last check ended, RFC 3339; absent while the first one runs.
    pub checked_at: Option<String>,
    /// The way to the company.
    pub path: Vec<PathStop>,
    /// The one cause, when there is one.
    pub diagnosis: Option<ReportedDiagnosis>,
    /// The article that helps with it.
    pub article: Option<ArticleLink>,
    /// What people look at first. What a device does not have is left out.
    pub tiles: Vec<TileView>,
    /// Everything else.
    pub more: Vec<CheckRow>,
    /// Names this device over the phone.
    pub support_code: String,
}

/// How a device is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Checks still run.
    Checking,
    /// Nothing to do.
    Fine,
    /// Works, but something is worth a look.
    Attention,
    /// Something is broken.
    Failed,
}

/// One thing at a glance.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TileView {
    /// What its check found.
    pub row: CheckRow,
    /// How full something is, 0 to 100.
    pub share: Option<u8>,
    /// The article that helps; only where there is something to do.
    pub article: Option<ArticleLink>,
}
