use ticket::{EvidenceKey, FindingReason};

use crate::{Context, VpnUse, off_thread::off_thread, outcome::Outcome, system};

/// A VPN client found on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) version: Option<String>,
}

/// What can be seen of a VPN without asking it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    pub(crate) clients: Vec<Client>,
    pub(crate) tunnel_up: bool,
}

/// Looks for a client and a tunnel.
pub(crate) async fn check(context: &Context) -> Outcome {
    let roots = context.roots.clone();
    match off_thread(move || system::vpn(&roots)).await {
        Some(Ok(seen)) => judge(seen, context.targets.vpn),
        Some(Err(reason)) => Outcome::not_available(reason),
        None => Outcome::not_available(FindingReason::CheckBroke),
    }
}

fn judge(seen: Seen, vpn: VpnUse) -> Outcome {
    let outcome = match (seen.tunnel_up, seen.clients.is_empty(), vpn) {
        (true, _, _) => Outcome::fine(),
        (false, false, VpnUse::Required) => Outcome::failed(FindingReason::TunnelDown),
        (false, false, VpnUse::Optional) => Outcome::attention().because(FindingReason::TunnelDown),
        (false, true, VpnUse::Required) => Outcome::failed(FindingReason::VpnClientMissing),
        (false, true, VpnUse::Optional) => {
            return Outcome::not_available(FindingReason::VpnClientMissing);
        }
    };
    let outcome =
        outcome.with(EvidenceKey::TunnelState, if seen.tunnel_up { "up" } else { "down" });
    seen.clients.into_iter().fold(outcome, |outcome, client| {
        outcome
            .with(EvidenceKey::VpnClient, client.name)
            .with_some(EvidenceKey::VpnClientVersion, client.version)
    })
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    #[test]
    fn a_missing_tunnel_is_a_fault_only_where_work_needs_it() {
        use FindingReason::{TunnelDown, VpnClientMissing};
        use FindingStatus::{Attention, Failed, Fine, NotAvailable};
        let client = Client { name: "WireGuard", version: None };
        let up = Seen { clients: Vec::new(), tunnel_up: true };
        let down = Seen { clients: vec![client], tunnel_up: false };
        let none = Seen::default();
        for (seen, vpn, expect) in [
            (&up, VpnUse::Optional, (Fine, None)),
            (&up, VpnUse::Required, (Fine, None)),
            (&down, VpnUse::Optional, (Attention, Some(TunnelDown))),
            (&down, VpnUse::Required, (Failed, Some(TunnelDown))),
            (&none, VpnUse::Optional, (NotAvailable, Some(VpnClientMissing))),
            (&none, VpnUse::Required, (Failed, Some(VpnClientMissing))),
        ] {
            let finding =
                judge(seen.clone(), vpn).into_finding(CheckId::Vpn, std::time::Duration::ZERO);
            assert_eq!((finding.status, finding.reason()), expect);
        }
    }
}
