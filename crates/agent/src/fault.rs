//! Named points before and after everything that is written and every call of another system. A development
//! build dies at one when it is told to: `DESKSIDE_FAULT=decided.before`, or at the third time
//! `decided.before:3`. A release build has no such points.

/// Does something between two points.
pub(crate) async fn around<T>(point: &'static str, doing: impl Future<Output = T>) -> T {
    die_at(point, "before");
    let done = doing.await;
    die_at(point, "after");
    done
}

#[cfg(not(debug_assertions))]
fn die_at(_: &str, _: &str) {}

#[cfg(debug_assertions)]
fn die_at(point: &str, side: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static WANTED: OnceLock<Option<String>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Some(wanted) = WANTED.get_or_init(|| std::env::var("DESKSIDE_FAULT").ok()) else { return };
    let (name, time) = wanted.split_once(':').unwrap_or((wanted, "1"));
    if name.split_once('.') == Some((point, side))
        && Ok(PASSED.fetch_add(1, Ordering::Relaxed) + 1) == time.parse()
    {
        std::process::abort();
    }
}
