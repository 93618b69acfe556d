use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// What may be told about an address. Ordered from the most to the least useful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Private,
    Shared,
    Public,
    Ipv6Global,
    Ipv6Local,
    LinkLocal,
}

impl Class {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Shared => "shared",
            Self::Public => "public",
            Self::Ipv6Global => "ipv6_global",
            Self::Ipv6Local => "ipv6_local",
            Self::LinkLocal => "link_local",
        }
    }
}

/// Judges the addresses of the links in use. One that leads nowhere (RFC 3927, fe80::/10) is what a
/// device gives itself when nobody gave it an address.
pub(crate) fn judge(addresses: impl IntoIterator<Item = IpAddr>) -> Outcome {
    let mut classes: Vec<_> = addresses.into_iter().filter_map(class_of).collect();
    classes.sort_unstable();
    classes.dedup();
    let outcome = if classes.iter().any(|class| *class != Class::LinkLocal) {
        Outcome::fine()
    } else {
        Outcome::failed(FindingReason::NoAddress)
    };
    outcome.with_each(EvidenceKey::AddressClass, classes.into_iter().map(Class::as_str))
}

fn class_of(address: IpAddr) -> Option<Class> {
    match address {
        IpAddr::V4(address) => class_of_v4(address),
        IpAddr::V6(address) => class_of_v6(address),
    }
}

fn class_of_v4(address: Ipv4Addr) -> Option<Class> {
    let [first, second, ..] = address.octets();
    if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
        None
    } else if address.is_link_local() {
        Some(Class::LinkLocal)
    } else if address.is_private() {
        Some(Class::Private)
    } else if first == 100 && (64..128).contains(&second) {
        // RFC 6598: behind the provider's own translation.
        Some(Class::Shared)
    } else {
        Some(Class::Public)
    }
}

fn class_of_v6(address: Ipv6Addr) -> Option<Class> {
    if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
        None
    } else if address.is_unicast_link_local() {
        Some(Class::LinkLocal)
    } else if address.is_unique_local() {
        Some(Class::Ipv6Local)
    } else {
        Some(Class::Ipv6Global)
    }
}

/// The address from which the system would send a packet to another. Nothing is sent.
pub(crate) fn source_to(target: IpAddr) -> Option<IpAddr> {
    const DISCARD: u16 = 9;
    let any = if target.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(SocketAddr::new(target, DISCARD)).ok()?;
    socket.local_addr().ok().map(|source| source.ip())
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    fn check(addresses: &[&str], status: FindingStatus, classes: &[&str]) {
        let outcome = judge(addresses.iter().map(|text| text.parse().unwrap()));
        let finding = outcome.into_finding(CheckId::Address, std::time::Duration::ZERO);
        let seen: Vec<_> = finding
            .evidence
            .iter()
            .filter(|evidence| evidence.key == EvidenceKey::AddressClass)
            .map(|evidence| evidence.value.as_str())
            .collect();
        assert_eq!((finding.status, seen.as_slice()), (status, classes), "{addresses:?}");
    }

    #[test]
    fn tells_the_class_and_never_the_address() {
        let fine = FindingStatus::Fine;
        check(&["192.168.178.20", "fe80::1"], fine, &["private", "link_local"]);
        check(&["10.1.2.3", "10.1.2.4", "172.16.0.9"], fine, &["private"]);
        check(&["100.72.0.1"], fine, &["shared"]);
        check(&["203.0.113.7"], fine, &["public"]);
        check(&["2001:db8::7", "fd00::7"], fine, &["ipv6_global", "ipv6_local"]);
    }

    #[test]
    fn an_address_that_leads_nowhere_is_none() {
        let failed = FindingStatus::Failed;
        check(&[], failed, &[]);
        check(&["169.254.10.20"], failed, &["link_local"]);
        check(&["fe80::1"], failed, &["link_local"]);
        check(&["127.0.0.1", "::1"], failed, &[]);
    }
}
