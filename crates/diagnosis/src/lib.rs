//! Findings in, one cause out: names the first broken stage between this device and the company
//! and hides what merely follows from it. Pure; the app and the agent use the same rules.
//!
//! The order of dependence is link → address → router → names → internet → proxy → encryption →
//! sign-in → VPN gateway → tunnel → company service. A check that is not available never accuses
//! anybody.

mod advice;
mod cause;
mod path;
mod picture;
mod shared;
mod view;

pub use advice::{Advice, advice};
pub use cause::diagnose;
pub use path::{Stop, StopState, path, stop_of};
pub use picture::{facts_as_text, path_as_svg, path_as_text};
pub use shared::is_shared;

use ticket::{CheckId, Stage};

/// The stage a check belongs to; none for checks that say nothing about the network.
#[must_use]
pub const fn stage_of(check: CheckId) -> Option<Stage> {
    match check {
        CheckId::Link => Some(Stage::Link),
        CheckId::Address => Some(Stage::Address),
        CheckId::Gateway => Some(Stage::Gateway),
        CheckId::NameService => Some(Stage::NameService),
        CheckId::Internet => Some(Stage::Internet),
        CheckId::Proxy => Some(Stage::Proxy),
        CheckId::Clock | CheckId::Tls => Some(Stage::Tls),
        CheckId::IdentityProvider => Some(Stage::IdentityProvider),
        CheckId::VpnGateway => Some(Stage::VpnGateway),
        CheckId::Vpn | CheckId::InnerNames => Some(Stage::Tunnel),
        CheckId::CompanyService => Some(Stage::CompanyService),
        CheckId::Account => Some(Stage::IdentityProvider),
        CheckId::VpnAccess | CheckId::DeviceCompliance => Some(Stage::Tunnel),
        CheckId::KnownIncident
        | CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks
        | CheckId::DiskHealth
        | CheckId::Restart
        | CheckId::LastShutdown
        | CheckId::Battery
        | CheckId::Temperature
        | CheckId::Displays
        | CheckId::Printers
        | CheckId::AudioVideo
        | CheckId::Load => None,
    }
}
