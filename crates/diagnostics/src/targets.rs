use std::net::IpAddr;

use settings::Settings;
use url::Url;

/// What the company runs, as far as checks ask it.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// Issuer of the company's sign-in.
    pub identity_provider: Option<Url>,
    /// Base address of the agent.
    pub agent: Option<Url>,
    /// An address of the company's own network that answers, perhaps only through the VPN; absent: the
    /// agent stands for it.
    pub service: Option<Url>,
    /// An address outside that answers 204 and nothing else. Plain HTTP on purpose: a captive
    /// portal can only answer that.
    pub internet_probe: Option<Url>,
    /// The same, with a number in place of the name: tells a dead name service from a dead network.
    pub internet_probe_by_number: Option<Url>,
    /// How programs here find the way out.
    pub proxy: Proxy,
    /// The VPN, if the company has one.
    pub vpn: Vpn,
}

impl Targets {
    /// What IT configured. A gateway or network that cannot be read is left out and logged.
    #[must_use]
    pub fn configured(settings: &Settings) -> Self {
        let proxy = settings.proxy_url().map(Proxy::Fixed);
        let script = settings.proxy_script_url().map(Proxy::Script);
        let need = if settings.is_vpn_required() { VpnUse::Required } else { VpnUse::Optional };
        Self {
            identity_provider: settings.issuer().and_then(|issuer| issuer.parse().ok()),
            agent: settings.agent_url(),
            service: settings.service_url(),
            internet_probe: settings.internet_probe_url(),
            internet_probe_by_number: settings.internet_probe_number_url(),
            proxy: proxy.or(script).unwrap_or_default(),
            vpn: Vpn {
                need,
                gateways: read_each(settings.vpn_gateways(), VpnGateway::parse),
                networks: read_each(settings.vpn_networks(), Network::parse),
            },
        }
    }
}

fn read_each<'a, T>(
    texts: impl Iterator<Item = &'a str>,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    texts
        .filter_map(|text| {
            let value = read(text);
            if value.is_none() {
                tracing::warn!(text, "a setting of the VPN cannot be read");
            }
            value
        })
        .collect()
}

/// How programs find the way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Proxy {
    /// They connect themselves.
    #[default]
    Direct,
    /// Through this HTTP proxy (RFC 9110 §9.3.6).
    Fixed(Url),
    /// As a proxy auto-configuration script at this address says.
    Script(Url),
}

/// What is known of the company's VPN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vpn {
    /// Whether work needs it.
    pub need: VpnUse,
    /// Where it ends; any of them will do.
    pub gateways: Vec<VpnGateway>,
    /// The networks it leads to.
    pub networks: Vec<Network>,
}

/// Whether work needs the VPN here: decides whether a missing tunnel is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VpnUse {
    /// It may be off, in the office for example. A missing tunnel is worth a look.
    #[default]
    Optional,
    /// It has to be up. A missing tunnel or client is a fault.
    Required,
}

/// One end of the VPN on the company's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpnGateway {
    /// What it speaks.
    pub protocol: VpnProtocol,
    /// Name or number.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// What a VPN gateway speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VpnProtocol {
    /// WireGuard: says nothing to strangers, so that silence is no fault.
    WireGuard,
    /// OpenVPN over UDP.
    OpenVpn,
    /// OpenVPN over TCP.
    OpenVpnTcp,
    /// IKEv2 (RFC 7296).
    Ikev2,
    /// TLS, as most commercial clients use it.
    Tls,
}

impl VpnProtocol {
    const SCHEMES: [(&'static str, Self, u16); 5] = [
        ("wireguard", Self::WireGuard, 51_820),
        ("openvpn", Self::OpenVpn, 1194),
        ("openvpn+tcp", Self::OpenVpnTcp, 1194),
        ("ikev2", Self::Ikev2, 500),
        ("tls", Self::Tls, 443),
    ];

    /// The word in evidence.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::WireGuard => "wireguard",
            Self::OpenVpn | Self::OpenVpnTcp => "openvpn",
            Self::Ikev2 => "ikev2",
            Self::Tls => "tls",
        }
    }
}

impl VpnGateway {
    /// Reads `wireguard://vpn.example`, `openvpn://vpn.example:1194`, `openvpn+tcp://…`, `ikev2://…`
    /// or `tls://…`; without a port, the protocol's own.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, _) = text.split_once("://")?;
        let (_, protocol, port) =
            VpnProtocol::SCHEMES.into_iter().find(|(name, ..)| *name == scheme)?;
        let url: Url = text.parse().ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Some(Self { protocol, host, port: url.port().unwrap_or(port) })
    }
}

/// A network, as `10.0.0.0/8` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// Reads the usual notation (RFC 4632 §3.1, RFC 4291 §2.3).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
        let most = if address.is_ipv4() { 32 } else { 128 };
        (length <= most).then_some(Self { address, length })
    }

    /// Whether an address is in it.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                let differing = u32::from(mine) ^ u32::from(other);
                differing.leading_zeros() >= u32::from(self.length)
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                let differing = u128::from(mine) ^ u128::from(other);
                differing.leading_zeros() >= u32::from(self.length)
            }
            _ => false,
        }
    }

    /// The first address in it that a host can have.
    pub(crate) fn first_host(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) if self.length < 31 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0);
                IpAddr::V4(((u32::from(address) & mask) + 1).into())
            }
            IpAddr::V6(address) if self.length < 127 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0);
                IpAddr::V6(((u128::from(address) & mask) + 1).into())
            }
            address => address,
        }
    }

    /// Everything: a tunnel that takes all traffic.
    pub(crate) const fn is_everything(&self) -> bool {
        self.length == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_written_as_an_address() {
        let check = |text: &str, expect: Option<(VpnProtocol, &str, u16)>| {
            let read = VpnGateway::parse(text);
            let read = read
                .as_ref()
                .map(|gateway| (gateway.protocol, gateway.host.as_str(), gateway.port));
            assert_eq!(read, expect, "{text}");
        };
        check("wireguard://vpn.example", Some((VpnProtocol::WireGuard, "vpn.example", 51_820)));
        check("openvpn+tcp://vpn.example:443", Some((VpnProtocol::OpenVpnTcp, "vpn.example", 443)));
        check("ikev2://[2001:db8::1]", Some((VpnProtocol::Ikev2, "2001:db8::1", 500)));
        check("pptp://vpn.example", None);
        check("vpn.example", None);
        check("tls://", None);
    }

    #[test]
    fn a_network_holds_its_addresses() {
        let check = |network: &str, address: &str, expect: bool| {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.holds(address.parse().unwrap()), expect, "{network:?} {address}");
        };
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("0.0.0.0/0", "203.0.113.1", true);
        check("fd00::/8", "fd12::1", true);
        check("fd00::/8", "10.0.0.1", false);
        assert_eq!(Network::parse("10.0.0.0/33"), None);
        assert_eq!(Network::parse("10.0.0.0"), None);
    }

    #[test]
    fn the_first_host_of_a_network() {
        let check = |network: &str, expect: &str| {
            assert_eq!(Network::parse(network).unwrap().first_host().to_string(), expect);
        };
        check("10.99.0.0/24", "10.99.0.1");
        check("10.99.0.77/24", "10.99.0.1");
        check("10.99.0.77/32", "10.99.0.77");
        check("fd99::/64", "fd99::1");
        check("0.0.0.0/0", "0.0.0.1");
    }
}
