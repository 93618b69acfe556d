use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::desk::Desk;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request comes from, as far as a budget is kept per sender: an IPv4 address, or the /64
/// of an IPv6 address, because one sender has all of that. Never kept, never logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Peer(IpAddr);

/// What is between us and the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Front {
    /// Nothing; what a request says about its way is the sender's invention.
    Open,
    /// A proxy, which adds the address it was called from behind what the sender has invented.
    Proxy,
}

impl Peer {
    fn new(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                Self(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
            address => Self(address),
        }
    }

    fn of(front: Front, socket: IpAddr, headers: &HeaderMap) -> Self {
        let forwarded = match front {
            Front::Open => None,
            Front::Proxy => last_forwarded(headers),
        };
        Self::new(forwarded.unwrap_or(socket))
    }
}

impl FromRequestParts<Arc<Desk>> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Infallible> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let socket = socket.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip());
        Ok(Self::of(desk.front, socket, &parts.headers))
    }
}

/// The address the proxy added; some add the port.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().ok().map(|address| address.ip());
    last.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn check(front: Front, lines: &[&'static str], expect: &str) {
        let name = HeaderName::from_static(FORWARDED_FOR);
        let lines = lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line)));
        let peer = Peer::of(front, PROXY.parse().unwrap(), &lines.collect());
        assert_eq!(peer, Peer(expect.parse().unwrap()));
    }

    #[test]
    fn the_sender_is_who_calls_or_whom_the_proxy_saw() {
        check(Front::Open, &["192.0.2.1"], PROXY);
        check(Front::Proxy, &["192.0.2.1"], "192.0.2.1");
        check(Front::Proxy, &["198.51.100.9, 192.0.2.1"], "192.0.2.1");
        check(Front::Proxy, &["198.51.100.9", "203.0.113.7,192.0.2.1"], "192.0.2.1");
        check(Front::Proxy, &["192.0.2.1:4711"], "192.0.2.1");
        check(Front::Proxy, &["[2001:db8::1]:4711"], "2001:db8::");
        for nothing in [&[][..], &["192.0.2.1, unknown"], &[""]] {
            check(Front::Proxy, nothing, PROXY);
        }
    }

    #[test]
    fn one_sender_is_an_ipv4_address_or_an_ipv6_network() {
        let peer = |address: &str| Peer::new(address.parse().unwrap());
        assert_eq!(peer("2001:db8:0:1::1"), peer("2001:db8:0:1:ffff::2"));
        assert_ne!(peer("2001:db8:0:1::1"), peer("2001:db8:0:2::1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }
}
