//! How an engine is measured.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::corpus::Task;

/// Articles that are asked for.
pub(crate) const RESULTS: usize = 10;

/// What building the index came to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Built {
    pub(crate) seconds: f64,
    /// On the disk.
    #[serde(default)]
    pub(crate) bytes: u64,
}

/// What searching in it came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Searched {
    /// Until the index was open and the first question answered, in ms.
    pub(crate) open_ms: f64,
    /// Memory of the process after all searches, less that before the index was opened.
    pub(crate) bytes: u64,
    /// Time of the processor for each key press, in ms.
    pub(crate) typed_ms: Vec<f64>,
    /// The same for each whole question.
    pub(crate) asked_ms: Vec<f64>,
    /// Ids, best first, for each whole question.
    pub(crate) found: Vec<Vec<String>>,
}

/// One of them.
pub(crate) trait Engine {
    /// The best articles for what is typed.
    fn find(&self, query: &str) -> anyhow::Result<Vec<String>>;
}

/// Measures how long something is built.
pub(crate) fn build(build: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Built> {
    let began = Instant::now();
    build()?;
    Ok(Built { seconds: began.elapsed().as_secs_f64(), bytes: 0 })
}

/// Opens an engine and does a task with it.
pub(crate) fn search<E: Engine>(
    task: &Task,
    open: impl FnOnce() -> anyhow::Result<E>,
) -> anyhow::Result<Searched> {
    let before = resident()?;
    let began = Instant::now();
    let engine = open()?;
    engine.find(task.asked.first().map_or("", String::as_str))?;
    let open_ms = in_ms(began.elapsed());
    let mut typed_ms = Vec::with_capacity(task.typed.len());
    for typed in &task.typed {
        let began = processor_time();
        engine.find(typed)?;
        typed_ms.push(in_ms(processor_time().saturating_sub(began)));
    }
    let (mut asked_ms, mut found) = (Vec::new(), Vec::new());
    for asked in &task.asked {
        let began = processor_time();
        found.push(engine.find(asked)?);
        asked_ms.push(in_ms(processor_time().saturating_sub(began)));
    }
    let bytes = resident()?.saturating_sub(before);
    Ok(Searched { open_ms, bytes, typed_ms, asked_ms, found })
}

/// Bytes of all files in a folder.
pub(crate) fn size(folder: &Path) -> anyhow::Result<u64> {
    let entries = std::fs::read_dir(folder).context("reading the index")?;
    entries.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

pub(crate) fn in_ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Of the whole process: an engine may have threads.
pub(crate) fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Resident memory of this process in bytes (proc_pid_status(5), `VmRSS`).
pub(crate) fn resident() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading the memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kib: u64 = kib.context("no VmRSS")?.trim().parse()?;
    Ok(kib * 1024)
}
