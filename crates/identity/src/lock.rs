use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::IdentityError;

/// One process at a time. Released when dropped, and by the system when the process dies.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

/// Longer than a refresh takes on a slow network.
const PATIENCE: Duration = Duration::from_secs(45);
const STEP: Duration = Duration::from_millis(20);

impl FileLock {
    pub(crate) async fn acquire(path: &Path) -> Result<Self, IdentityError> {
        let file = open(path).await.map_err(IdentityError::device("open the lock file"))?;
        let give_up = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < give_up => sleep(STEP).await,
                Err(TryLockError::WouldBlock) => return Err(IdentityError::Busy),
                Err(TryLockError::Error(error)) => {
                    return Err(IdentityError::device("lock the lock file")(error));
                }
            }
        }
    }
}

async fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    options.mode(0o600);
    Ok(options.open(path).await?.into_std().await)
}
