use std::time::Duration;

use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt};
use reqwest::{Method, Response};
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

#[tokio::test]
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

#[tokio::test]
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
        let by_header = world.signed(Method::GET, "/v1/events?after=0", &token, &laptop);
        let by_header = by_header.header("last-event-id", after.to_string()).send().await.unwrap();
        assert_eq!(next(&mut events(by_header)).await, all[seen + 1]);
    }
}

#[tokio::test]
async fn the_stream_ends_when_the_agent_stops() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut stream = events(follow(&world, &laptop, "/v1/events").await);
    world.agent.stop().await;
    assert_eq!(stream.next().await, None);
}
