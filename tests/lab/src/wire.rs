//! The cable between router and internet: carries every frame, later or not at all as its mood says.
//! The kernel at hand cannot delay packets, so this program does.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep_until};
use tun_rs::{AsyncDevice, DeviceBuilder, Layer};

use crate::mood::Mood;

/// The router's end and the internet's.
pub(crate) const ENDS: [&str; 2] = ["wan0", "wan1"];
const FRAME: usize = 9_216;

/// Carries frames until it is killed.
///
/// # Errors
/// The ends cannot be made.
pub(crate) fn run(folder: &Path) -> anyhow::Result<ExitCode> {
    let mood = Mood::of(folder, "wire");
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let [router, internet] = ENDS.map(|name| {
            DeviceBuilder::new().name(name).layer(Layer::L2).build_async().map(Arc::new)
        });
        let (router, internet) =
            (router.context("the router's end")?, internet.context("the internet's end")?);
        tokio::try_join!(
            carry(Arc::clone(&router), Arc::clone(&internet), mood.clone()),
            carry(internet, router, mood),
        )?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn carry(from: Arc<AsyncDevice>, to: Arc<AsyncDevice>, mood: Mood) -> anyhow::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let (sender, mut later) = tokio::sync::mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((at, frame)) = later.recv().await {
            sleep_until(at).await;
            // An end that is down takes nothing.
            let _ = to.send(&frame).await;
        }
    });
    let mut buffer = vec![0; FRAME];
    loop {
        let length = match from.recv(&mut buffer).await {
            Ok(length) => length,
            Err(_) => {
                // An end that is down gives nothing.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let lost: u64 = mood.get("loss").and_then(|text| text.parse().ok()).unwrap_or(0);
        // Spread evenly and without chance, so that a run can be repeated: the steps of a golden ratio.
        let place =
            COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(61_803_398_875) % 100_000_000_000;
        if place / 1_000_000_000 < lost {
            continue;
        }
        if let Some(frame) = buffer.get(..length) {
            // The other end of the channel lives as long as this one.
            let _ = sender.send((Instant::now() + mood.delay(), frame.to_vec()));
        }
    }
}
