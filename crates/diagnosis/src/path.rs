use serde::{Deserialize, Serialize};
use ticket::{Cause, CheckId, Finding, FindingStatus, Stage};

use crate::{diagnose, stage_of, view::View};

/// One stop on the drawn path from this device to the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Stop {
    /// This device: its clock.
    Device,
    /// Cable or Wi-Fi, and an address.
    Link,
    /// The router.
    Gateway,
    /// DNS.
    NameService,
    /// The open internet, including captive portals, and the proxy to it.
    Internet,
    /// The VPN: its gateway and its tunnel.
    Vpn,
    /// The company's sign-in and services.
    Company,
}

impl Stop {
    /// The path in order.
    pub const ALL: [Self; 7] = [
        Self::Device,
        Self::Link,
        Self::Gateway,
        Self::NameService,
        Self::Internet,
        Self::Vpn,
        Self::Company,
    ];
}

/// The stop where a check is drawn; none for checks that say nothing about the network.
#[must_use]
pub const fn stop_of(check: CheckId) -> Option<Stop> {
    match stage_of(check) {
        Some(Stage::Link | Stage::Address) => Some(Stop::Link),
        Some(Stage::Gateway) => Some(Stop::Gateway),
        Some(Stage::NameService) => Some(Stop::NameService),
        Some(Stage::Internet | Stage::Proxy) => Some(Stop::Internet),
        Some(Stage::VpnGateway | Stage::Tunnel) => Some(Stop::Vpn),
        Some(Stage::Tls) if matches!(check, CheckId::Clock) => Some(Stop::Device),
        Some(Stage::Tls | Stage::IdentityProvider | Stage::CompanyService) => Some(Stop::Company),
        None => None,
    }
}

/// How one stop of the drawn path looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum StopState {
    /// As it should be.
    Fine,
    /// Works, but worth a look.
    Attention,
    /// The cause is here. At most one stop has it.
    Failed,
    /// Could not be told, or was not checked.
    NotAvailable,
    /// Behind the broken stop, and not known to answer: a sign-in page of the network answers for others.
    NotReached,
}

/// Every stop from this device to the company, in order, with its state. Exactly one stop is
/// [`StopState::Failed`] where [`diagnose`] names a cause, and none where it does not.
#[must_use]
pub fn path(findings: &[Finding]) -> Vec<(Stop, StopState)> {
    let view = View::new(findings);
    let broken = diagnose(findings).and_then(|diagnosis| {
        let answers_for_others = diagnosis.cause == Cause::CaptivePortal;
        let check = *diagnosis.because.first()?;
        Some((stop_of(check)?, check, answers_for_others, diagnosis.explains))
    });
    Stop::ALL
        .into_iter()
        .map(|stop| {
            let own = own_state(view, stop);
            let state = match &broken {
                Some((failed, ..)) if *failed == stop => StopState::Failed,
                Some((_, check, answers_for_others, _))
                    if is_behind(stop, *check)
                        && (*answers_for_others || own != StopState::Fine) =>
                {
                    StopState::NotReached
                }
                // A dead tunnel that leads everything lies behind them on the drawing alone.
                Some((.., explains)) if is_explained(view, stop, explains) => StopState::NotReached,
                Some(_) | None => own,
            };
            (stop, state)
        })
        .collect()
}

/// Whether everything of this stop depends on the broken check. Nothing lies before this device.
fn is_behind(stop: Stop, broken: CheckId) -> bool {
    stop != Stop::Device
        && CheckId::NETWORK
            .into_iter()
            .take_while(|check| *check != broken)
            .all(|check| stop_of(check) != Some(stop))
}

/// Whether nothing of this stop answers, and what failed did so only because of the cause.
fn is_explained(view: View<'_>, stop: Stop, explains: &[CheckId]) -> bool {
    let of_stop = CheckId::NETWORK.into_iter().filter(|check| stop_of(*check) == Some(stop));
    let mut seen = of_stop.filter(|check| view.failed(*check) || view.answered(*check)).peekable();
    stop != Stop::Device && seen.peek().is_some() && seen.all(|check| explains.contains(&check))
}

/// The state as the stop's own checks tell it. A failure that is not the cause counts as worth a
/// look.
fn own_state(view: View<'_>, stop: Stop) -> StopState {
    let states: Vec<_> = CheckId::NETWORK
        .into_iter()
        .filter(|check| stop_of(*check) == Some(stop))
        .filter_map(|check| view.status(check))
        .collect();
    let any = |status| states.contains(&status);
    if any(FindingStatus::Failed) || any(FindingStatus::Attention) {
        StopState::Attention
    } else if any(FindingStatus::Fine) {
        StopState::Fine
    } else {
        StopState::NotAvailable
    }
}
