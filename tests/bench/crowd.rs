//! Ten thousand windows that follow what happens to their requests, while the agent is started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use agent_client::{AgentClient, Reconnect};
use anyhow::ensure;
use futures_util::StreamExt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use test_support::{AgentProcess, client, processes, until};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::load::Sender;
use crate::person::Person;
use crate::report::Spread;

const WINDOWS: usize = 10_000;
/// They were opened over the morning, not in the same moment.
const AT_ONCE: usize = 100;
const PATIENCE: Duration = Duration::from_secs(180);
/// So often somebody sends a ticket meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// What was seen.
pub(crate) struct Seen {
    /// Seconds from the kill of the agent until every window is live again.
    pub(crate) live_again: f64,
    /// Milliseconds until a ticket was accepted that was sent between the start and then.
    pub(crate) accepted: Spread,
    /// MiB, when all are live again.
    pub(crate) memory: f64,
}

/// Opens the windows, kills the agent, starts it again and waits until all are back, each as the app does it.
pub(crate) async fn measure(
    person: &Person,
    sender: &Person,
    agent: &mut AgentProcess,
) -> anyhow::Result<Seen> {
    open_many_files()?;
    let alone = processes::memory(&[agent.id()?])? / 1024 / 1024;
    crate::progress(&format!("the agent alone has {alone} MiB"))?;
    let live = Arc::new(AtomicUsize::new(0));
    let door = Arc::new(Semaphore::new(AT_ONCE));
    let mut windows = JoinSet::new();
    // As many connections as windows: each device has its own.
    let http = client()?;
    for _ in 0..WINDOWS {
        let sender = Sender::new(person, agent.url()).await?;
        let client = AgentClient::new(agent.url().clone(), http.clone());
        let (live, door) = (Arc::clone(&live), Arc::clone(&door));
        windows.spawn(async move {
            let first = door.acquire().await;
            let mut first = Some(first);
            let mut reconnect = Reconnect::default();
            loop {
                if let Ok(mut events) = client.events(&sender.auth(), u32::MAX - 1).await {
                    live.fetch_add(1, Ordering::Relaxed);
                    drop(first.take());
                    reconnect.succeeded();
                    while let Some(Ok(_)) = events.next().await {}
                    live.fetch_sub(1, Ordering::Relaxed);
                }
                let random = Uuid::new_v4().as_u64_pair().0;
                tokio::time::sleep(reconnect.wait(random)).await;
            }
        });
    }
    all_live(&live).await?;
    crate::progress(&format!("{WINDOWS} windows are live; the agent is killed and started again"))?;
    agent.kill();
    let begin = Instant::now();
    until("their connections to end", PATIENCE, async || {
        Ok((live.load(Ordering::Relaxed) == 0).then_some(()))
    })
    .await?;
    agent.start_again().await?;
    let sender = Sender::new(sender, agent.url()).await?;
    let mut times = Vec::new();
    while live.load(Ordering::Relaxed) < WINDOWS {
        ensure!(begin.elapsed() < PATIENCE, "only {live:?} windows came back");
        let sent = Instant::now();
        sender.send(format!("My laptop is slow since {} seconds", times.len())).await?;
        times.push(sent.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(PAUSE).await;
    }
    let live_again = begin.elapsed().as_secs_f64();
    let memory = processes::memory(&[agent.id()?])?;
    windows.abort_all();
    #[allow(clippy::cast_precision_loss, reason = "some hundred MiB")]
    let memory = memory as f64 / 1024.0 / 1024.0;
    Ok(Seen { live_again, accepted: Spread::of(times)?, memory })
}

async fn all_live(live: &AtomicUsize) -> anyhow::Result<()> {
    until("every window to be live", PATIENCE, async || {
        Ok((live.load(Ordering::Relaxed) == WINDOWS).then_some(()))
    })
    .await
}

/// Each window is an open file here and another one in the agent, which is our child.
fn open_many_files() -> anyhow::Result<()> {
    let most = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most })?;
    Ok(())
}
