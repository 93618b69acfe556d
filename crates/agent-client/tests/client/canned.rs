use std::{collections::BTreeMap, time::Duration};

use agent_client::AgentClient;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

/// A request as it was seen on the wire; names of headers in small letters.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// A server that gives every connection the same answer, and tells what it saw.
pub(crate) struct Canned {
    pub(crate) address: String,
    pub(crate) seen: UnboundedReceiver<Seen>,
}

impl Canned {
    /// Answers with these pieces, with a pause for the other side to read between them.
    pub(crate) async fn new(pieces: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (tell, seen) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let _ = tell.send(read(&mut connection).await);
                for piece in &pieces {
                    connection.set_nodelay(true).unwrap();
                    let _ = connection.write_all(piece).await;
                    tokio::task::yield_now().await;
                }
            }
        });
        Self { address, seen }
    }

    pub(crate) async fn answering(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
        );
        Self::new(vec![[head.as_bytes(), body.as_bytes()].concat()]).await
    }

    pub(crate) fn client(&self) -> AgentClient {
        client(&self.address)
    }
}

pub(crate) fn client(address: &str) -> AgentClient {
    // Each test is its own process or comes second, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    AgentClient::new(address.parse().unwrap(), http)
}

async fn read(connection: &mut (impl AsyncRead + Unpin)) -> Seen {
    let mut reader = BufReader::new(connection);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut request = lines[0].split(' ');
    let (method, target) = (request.next().unwrap(), request.next().unwrap());
    let headers: BTreeMap<String, String> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.unwrap();
    Seen { method: method.to_owned(), target: target.to_owned(), headers, body }
}

/// Takes one connection and hands it over, before anything is read.
pub(crate) async fn accept_one(listener: TcpListener) -> TcpStream {
    listener.accept().await.unwrap().0
}
