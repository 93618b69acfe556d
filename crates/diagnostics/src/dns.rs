//! Asks a name server itself (RFC 1035), where the system's own resolver says too little.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, Question, TYPE};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// When the same question is asked again, as one packet may get lost.
const AGAIN: [Duration; 3] =
    [Duration::from_millis(600), Duration::from_millis(900), Duration::from_millis(1200)];
/// Longest answer over UDP without extensions (RFC 1035 §4.2.1), and room for more.
const MOST: usize = 4096;

/// The addresses of a name, by the first of these servers that answers; none where the name does not
/// exist. Waits without end where nobody answers: the deadline is the caller's.
pub(crate) async fn addresses(servers: &[SocketAddr], name: &str) -> Vec<IpAddr> {
    let mut asked = JoinSet::new();
    for server in servers.iter().copied() {
        let name = name.to_owned();
        asked.spawn(async move {
            let both = tokio::join!(ask(server, &name, TYPE::A), ask(server, &name, TYPE::AAAA));
            match both {
                (Err(_), Err(_)) => None,
                (v4, v6) => Some([v4.unwrap_or_default(), v6.unwrap_or_default()].concat()),
            }
        });
    }
    while let Some(answer) = asked.join_next().await {
        if let Ok(Some(addresses)) = answer {
            return addresses;
        }
    }
    std::future::pending().await
}

async fn ask(server: SocketAddr, name: &str, kind: TYPE) -> io::Result<Vec<IpAddr>> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    let id = number();
    let query = query(id, name, kind).ok_or(io::ErrorKind::InvalidInput)?;
    let send = async {
        socket.send(&query).await?;
        for pause in AGAIN {
            sleep(pause).await;
            socket.send(&query).await?;
        }
        std::future::pending::<io::Result<()>>().await
    };
    let receive = async {
        let mut buffer = [0; MOST];
        loop {
            let length = socket.recv(&mut buffer).await?;
            if let Some(answer) = buffer.get(..length).and_then(|bytes| read(id, bytes)) {
                return Ok(answer);
            }
        }
    };
    tokio::select! {
        answer = receive => answer,
        sent = send => sent.map(|()| Vec::new()),
    }
}

/// Hard to guess, so that nobody answers who has not seen the question.
fn number() -> u16 {
    let bits = RandomState::new().build_hasher().finish();
    u16::try_from(bits & 0xffff).unwrap_or_default()
}

fn query(id: u16, name: &str, kind: TYPE) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(simple_dns::PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).ok()?;
    packet.questions.push(Question::new(name, kind.into(), CLASS::IN.into(), false));
    packet.build_bytes_vec().ok()
}

/// The addresses in an answer to this question; nothing if it is no such answer.
fn read(id: u16, bytes: &[u8]) -> Option<Vec<IpAddr>> {
    let packet = Packet::parse(bytes).ok().filter(|packet| packet.id() == id)?;
    let addresses = packet.answers.iter().filter_map(|record| match &record.rdata {
        RData::A(a) => Some(IpAddr::V4(a.address.into())),
        RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.address.into())),
        _ => None,
    });
    Some(addresses.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_back_and_foreign_answers_are_none() {
        let bytes = query(7, "login.example", TYPE::A).unwrap();
        assert_eq!(read(7, &bytes), Some(Vec::new()));
        assert_eq!(read(8, &bytes), None);
        assert_eq!(read(7, b"\0\x07garbage"), None);
        assert_eq!(query(7, &"a.".repeat(200), TYPE::A), None);
    }

    #[tokio::test]
    async fn the_server_that_answers_counts() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let servers = [silent.local_addr().unwrap(), server.local_addr().unwrap()];
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            loop {
                let (length, from) = server.recv_from(&mut buffer).await.unwrap();
                let question = Packet::parse(&buffer[..length]).unwrap();
                let mut answer = Packet::new_reply(question.id());
                let asked = &question.questions[0];
                if asked.qtype == TYPE::A.into() {
                    let record = simple_dns::ResourceRecord::new(
                        asked.qname.clone(),
                        CLASS::IN,
                        60,
                        RData::A(simple_dns::rdata::A { address: 0xC000_0207 }),
                    );
                    answer.answers.push(record);
                }
                server.send_to(&answer.build_bytes_vec().unwrap(), from).await.unwrap();
            }
        });
        let expect: IpAddr = "192.0.2.7".parse().unwrap();
        assert_eq!(addresses(&servers, "login.example").await, [expect]);
    }
}
