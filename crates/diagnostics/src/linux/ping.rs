use std::net::{SocketAddr, UdpSocket as StdUdpSocket};

use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, ipproto, socket_with};
use tokio::net::UdpSocket;

/// Types of RFC 792 and RFC 4443.
const ECHO: u8 = 8;
const ECHO_REPLY: u8 = 0;
const ECHO_V6: u8 = 128;
const ECHO_REPLY_V6: u8 = 129;

/// Whether an address answers one echo request. Uses the kernel's ping sockets, which need no
/// rights where `net.ipv4.ping_group_range` allows them; false where it does not.
pub(super) async fn answers(address: SocketAddr) -> bool {
    ask(address).await.unwrap_or(false)
}

async fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let (family, protocol, request, reply) = match address {
        SocketAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, ECHO, ECHO_REPLY),
        SocketAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, ECHO_V6, ECHO_REPLY_V6),
    };
    let socket = open(family, protocol)?;
    // Identifier and checksum are the kernel's.
    socket.send_to(&[request, 0, 0, 0, 0, 0, 0, 1], address).await?;
    let mut answer = [0; 64];
    loop {
        let (length, from) = socket.recv_from(&mut answer).await?;
        if length >= 8 && from.ip() == address.ip() {
            return Ok(answer.first() == Some(&reply));
        }
    }
}

fn open(family: AddressFamily, protocol: Protocol) -> std::io::Result<UdpSocket> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::DGRAM, flags, Some(protocol))?;
    UdpSocket::from_std(StdUdpSocket::from(socket))
}
