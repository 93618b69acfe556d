use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::outcome::Outcome;
use crate::run::{Run, TunnelUse};
use crate::{VpnGateway, VpnProtocol, connect, off_thread::off_thread, probe, system};

/// How long a gateway that answers strangers may take.
const ANSWER: Duration = Duration::from_millis(1500);
/// How long its name may take where its address can be told otherwise.
const NAME: Duration = Duration::from_millis(1000);
/// Between two of the same question.
const AGAIN: Duration = Duration::from_millis(400);
/// Begins an OpenVPN session (`P_CONTROL_HARD_RESET_CLIENT_V2`, the OpenVPN wire protocol): operation
/// 7 of key 0, a session id, no acknowledgement, packet 0.
const OPENVPN: [u8; 14] = [0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0];
/// An IKE header of a version that does not exist: answered with the one that does (RFC 7296 §2.5).
const IKE: [u8; 28] = {
    let mut header = [0; 28];
    header[0] = 1;
    header[17] = 0x30;
    header[18] = 34;
    header[19] = 0x08;
    header[27] = 28;
    header
};

/// What is known of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// It speaks, or brings something back through the tunnel.
    Answers,
    /// The host is there; the port says nothing, which some protocols never do to strangers.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "seen along the way alone"))]
    HostAnswers,
    /// Something on the way blocks the port.
    Blocked,
    /// The host refuses the port.
    Refused,
    /// There is no way to the host.
    NoWay,
    /// Nothing came back from the host; from so many routers on the way to it something did.
    Silent { routers: u8 },
    /// Its name is not resolved.
    Unresolved,
}

/// Whether an end of the VPN on the company's side is there.
pub(crate) async fn check(run: &Run) -> Outcome {
    let gateways = &run.context.targets.vpn.gateways;
    if gateways.is_empty() {
        return Outcome::not_available(FindingReason::NotConfigured);
    }
    let asked = gateways.iter().map(|gateway| reach(run, gateway));
    let reached = futures_util::future::join_all(asked).await;
    let protocols = gateways.iter().map(|gateway| gateway.protocol.as_str());
    judge(gateways, &reached).with_each(EvidenceKey::VpnProtocol, protocols)
}

fn judge(gateways: &[VpnGateway], reached: &[Reached]) -> Outcome {
    let is_fine = |(gateway, reached): (&VpnGateway, &Reached)| match reached {
        Reached::Answers => true,
        Reached::HostAnswers => gateway.protocol == VpnProtocol::WireGuard,
        Reached::Blocked
        | Reached::Refused
        | Reached::NoWay
        | Reached::Silent { .. }
        | Reached::Unresolved => false,
    };
    if gateways.iter().zip(reached).any(is_fine) {
        return Outcome::fine();
    }
    match reached.first() {
        Some(Reached::Blocked) => Outcome::failed(FindingReason::PortBlocked),
        Some(Reached::Refused) => Outcome::failed(FindingReason::ServerRefused),
        Some(Reached::NoWay) => Outcome::failed(FindingReason::Unreachable),
        Some(Reached::Unresolved) => Outcome::failed(FindingReason::Unresolved),
        // A protocol that answers strangers does not: its service is down.
        Some(Reached::HostAnswers) => Outcome::failed(FindingReason::Timeout),
        Some(Reached::Silent { routers }) => {
            let passed = (*routers > 0).then_some(*routers);
            Outcome::not_available(FindingReason::Unconfirmed)
                .with_some(EvidenceKey::RoutersPassed, passed)
        }
        Some(Reached::Answers) | None => Outcome::not_available(FindingReason::Unconfirmed),
    }
}

async fn reach(run: &Run, gateway: &VpnGateway) -> Reached {
    let addresses = addresses(run, gateway).await;
    // The way can be looked along for IPv4 alone.
    let v4 = addresses.iter().find(|address| address.is_ipv4());
    let Some(address) = v4.or(addresses.first()) else { return Reached::Unresolved };
    match gateway.protocol {
        VpnProtocol::Tls | VpnProtocol::OpenVpnTcp => over_tcp(run, &addresses, gateway.port).await,
        VpnProtocol::WireGuard | VpnProtocol::OpenVpn | VpnProtocol::Ikev2 => {
            over_udp(run, *address, gateway).await
        }
    }
}

/// By its name; where a dead tunnel leads the name servers too, by the one route that spares it.
async fn addresses(run: &Run, gateway: &VpnGateway) -> Vec<IpAddr> {
    let roots = run.context.roots.clone();
    let spared = off_thread(move || system::spared(&roots)).await.flatten();
    let patience = if spared.is_some() { NAME } else { run.context.deadlines.network };
    match timeout(patience, run.names.resolve(&gateway.host)).await {
        Ok(resolved) if !resolved.addresses.is_empty() => resolved.addresses,
        Ok(_) | Err(_) => spared.into_iter().collect(),
    }
}

