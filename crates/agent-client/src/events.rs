use std::{future, pin::Pin, time::Duration};

use eventsource_stream::{Event, EventStreamError, Eventsource};
use futures_util::{Stream, StreamExt, stream};
use reqwest::{Response, header::CONTENT_TYPE};
use ticket::StatusEvent;

use crate::ClientError;

/// The agent sends a heartbeat every 15 seconds. After this long without a byte the connection is
/// taken for dead, which the system itself would notice after hours only.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(45);

/// Largest event; what a person can write into one is far smaller.
const MAX_EVENT_BYTES: usize = 256 * 1024;

/// Events of the agent, in order. It ends when the connection does; ask again from after the last
/// sequence number. An event this version does not understand is an error in its place, and the
/// next one follows.
pub type Events = Pin<Box<dyn Stream<Item = Result<StatusEvent, ClientError>> + Send>>;

/// The events of a response that is a success.
pub(crate) fn read(response: Response) -> Result<Events, ClientError> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return Err(ClientError::Protocol("not a stream of events"));
    }
    let chunks = response.bytes_stream().map(|chunk| chunk.map_err(ClientError::of_transport));
    Ok(Box::pin(parse(guard(Box::pin(chunks)))))
}

fn parse<S, B>(chunks: S) -> impl Stream<Item = Result<StatusEvent, ClientError>>
where
    S: Stream<Item = Result<B, ClientError>>,
    B: AsRef<[u8]>,
{
    chunks.eventsource().filter_map(|event| future::ready(understand(event)))
}

/// Events of other kinds belong to newer versions and are passed over.
fn understand(
    event: Result<Event, EventStreamError<ClientError>>,
) -> Option<Result<StatusEvent, ClientError>> {
    match event {
        Ok(event) if event.event == "status" => Some(
            serde_json::from_str(&event.data)
                .map_err(|_| ClientError::Protocol("an event that is not understood")),
        ),
        Ok(_) => None,
        Err(EventStreamError::Transport(error)) => Some(Err(error)),
        Err(EventStreamError::Utf8(_) | EventStreamError::Parser(_)) => {
            Some(Err(ClientError::Protocol("not a stream of events")))
        }
    }
}

/// Passes chunks on, and ends with an error after a silence or an event without an end.
fn guard<S, B>(chunks: S) -> impl Stream<Item = Result<B, ClientError>>
where
    S: Stream<Item = Result<B, ClientError>> + Unpin,
    B: AsRef<[u8]>,
{
    stream::unfold(Some((chunks, Length::default())), async |state| {
        let (mut chunks, mut length) = state?;
        match tokio::time::timeout(SILENCE_LIMIT, chunks.next()).await {
            Err(_) => Some((Err(ClientError::Unreachable(None)), None)),
            Ok(None) => None,
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(Some(Ok(chunk))) if length.add(chunk.as_ref()) <= MAX_EVENT_BYTES => {
                Some((Ok(chunk), Some((chunks, length))))
            }
            Ok(Some(Ok(_))) => {
                Some((Err(ClientError::Protocol("an event that is too large")), None))
            }
        }
    })
}

/// Bytes since the last empty line, which ends an event and a heartbeat.
#[derive(Debug, Default)]
struct Length {
    bytes: usize,
    line_is_empty: bool,
}

impl Length {
    fn add(&mut self, chunk: &[u8]) -> usize {
        for byte in chunk {
            self.bytes += 1;
            match byte {
                b'\n' if self.line_is_empty => self.bytes = 0,
                b'\n' => self.line_is_empty = true,
                b'\r' => {}
                _ => self.line_is_empty = false,
            }
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use ticket::{EventKind, TicketStatus};
    use tokio::time::Instant;
    use uuid::Uuid;

    use super::*;

    fn event(sequence: u32) -> StatusEvent {
        StatusEvent {
            sequence,
            ticket: 1_001,
            submission: Uuid::nil(),
            at: Timestamp::UNIX_EPOCH,
            status: TicketStatus::WithTeam,
            kind: EventKind::Replied { text: "Grüße 👋".to_owned() },
        }
    }

    fn on_the_wire(sequence: u32) -> String {
        let data = serde_json::to_string(&event(sequence)).unwrap();
        format!("event: status\nid: {sequence}\ndata: {data}\n\n")
    }

    async fn check(chunks: Vec<Vec<u8>>, expect: &[Option<u32>]) {
        let chunks = stream::iter(chunks).map(Ok);
        let events: Vec<_> = parse(guard(chunks)).collect().await;
        let found: Vec<_> =
            events.iter().map(|e| e.as_ref().ok().map(|event| event.sequence)).collect();
        assert_eq!(found, expect, "{events:?}");
        assert!(events.iter().flatten().all(|found| *found == event(found.sequence)));
    }

    #[tokio::test]
    async fn reads_events_however_they_are_cut() {
        let text = format!(":\n\n{}: heartbeat\r\n\r\n{}", on_the_wire(7), on_the_wire(8));
        for size in [1, 2, 3, 7, 64, text.len()] {
            let chunks = text.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
            check(chunks, &[Some(7), Some(8)]).await;
        }
    }

    #[tokio::test]
    async fn passes_over_what_is_newer_and_tells_what_is_broken() {
        let text = format!(
            "event: weather\ndata: sunny\n\nevent: status\ndata: {{}}\n\n{}",
            on_the_wire(9)
        );
        check(vec![text.into_bytes()], &[None, Some(9)]).await;
    }

    #[tokio::test]
    async fn gives_up_on_an_event_without_an_end() {
        let flood = stream::repeat(b"data: aaaaaaaa\n".repeat(500)).map(Ok);
        let events: Vec<_> = parse(guard(flood)).collect().await;
        assert!(matches!(events.as_slice(), [Err(ClientError::Protocol(_))]));
        let heartbeats = stream::iter(vec![b":\n\n".repeat(2_000); 50]).map(Ok);
        assert_eq!(parse(guard(heartbeats)).count().await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn takes_a_silent_connection_for_dead() {
        let began = Instant::now();
        let beats = stream::iter([":\n\n", ":\n\n"])
            .then(async |beat| {
                tokio::time::sleep(SILENCE_LIMIT - Duration::from_secs(1)).await;
                Ok(beat)
            })
            .chain(stream::pending());
        let events: Vec<_> = parse(guard(Box::pin(beats))).collect().await;
        assert!(matches!(events.as_slice(), [Err(ClientError::Unreachable(None))]));
        assert_eq!(began.elapsed(), SILENCE_LIMIT * 3 - Duration::from_secs(2));
    }
}
