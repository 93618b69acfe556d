//! Ports on this machine.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;

/// Below the ports the system gives to clients: while a server is down, no client can be given its
/// port and end up talking to itself.
const FIRST: u32 = 20_000;
const COUNT: u32 = 10_000;

/// How many ports this process has tried: none is given twice, also while its server is down.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// A free port that stays free while its server is restarted.
///
/// # Errors
/// All of them are taken.
pub(crate) fn free() -> anyhow::Result<u16> {
    // Tests run side by side as processes: each begins somewhere else.
    let begin = std::process::id().wrapping_mul(37);
    let tried = (0..COUNT).map(|_| TRIED.fetch_add(1, Ordering::Relaxed));
    let ports = tried.map(|step| FIRST + begin.wrapping_add(step) % COUNT);
    let mut ports = ports.filter_map(|port| u16::try_from(port).ok());
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).context("no free port")
}
