use agent_client::{Auth, ClientError};
use futures_util::StreamExt;
use jiff::Timestamp;
use ticket::{EventKind, StatusEvent, TicketStatus};
use uuid::Uuid;

use crate::canned::Canned;

fn event(sequence: u32) -> StatusEvent {
    StatusEvent {
        sequence,
        ticket: 1_001,
        submission: Uuid::nil(),
        at: Timestamp::UNIX_EPOCH,
        status: TicketStatus::Received,
        kind: EventKind::Received,
    }
}

/// A chunked answer (RFC 9112, 7.1) of this text, cut into pieces of this size.
fn chunked(text: &str, size: usize) -> Vec<Vec<u8>> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let mut pieces = vec![head.as_bytes().to_vec()];
    pieces.extend(text.as_bytes().chunks(size).map(chunk));
    pieces.push(b"0\r\n\r\n".to_vec());
    pieces
}

#[tokio::test]
async fn resumes_after_the_last_event_and_reads_on_across_chunks() {
    let text: String = (43..46)
        .map(|n| {
            let data = serde_json::to_string(&event(n)).unwrap();
            format!(": heartbeat\n\nid: {n}\nevent: status\ndata: {data}\n\n")
        })
        .collect();
    let mut server = Canned::new(chunked(&text, 5)).await;
    let events = server.client().events(&Auth::default(), 42).await.unwrap();
    let events: Vec<StatusEvent> = events.map(Result::unwrap).collect().await;
    assert_eq!(events, [event(43), event(44), event(45)]);
    let seen = server.seen.recv().await.unwrap();
    assert_eq!(seen.target, "/v1/events?after=42");
    assert_eq!(seen.headers["accept"], "text/event-stream");
}

#[tokio::test]
async fn tells_a_connection_that_breaks_from_one_that_ends() {
    let mut pieces = chunked(": heartbeat\n\n", 100);
    pieces.pop();
    let server = Canned::new(pieces).await;
    let events = server.client().events(&Auth::default(), 0).await.unwrap();
    let events: Vec<_> = events.collect().await;
    assert!(matches!(events.as_slice(), [Err(ClientError::Unreachable(Some(_)))]), "{events:?}");
}

#[tokio::test]
async fn does_not_take_a_page_for_a_stream() {
    let server = Canned::answering("200 OK", "content-type: text/html\r\n", "<html>").await;
    let error = server.client().events(&Auth::default(), 0).await.err().unwrap();
    assert!(matches!(error, ClientError::Protocol(_)), "{error}");
}
