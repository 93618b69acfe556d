//! How this device was last stopped, and whether it waits to be.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use ticket::{EvidenceKey, FindingReason};

use super::{MAX_BYTES, entries, text, value};
use crate::hardware::starts::{self, Mark};
use crate::{Roots, outcome::Outcome};

/// Length of a record of `wtmp` on 64-bit Linux (utmp(5)).
const RECORD: usize = 384;
const RUN_LEVEL: i16 = 1;
const BOOT_TIME: i16 = 2;

/// Debian's mark, or a kernel whose modules an update has taken away.
pub(crate) fn restart(roots: &Roots) -> Outcome {
    let pending = || Outcome::attention().because(FindingReason::RestartPending);
    if roots.run.join("reboot-required").exists() {
        let packages = text(&roots.run.join("reboot-required.pkgs")).unwrap_or_default();
        let packages: BTreeSet<_> = packages.lines().filter(|line| !line.is_empty()).collect();
        return pending().with_some(
            EvidenceKey::PackagesWaiting,
            (!packages.is_empty()).then_some(packages.len()),
        );
    }
    let modules = entries(&roots.usr.join("lib/modules"));
    match value(&roots.proc.join("sys/kernel/osrelease")) {
        Some(running) if !modules.is_empty() => {
            let is_there = modules.iter().any(|folder| folder.ends_with(&running));
            if is_there { Outcome::fine() } else { pending() }
        }
        Some(_) | None => Outcome::not_available(FindingReason::NotReported),
    }
}

/// `var/log/wtmp`. Who signed in is not looked at.
pub(crate) fn last_shutdown(roots: &Roots) -> Outcome {
    starts::judge_marks(&marks(&roots.var.join("log/wtmp")))
}

/// The starts and ends in the newest part of the file, oldest first.
fn marks(path: &Path) -> Vec<Mark> {
    newest(path).unwrap_or_default().chunks_exact(RECORD).filter_map(mark).collect()
}

fn newest(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let whole = length - length % RECORD as u64;
    let room = MAX_BYTES - MAX_BYTES % RECORD as u64;
    file.seek(SeekFrom::Start(whole.saturating_sub(room)))?;
    let mut bytes = Vec::new();
    file.take(room).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The type, the name and the seconds of a record; the rest is not read.
fn mark(record: &[u8]) -> Option<Mark> {
    let kind = i16::from_le_bytes(record.get(..2)?.try_into().ok()?);
    let name = record.get(44..76)?;
    let at = i32::from_le_bytes(record.get(340..344)?.try_into().ok()?);
    match kind {
        BOOT_TIME => Some(Mark::Start { at: at.into() }),
        RUN_LEVEL if name.starts_with(b"shutdown\0") => Some(Mark::End),
        _ => None,
    }
}
