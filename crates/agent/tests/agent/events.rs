use std::time::Duration;

use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use reqwest::{Method, Response};
use serde_json::json;
use ticket::{EventKind, Receipt, StatusEvent};

use crate::world::{Laptop, World, submission};

fn events(response: Response) -> impl Stream<Item = StatusEvent> + Unpin {
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Box::pin(response.bytes_stream().eventsource().map(|event| {
        let event = event.unwrap();
        assert_eq!(event.event, "status");
        let status: StatusEvent = serde_json::from_str(&event.data).unwrap();
        assert_eq!(event.id, status.sequence.to_string());
        status
    }))
}

async fn follow(world: &World, laptop: &Laptop, path: &str) -> Response {
    world.get_signed(path, &world.issuer.token("noor"), laptop).await
}

async fn next(stream: &mut (impl Stream<Item = StatusEvent> + Unpin)) -> StatusEvent {
    tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap().unwrap()
}

async fn send(world: &World, subject: &str, text: &str) -> u32 {
    let token = world.issuer.token(subject);
    let response = world.post("/v1/tickets", &token, &submission(text)).await;
    response.json::<Receipt>().await.unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_what_happens_as_it_happens_and_only_to_its_owner() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut stream = events(follow(&world, &laptop, "/v1/events").await);
    send(&world, "maria", "The printer is jammed.").await;
    let number = send(&world, "noor", "The VPN stops.").await;
    let first = next(&mut stream).await;
    assert_eq!((first.ticket, first.kind), (number, EventKind::Received));
    let second = next(&mut stream).await;
    assert_eq!(second.ticket, number);
    assert!(matches!(second.kind, EventKind::Understood { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn resumes_behind_the_last_event_a_client_has() {
    let world = World::start().await;
    let number = send(&world, "noor", "The VPN stops.").await;
    let all = world.decided(number).await.events;
    assert!(all.len() >= 3, "{all:?}");
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    for seen in 0..all.len() - 1 {
        let after = all[seen].sequence;
        let by_query = follow(&world, &laptop, &format!("/v1/events?after={after}")).await;
        assert_eq!(next(&mut events(by_query)).await, all[seen + 1]);
        let by_header = world.signed(&Method::GET, "/v1/events?after=0", &token, &laptop);
        let by_header = by_header.header("last-event-id", after.to_string()).send().await.unwrap();
        assert_eq!(next(&mut events(by_header)).await, all[seen + 1]);
    }
}

/// A new ticket of noor and everything that happened to it.
async fn happened(world: &World, text: &str) -> Vec<StatusEvent> {
    let number = send(world, "noor", text).await;
    world.decided(number).await.events
}

async fn told(stream: &mut (impl Stream<Item = StatusEvent> + Unpin), expect: &[StatusEvent]) {
    for event in expect {
        assert_eq!(next(stream).await, *event);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_resumes_gets_exactly_what_was_missed_and_then_what_is_new() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let resume = async |last: &StatusEvent| {
        let request = world.signed(&Method::GET, "/v1/events", &token, &laptop);
        let request = request.header("last-event-id", last.sequence.to_string());
        events(request.send().await.unwrap())
    };
    let first = happened(&world, "The VPN stops.").await;
    let mut stream = resume(&first[0]).await;
    told(&mut stream, &first[1..]).await;
    let second = happened(&world, "The VPN stops again.").await;
    told(&mut stream, &second[..1]).await;
    drop(stream);

    let missed = happened(&world, "The VPN stops while the line is down.").await;
    let mut stream = resume(&second[0]).await;
    told(&mut stream, &second[1..]).await;
    told(&mut stream, &missed).await;
    // Nothing comes twice: the next thing told is new.
    let new = happened(&world, "The VPN stops now.").await;
    told(&mut stream, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_stream_has_a_heartbeat() {
    let world = World::start_with(|_, limits| limits.heartbeat = Duration::from_millis(20)).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut bytes = follow(&world, &laptop, "/v1/events").await.bytes_stream();
    for _ in 0..3 {
        let beat = tokio::time::timeout(Duration::from_secs(10), bytes.next()).await;
        assert_eq!(beat.unwrap().unwrap().unwrap(), ":\n\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_when_the_access_token_does() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let ends = Timestamp::now().as_second() + 1;
    let claims = world.issuer.claims_with("noor", &json!({ "exp": ends }));
    let token = world.issuer.key.sign(&claims);
    let mut stream = events(world.get_signed("/v1/events", &token, &laptop).await);
    let end = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
    assert_eq!(end, Ok(None));
    assert!(Timestamp::now().as_second() >= ends, "it ended before the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_when_the_agent_stops() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut stream = events(follow(&world, &laptop, "/v1/events").await);
    world.agent.stop().await;
    assert_eq!(stream.next().await, None);
}
