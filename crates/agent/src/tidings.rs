//! What other processes wrote into the database wakes this one: there is work, or somebody whose window is
//! connected here has news. Nothing depends on it but how soon; what is due is found without it too.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::desk::Desk;
use crate::store::{Changes, StoreError, events, holders};

/// So often it is looked whether anything was written, which reads one number.
const LOOK: Duration = Duration::from_millis(50);

/// Looks until the agent stops, and says meanwhile that this process is there.
pub(crate) async fn follow(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = Seen::default();
    while !*stopping.borrow() {
        if let Err(error) = look(&desk, &mut seen).await {
            tracing::error!(error = ?error, "nobody is woken: the database cannot be read");
            seen.changes = None;
        }
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
    if let Err(error) = leave(&desk).await {
        tracing::warn!(error = ?error, "what this process had taken is free a little later");
    }
}

#[derive(Debug, Default)]
struct Seen {
    changes: Option<Changes>,
    /// The last event; what was written while the database could not be read comes after it.
    sequence: Option<i64>,
    beat: Option<Instant>,
}

async fn look(desk: &Desk, seen: &mut Seen) -> Result<(), StoreError> {
    if seen.beat.is_none_or(|beat| beat.elapsed() >= holders::BEAT) {
        seen.beat = Some(Instant::now());
        let mut writing = desk.store.write().await?;
        holders::beat(&mut writing, desk.holder, Timestamp::now()).await?;
        writing.commit("holder_beat").await?;
    }
    let changes = match &mut seen.changes {
        Some(changes) => changes,
        none => {
            if seen.sequence.is_none() {
                seen.sequence = Some(events::last(&mut *desk.store.read().await?).await?);
            }
            none.insert(desk.store.changes().await?)
        }
    };
    if !changes.has_any().await? {
        return Ok(());
    }
    desk.bell.notify_one();
    desk.acts_bell.notify_one();
    let mut reading = desk.store.read().await?;
    for (sequence, person) in events::since(&mut reading, seen.sequence.unwrap_or_default()).await?
    {
        seen.sequence = Some(sequence);
        desk.announce(person);
    }
    Ok(())
}

async fn leave(desk: &Desk) -> Result<(), StoreError> {
    let mut writing = desk.store.write().await?;
    holders::leave(&mut writing, desk.holder).await?;
    writing.commit("holder_left").await
}
