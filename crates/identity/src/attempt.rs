use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::Freshness;
use crate::error::IdentityError;
use crate::session::SignedIn;

/// The sign-in that is running, if any. A second press joins it: both tabs then lead to the same
/// place, where two attempts would leave the first tab in front of a closed door.
#[derive(Default)]
pub(crate) struct Attempts {
    running: Mutex<Option<Guest>>,
}

/// Who a caller is in the attempt.
pub(crate) enum Role {
    /// Does the work.
    Host(Host),
    /// Waits for the host's result.
    Guest(Guest),
}

/// Announces what happens.
pub(crate) struct Host {
    progress: watch::Sender<Progress>,
    pub(crate) stop: CancellationToken,
}

/// Follows what happens.
#[derive(Clone)]
pub(crate) struct Guest {
    freshness: Freshness,
    progress: watch::Receiver<Progress>,
    stop: CancellationToken,
}

#[derive(Clone)]
enum Progress {
    Preparing,
    Open(Url),
    Done(Result<SignedIn, IdentityError>),
}

impl Attempts {
    /// Joins the running attempt or starts one. A different kind of sign-in has to wait.
    pub(crate) fn enter(&self, freshness: &Freshness) -> Result<Role, IdentityError> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.as_ref().filter(|guest| guest.is_running()) {
            Some(guest) if guest.freshness == *freshness => Ok(Role::Guest(guest.clone())),
            Some(_) => Err(IdentityError::Busy),
            None => {
                let (progress, receiver) = watch::channel(Progress::Preparing);
                let stop = CancellationToken::new();
                *running = Some(Guest {
                    freshness: freshness.clone(),
                    progress: receiver,
                    stop: stop.clone(),
                });
                Ok(Role::Host(Host { progress, stop }))
            }
        }
    }
}

impl Host {
    /// The page to open is known.
    pub(crate) fn opened(&self, url: &Url) {
        self.progress.send_replace(Progress::Open(url.clone()));
    }

    pub(crate) fn finish(self, result: Result<SignedIn, IdentityError>) {
        self.progress.send_replace(Progress::Done(result));
    }
}

impl Guest {
    fn is_running(&self) -> bool {
        let done = matches!(*self.progress.borrow(), Progress::Done(_));
        !done && self.progress.has_changed().is_ok()
    }

    /// Opens the same page again and waits for the same result. Cancelling ends the attempt.
    pub(crate) async fn join(
        mut self,
        cancel: &CancellationToken,
        open: impl FnOnce(&Url) + Send,
    ) -> Result<SignedIn, IdentityError> {
        tokio::select! {
            result = self.follow(open) => result,
            () = cancel.cancelled() => {
                self.stop.cancel();
                Err(IdentityError::Cancelled)
            }
        }
    }

    async fn follow(&mut self, open: impl FnOnce(&Url) + Send) -> Result<SignedIn, IdentityError> {
        let mut open = Some(open);
        loop {
            let progress = self.progress.borrow_and_update().clone();
            match progress {
                Progress::Preparing => {}
                Progress::Open(url) => {
                    if let Some(open) = open.take() {
                        open(&url);
                    }
                }
                Progress::Done(result) => return result,
            }
            // The host is gone without a word: its caller gave up.
            self.progress.changed().await.map_err(|_| IdentityError::Cancelled)?;
        }
    }
}
