use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::oneshot;

/// Calls that never return keep their thread; past this many no new one is started.
const MAX_READERS: usize = 64;

static READERS: AtomicUsize = AtomicUsize::new(0);

/// Does blocking work on a thread of its own and waits for it. Nothing if the work panicked or no
/// thread could be had.
///
/// Not tokio's blocking pool: a runtime waits for that pool when it ends, so that one dead network
/// mount would keep the app from closing.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let seat = Seat::take(&READERS)?;
    let (sender, receiver) = oneshot::channel();
    let body = move || {
        let _seat = seat;
        // Nobody listens any more when the check was cancelled or ran out of time.
        let _ = sender.send(work());
    };
    thread::Builder::new().name("check".to_owned()).spawn(body).ok()?;
    receiver.await.ok()
}

/// One of the threads allowed at once; given back when dropped, also by a panic.
struct Seat {
    taken: &'static AtomicUsize,
}

impl Seat {
    fn take(taken: &'static AtomicUsize) -> Option<Self> {
        let seat = Self { taken };
        (taken.fetch_add(1, Ordering::Relaxed) < MAX_READERS).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn gives_back_what_the_work_made() {
        assert_eq!(off_thread(|| 7).await, Some(7));
    }

    #[tokio::test]
    async fn work_that_panics_gives_nothing() {
        assert_eq!(off_thread(|| -> u8 { panic!("broken reader") }).await, None);
    }

    #[test]
    fn calls_that_never_return_do_not_pile_up_without_end() {
        static TAKEN: AtomicUsize = AtomicUsize::new(0);
        let seats: Vec<_> = (0..MAX_READERS).map(|_| Seat::take(&TAKEN)).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(Seat::take(&TAKEN).is_none());
        drop(seats);
        assert!(Seat::take(&TAKEN).is_some());
    }
}
