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

/// So many send at the same time.
pub(crate) const CONNECTIONS: usize = 8;
const LONG: Duration = Duration::from_secs(15);

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

/// Tickets a second that the agent accepts.
pub(crate) async fn throughput(person: &Person, agent: &Url) -> anyhow::Result<f64> {
    let mut senders = Vec::new();
    for _ in 0..CONNECTIONS {
        let sender = Arc::new(Sender::new(person, agent).await?);
        senders.push(move |text| {
            let sender = Arc::clone(&sender);
            async move { sender.send(text).await.map(drop) }
        });
    }
    rate(senders).await
}

/// Tickets a second that are accepted when each sends one after the other.
pub(crate) async fn rate<Send, Sent>(senders: Vec<Send>) -> anyhow::Result<f64>
where
    Send: Fn(String) -> Sent + std::marker::Send + 'static,
    Sent: Future<Output = anyhow::Result<()>> + std::marker::Send,
{
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    for (connection, send) in senders.into_iter().enumerate() {
        sending.spawn(async move {
            let mut count = 0_u32;
            while begin.elapsed() < LONG {
                send(text(connection, count)).await?;
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
) -> anyhow::Result<Spread> {
    let sender = Arc::new(Sender::new(person, agent).await?);
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    let mut count = 0_u32;
    while begin.elapsed() < LONG {
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
