//! Looks along the way to a port, hop by hop, as `traceroute` does, without any rights: a packet that
//! may cross only so many routers comes back as an error, which the kernel hands to its sender
//! (`IP_RECVERR`, ip(7)).

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::AsRawFd;
use std::time::Duration;

use futures_util::future::join_all;
use nix::sys::socket::sockopt::{Ipv4RecvErr, Ipv4Ttl};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, setsockopt};
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep, timeout_at};

use super::ping;
use crate::vpn_gateway::Reached;

/// Routers crossed at most.
const FARTHEST: u8 = 12;
/// Ports of `traceroute`, where nobody listens.
const NOBODY: u16 = 33_434;
/// How long an answer from the way is waited for.
const PATIENCE: Duration = Duration::from_millis(700);
/// When the same packet is sent once more.
const AGAIN: Duration = Duration::from_millis(400);
/// Between two looks at what came back.
const LOOK: Duration = Duration::from_millis(20);
/// Types of RFC 792.
const UNREACHABLE: u8 = 3;
const TIME_EXCEEDED: u8 = 11;
/// Codes of ICMP type 3 by which a router forbids (RFC 1812 §5.2.7.1).
const FORBIDDEN: [u8; 3] = [9, 10, 13];
const NO_PORT: u8 = 3;

/// What came back for one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    /// A router on the way had to drop it: it came that far.
    Crossed,
    /// The host has nobody at this port.
    NobodyThere,
    Forbidden,
    /// A router knows no way on.
    NoWay,
    Nothing,
}

/// What can be told of a port by the packets that come back from the way to it and from another port
/// of the same host.
pub(crate) async fn look_along(target: SocketAddr) -> Reached {
    let SocketAddr::V4(target) = target else {
        let is_there = answers(target).await;
        return if is_there { Reached::HostAnswers } else { Reached::Silent { routers: 0 } };
    };
    let (host, port) = (*target.ip(), target.port());
    let (wanted, other, is_there) = tokio::join!(
        each_hop(host, |_| port),
        each_hop(host, |hop| NOBODY + hop),
        answers(target.into())
    );
    judge(&wanted, &other, is_there)
}

async fn answers(target: SocketAddr) -> bool {
    let until = Instant::now() + PATIENCE;
    timeout_at(until, ping::answers(target)).await.unwrap_or(false)
}

fn judge(wanted: &[(u8, Back)], other: &[(u8, Back)], is_there: bool) -> Reached {
    let has = |seen: &[(u8, Back)], back: Back| seen.iter().any(|(_, seen)| *seen == back);
    let farthest = |seen: &[(u8, Back)]| {
        let crossed = seen.iter().filter(|(_, back)| *back == Back::Crossed);
        crossed.map(|(hop, _)| *hop).max().unwrap_or(0)
    };
    if has(wanted, Back::NobodyThere) {
        Reached::Refused
    } else if has(wanted, Back::Forbidden) || farthest(other) > farthest(wanted) {
        Reached::Blocked
    } else if is_there || has(other, Back::NobodyThere) {
        Reached::HostAnswers
    } else if has(wanted, Back::NoWay) || has(other, Back::NoWay) {
        Reached::NoWay
    } else {
        Reached::Silent { routers: farthest(other).max(farthest(wanted)) }
    }
}

/// One packet for each number of routers, sent twice: one may get lost.
async fn each_hop(host: Ipv4Addr, port: impl Fn(u16) -> u16) -> Vec<(u8, Back)> {
    let hops = (1..=FARTHEST).map(|hop| {
        let target = SocketAddrV4::new(host, port(u16::from(hop)));
        async move { (hop, send(target, hop).await.unwrap_or(Back::Nothing)) }
    });
    join_all(hops).await
}

async fn send(target: SocketAddrV4, hops: u8) -> io::Result<Back> {
    let socket = UdpSocket::bind("0.0.0.0:0").await?;
    setsockopt(&socket, Ipv4RecvErr, &true)?;
    setsockopt(&socket, Ipv4Ttl, &i32::from(hops))?;
    socket.connect(SocketAddr::V4(target)).await?;
    let until = Instant::now() + PATIENCE;
    socket.send(&[0]).await?;
    let again = async {
        sleep(AGAIN).await;
        // An error that is already there is read below.
        let _ = socket.send(&[0]).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        back = timeout_at(until, returned(&socket)) => back.unwrap_or(Ok(Back::Nothing)),
        () = again => Ok(Back::Nothing),
    }
}

/// What the kernel kept for the sender, once it keeps something.
async fn returned(socket: &UdpSocket) -> io::Result<Back> {
    loop {
        match kept(socket) {
            Ok(back) => return Ok(back),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(LOOK).await,
            Err(error) => return Err(error),
        }
    }
}

fn kept(socket: &UdpSocket) -> io::Result<Back> {
    let mut buffer = nix::cmsg_space!([u8; 64]);
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message = recvmsg::<SockaddrIn>(socket.as_raw_fd(), &mut [], Some(&mut buffer), flags)?;
    let back = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::Ipv4RecvErr(error, _) => Some(meaning(error.ee_type, error.ee_code)),
        _ => None,
    });
    Ok(back.unwrap_or(Back::Nothing))
}

/// Types and codes of RFC 792.
fn meaning(kind: u8, code: u8) -> Back {
    match kind {
        TIME_EXCEEDED => Back::Crossed,
        UNREACHABLE if code == NO_PORT => Back::NobodyThere,
        UNREACHABLE if FORBIDDEN.contains(&code) => Back::Forbidden,
        UNREACHABLE => Back::NoWay,
        _ => Back::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_blocked_where_another_goes_farther() {
        use Back::{Crossed, Forbidden, NoWay, NobodyThere, Nothing};
        let check = |wanted: &[(u8, Back)], other: &[(u8, Back)], is_there, expect| {
            assert_eq!(judge(wanted, other, is_there), expect, "{wanted:?} {other:?}");
        };
        let through = [(1, Crossed), (2, Crossed), (3, NobodyThere)];
        check(&[(1, Crossed), (2, Crossed), (3, Nothing)], &through, true, Reached::HostAnswers);
        check(&[(1, Crossed), (2, Nothing), (3, Nothing)], &through, true, Reached::Blocked);
        check(&[(1, Crossed), (2, Forbidden)], &through, true, Reached::Blocked);
        check(&[(1, Crossed), (3, NobodyThere)], &through, true, Reached::Refused);
        let lost = [(1, Crossed), (2, Crossed), (3, Nothing)];
        check(&lost, &lost, false, Reached::Silent { routers: 2 });
        check(&[(1, Crossed), (2, NoWay)], &[(1, Crossed), (2, NoWay)], false, Reached::NoWay);
        check(&[], &[], false, Reached::Silent { routers: 0 });
    }

    #[tokio::test]
    async fn a_port_of_this_device_where_nobody_listens_comes_back() {
        let closed = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(look_along(closed).await, Reached::Refused);
    }
}
