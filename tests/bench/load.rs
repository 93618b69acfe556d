//! Tickets sent by many at the same time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agent_client::{AgentClient, Auth, Signer};
use anyhow::Context;
use test_support::client;
use tokio::task::JoinSet;
use url::Url;

use crate::person::{Person, submission};
use crate::report::Spread;

/// What one connection needs to send tickets.
pub(crate) struct Sender {
    agent: AgentClient,
    token: String,
    signer: Signer,
}

impl Sender {
    /// With a connection of its own.
    pub(crate) async fn new(person: &Person, agent: &Url) -> anyhow::Result<Self> {
        let token = person.token().await?.secret;
        let agent = AgentClient::new(agent.clone(), client()?);
        Ok(Self { agent, token, signer: person.signer() })
    }

    pub(crate) fn auth(&self) -> Auth<'_> {
        Auth { bearer: Some(&self.token), signer: Some(&self.signer) }
    }

    pub(crate) async fn send(&self, text: String) -> anyhow::Result<u32> {
        let receipt = self.agent.submit(&self.auth(), &submission(text)).await;
        Ok(receipt.context("a ticket was not accepted")?.number)
    }
}

/// Tickets a second that are accepted when each of some connections sends one after the other.
pub(crate) async fn throughput(
    person: &Person,
    agent: &Url,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<f64> {
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    for connection in 0..connections {
        let sender = Sender::new(person, agent).await?;
        sending.spawn(async move {
            let mut count = 0_u32;
            while begin.elapsed() < duration {
                sender.send(text(connection, count)).await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut accepted = 0;
    while let Some(count) = sending.join_next().await {
        accepted += count??;
    }
    Ok(f64::from(accepted) / begin.elapsed().as_secs_f64())
}

/// How long tickets take, in milliseconds, that come at a steady rate whatever happened to those before.
/// Each is timed from the moment it was due.
pub(crate) async fn latency(
    person: &Person,
    agent: &Url,
    per_second: f64,
    duration: Duration,
) -> anyhow::Result<Spread> {
    let sender = Arc::new(Sender::new(person, agent).await?);
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    let mut count = 0_u32;
    while begin.elapsed() < duration {
        let due = ticks.tick().await;
        let sender = Arc::clone(&sender);
        let text = text(0, count);
        count += 1;
        sending.spawn(async move {
            sender.send(text).await?;
            anyhow::Ok(due.elapsed().as_secs_f64() * 1000.0)
        });
    }
    let mut times = Vec::new();
    while let Some(time) = sending.join_next().await {
        times.push(time??);
    }
    Spread::of(times)
}

fn text(connection: usize, count: u32) -> String {
    format!("The VPN drops after a minute on the train to work, {connection}.{count}")
}
