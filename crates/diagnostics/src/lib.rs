//! Read-only checks of this device, side by side, each with its deadline.
//!
//! The crate only looks: it writes nothing, asks for no more rights than the app has and starts no
//! process but macOS' `system_profiler` and `last`. What may leave a check is the allow list of
//! [`ticket::EvidenceKey`]: never an address, a Wi-Fi name or a path in somebody's home. Readers take
//! a root folder or recorded answers, which test them; what a system does not tell is an answer too.
//!
//! Limits: a device is due for a restart after 14 days; memory is short below a tenth; a disk is
//! short below a tenth or 5 GB and full below 1 GB; a clock is off from 60 seconds and wrong from
//! 300; a battery is worn below 60 percent of what it held when new; a part is too hot within two
//! degrees of its limit; a processor is busy from twice as many programs as cores.

mod address;
mod catalog;
mod certificate;
mod checks;
mod clock;
mod connect;
mod context;
#[cfg(unix)]
mod cups;
mod device;
mod dns;
mod hardware;
mod internet;
#[cfg(any(target_os = "macos", test))]
#[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "for its tests"))]
mod last;
mod load;
#[cfg(any(target_os = "windows", test))]
#[cfg_attr(not(target_os = "windows"), allow(dead_code, unused_imports, reason = "for its tests"))]
mod management;
mod names;
mod off_thread;
mod outcome;
mod probe;
#[cfg(any(target_os = "macos", test))]
#[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "for its tests"))]
mod profiler;
mod proxy;
mod quality;
mod report;
mod router;
mod run;
mod service;
mod targets;
mod text;
mod tls;
mod trust;
mod visits;
mod vpn;
mod vpn_gateway;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;

#[cfg(target_os = "windows")]
mod windows;
#[cfg(target_os = "windows")]
use windows as system;

#[cfg(not(target_os = "linux"))]
mod portable;

pub use catalog::{Catalog, CatalogError};
pub use context::{Context, Deadlines, Error, Roots};
pub use report::device_report;
pub use run::{Progress, collect, run};
pub use targets::{Network, Proxy, Targets, Vpn, VpnGateway, VpnProtocol, VpnUse};
pub use trust::Trust;
pub use url::Url;
