//! Processes and their memory, as `/proc` tells (proc(5)).

use std::path::PathBuf;

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};

/// Every process below this one, at any depth.
///
/// # Errors
/// `/proc` cannot be read.
pub fn below(ancestor: u32) -> anyhow::Result<Vec<u32>> {
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .context("reading /proc")?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|id| Some((id, parent(id)?)))
        .collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(known) = found.get(next).copied() {
        found.extend(all.iter().filter(|(_, parent)| *parent == known).map(|(id, _)| id));
        next += 1;
    }
    found.remove(0);
    Ok(found)
}

/// The memory of these processes in bytes; what they share is counted once (PSS).
///
/// # Errors
/// One of them has ended.
pub fn memory(processes: &[u32]) -> anyhow::Result<u64> {
    processes.iter().map(|id| pss(*id)).sum()
}

/// Kills a process; one that has ended already is as good.
pub fn kill(id: u32) {
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(id, Signal::KILL);
    }
}

/// Whether a process has ended; one nobody has waited for yet has, too.
#[must_use]
pub fn is_gone(id: u32) -> bool {
    std::fs::read_link(file(id, "exe")).is_err()
}

fn pss(id: u32) -> anyhow::Result<u64> {
    let path = file(id, "smaps_rollup");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kibibytes: u64 = kibibytes.context("no PSS")?.trim().parse().context("the PSS")?;
    Ok(kibibytes * 1024)
}

/// The name of the program, which may hold anything, stands in parentheses before the parent.
fn parent(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(file(id, "stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

fn file(id: u32, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{id}/{name}"))
}