async fn over_tcp(run: &Run, addresses: &[IpAddr], port: u16) -> Reached {
    match timeout(run.patience(), connect::connect(addresses, port, None)).await {
        Ok(Ok(_)) => Reached::Answers,
        Ok(Err(error)) => match probe::reason_of(&error) {
            FindingReason::ServerRefused => Reached::Refused,
            _ => Reached::NoWay,
        },
        Err(_) => Reached::Silent { routers: 0 },
    }
}

/// Asks the service and the host; looks along the way only where the tunnel brings nothing back.
async fn over_udp(run: &Run, address: IpAddr, gateway: &VpnGateway) -> Reached {
    let target = SocketAddr::new(address, gateway.port);
    let settled = async {
        match run.tunnel_use().await {
            TunnelUse::Works => Reached::Answers,
            TunnelUse::NotNeeded => Reached::Silent { routers: 0 },
            TunnelUse::Broken => std::future::pending().await,
        }
    };
    let spoken = timeout(ANSWER, speaks(target, gateway.protocol));
    tokio::select! {
        reached = settled => return reached,
        spoken = spoken => match spoken {
            Ok(Ok(())) => return Reached::Answers,
            // Why there is no way may be a firewall that says so.
            Ok(Err(Reached::NoWay)) => return match system::look_along(target).await {
                Reached::Blocked => Reached::Blocked,
                _ => Reached::NoWay,
            },
            Ok(Err(reached)) => return reached,
            Err(_) => {}
        },
    }
    let patience = run.patience().saturating_sub(ANSWER) / 2;
    match timeout(patience, run.tunnel_use()).await {
        Ok(TunnelUse::Works) => return Reached::Answers,
        Ok(TunnelUse::NotNeeded) => return Reached::Silent { routers: 0 },
        Ok(TunnelUse::Broken) | Err(_) => {}
    }
    system::look_along(target).await
}

/// Ends when the service answers, or with what came in its place.
async fn speaks(target: SocketAddr, protocol: VpnProtocol) -> Result<(), Reached> {
    let message: &[u8] = match protocol {
        VpnProtocol::OpenVpn => &OPENVPN,
        VpnProtocol::Ikev2 => &IKE,
        // It says nothing to strangers; an empty packet still finds out who refuses it.
        VpnProtocol::WireGuard | VpnProtocol::OpenVpnTcp | VpnProtocol::Tls => &[0],
    };
    let any = if target.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let Ok(socket) = UdpSocket::bind(any).await else { return std::future::pending().await };
    if socket.connect(target).await.is_err() {
        return Err(Reached::NoWay);
    }
    let mut buffer = [0; 1500];
    loop {
        if let Err(error) = socket.send(message).await {
            return Err(refusal(&error));
        }
        match timeout(AGAIN, socket.recv(&mut buffer)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => return Err(refusal(&error)),
            Err(_) => {}
        }
    }
}

fn refusal(error: &std::io::Error) -> Reached {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => Reached::Refused,
        // The firewall of this device.
        std::io::ErrorKind::PermissionDenied => Reached::Blocked,
        _ => Reached::NoWay,
    }
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    fn check(gateway: &str, reached: Reached, expect: (FindingStatus, Option<FindingReason>)) {
        let gateway = VpnGateway::parse(gateway).unwrap();
        let finding =
            judge(&[gateway], &[reached]).into_finding(CheckId::VpnGateway, Duration::ZERO);
        assert_eq!((finding.status, finding.reason()), expect, "{reached:?}");
    }

    #[test]
    fn silence_of_one_protocol_is_no_fault_and_of_another_it_is() {
        use FindingReason::{PortBlocked, ServerRefused, Timeout, Unconfirmed};
        use FindingStatus::{Failed, Fine, NotAvailable};
        let (wireguard, openvpn) = ("wireguard://vpn.example", "openvpn://vpn.example");
        check(wireguard, Reached::HostAnswers, (Fine, None));
        check(openvpn, Reached::HostAnswers, (Failed, Some(Timeout)));
        check(openvpn, Reached::Answers, (Fine, None));
        check(wireguard, Reached::Blocked, (Failed, Some(PortBlocked)));
        check(wireguard, Reached::Refused, (Failed, Some(ServerRefused)));
        check(wireguard, Reached::Silent { routers: 2 }, (NotAvailable, Some(Unconfirmed)));
    }

    #[tokio::test]
    async fn a_gateway_that_speaks_is_heard_and_a_closed_port_is_refused() {
        let service = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let open = service.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            let (length, from) = service.recv_from(&mut buffer).await.unwrap();
            assert_eq!(buffer.get(..length), Some(&OPENVPN[..]));
            service.send_to(&[0x40], from).await.unwrap();
        });
        assert_eq!(speaks(open, VpnProtocol::OpenVpn).await, Ok(()));
        let closed = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(speaks(closed, VpnProtocol::WireGuard).await, Err(Reached::Refused));
    }
}
