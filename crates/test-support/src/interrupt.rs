//! Ctrl-C.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

/// Does the work; nothing if Ctrl-C or SIGTERM comes first: then everything it started ends with it, as
/// its values are dropped.
///
/// # Errors
/// The work failed.
pub async fn unless_interrupted<T>(
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<Option<T>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = work => done.map(Some),
        _ = interrupt.recv() => Ok(None),
        _ = terminate.recv() => Ok(None),
    }
}
