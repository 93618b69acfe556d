//! Findings in, one cause out: names the first broken stop between this device and the company
//! and hides what merely follows from it. Pure; the app and the agent use the same rules.
//!
//! The order of dependence is link → address → gateway → names → internet → clock → sign-in → VPN →
//! company service. A check that is not available never accuses anybody.

mod cause;
mod path;
mod view;

pub use cause::diagnose;
pub use path::{StageState, path};

use ticket::{CheckId, Stage};

/// The stop on the path a check belongs to; none for checks that say nothing about the network.
#[must_use]
pub const fn stage_of(check: CheckId) -> Option<Stage> {
    match check {
        CheckId::Clock => Some(Stage::Device),
        CheckId::Link | CheckId::Address => Some(Stage::Link),
        CheckId::Gateway => Some(Stage::Gateway),
        CheckId::NameService => Some(Stage::NameService),
        CheckId::Internet => Some(Stage::Internet),
        CheckId::Vpn => Some(Stage::Vpn),
        CheckId::IdentityProvider | CheckId::CompanyService => Some(Stage::Company),
        CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks => None,
    }
}
