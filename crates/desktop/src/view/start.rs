//! What the window needs before its first screen, and where it can go.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::session::SessionView;

/// Everything the window needs before its first screen.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Startup {
    /// Language of the texts: `en` or `de`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub appearance: Appearance,
    /// The company.
    pub organization: OrganizationView,
    /// Who is signed in.
    pub session: SessionView,
    /// How many requests wait for the employee.
    pub waiting: u32,
    /// Version of the program.
    pub version: String,
}

/// The company, as shown.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OrganizationView {
    /// Its name.
    pub name: String,
    /// The help desk.
    pub help_desk: ContactView,
    /// The security team.
    pub security: ContactView,
    /// Who answers what is not for IT.
    pub others: Vec<DepartmentView>,
    /// Hue of the accent, degrees; absent: ours.
    pub brand_hue: Option<u16>,
}

/// Somebody to call.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ContactView {
    /// The number, as written.
    pub phone: String,
    /// When somebody answers.
    pub hours: String,
}

/// A part of the company that answers what is not for IT.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DepartmentView {
    /// Its name.
    pub name: String,
    /// What it is asked.
    pub about: String,
    /// The number, as written.
    pub phone: String,
    /// When somebody answers.
    pub hours: String,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A screen that something outside of the page asks to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Screen {
    /// The field, focused.
    Ask,
    /// The list.
    Requests,
    /// One request.
    Request {
        /// Id of the submission.
        id: String,
    },
    /// Settings.
    Settings,
    /// The security report.
    Security,
}

/// What may be opened outside of the app. Closed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutsideTarget {
    /// The provider's own page to reset a password.
    PasswordPage,
    /// The sign-in page of this Wi-Fi.
    NetworkSignIn,
}
