use std::collections::BTreeMap;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::{entries, text};
use crate::catalog::Catalog;
use crate::load::{Load, ProgramClass, Used};
use crate::{Roots, outcome::Outcome};

/// Between two looks at what the processor did.
const INTERVAL: Duration = Duration::from_millis(180);

/// What one program has used so far (proc(5): `stat`, `statm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Process {
    class: ProgramClass,
    ticks: u64,
    /// Pages that are its own.
    pages: u64,
}

/// Two looks at the running programs, a moment apart.
pub(crate) fn load(roots: &Roots, catalog: &Catalog) -> Outcome {
    let before = (all_ticks(roots), processes(roots, catalog));
    sleep(INTERVAL);
    let after = (all_ticks(roots), processes(roots, catalog));
    let mut load = sum(&before, &after);
    load.waiting = waiting(roots);
    load.judge()
}

type Look = (u64, BTreeMap<u32, Process>);

fn sum((ticks_before, before): &Look, (ticks_after, after): &Look) -> Load {
    let page = rustix::param::page_size() as u64;
    let passed = ticks_after.saturating_sub(*ticks_before);
    let mut load = Load::default();
    for (id, process) in after {
        let earlier = before.get(id).map_or(process.ticks, |process| process.ticks);
        load.add(
            process.class,
            Used {
                cpu: share(process.ticks.saturating_sub(earlier), passed),
                bytes: process.pages.saturating_mul(page),
            },
        );
    }
    load
}

#[allow(clippy::cast_precision_loss, reason = "ticks of a moment")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Ticks of all cores, also the idle ones: the first line of `proc/stat`. Guests are in it twice.
fn all_ticks(roots: &Roots) -> u64 {
    const WITHOUT_GUESTS: usize = 8;
    let stat = text(&roots.proc.join("stat")).unwrap_or_default();
    let line = stat.lines().next().and_then(|line| line.strip_prefix("cpu ")).unwrap_or_default();
    line.split_whitespace().take(WITHOUT_GUESTS).filter_map(|word| word.parse::<u64>().ok()).sum()
}

/// Programs that want to run for each core (`proc/loadavg`, one minute).
fn waiting(roots: &Roots) -> Option<f64> {
    let load: f64 = text(&roots.proc.join("loadavg")).ok()?.split(' ').next()?.parse().ok()?;
    let stat = text(&roots.proc.join("stat")).ok()?;
    let is_core = |line: &&str| {
        line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let cores = u32::try_from(stat.lines().filter(is_core).count()).ok()?;
    (cores > 0).then(|| load / f64::from(cores))
}

fn processes(roots: &Roots, catalog: &Catalog) -> BTreeMap<u32, Process> {
    let read = |folder: &std::path::PathBuf| {
        let id = folder.file_name()?.to_str()?.parse().ok()?;
        Some((id, process(folder, catalog)?))
    };
    entries(&roots.proc).iter().filter_map(read).collect()
}

/// The kernel's own threads have no memory of their own.
fn process(folder: &Path, catalog: &Catalog) -> Option<Process> {
    const USER: usize = 11;
    let stat = text(&folder.join("stat")).ok()?;
    let (front, rest) = stat.rsplit_once(')')?;
    let (_, name) = front.split_once('(')?;
    let mut fields = rest.split_whitespace().skip(USER).map_while(|word| word.parse::<u64>().ok());
    let ticks = fields.next()?.saturating_add(fields.next()?);
    let memory = text(&folder.join("statm")).ok()?;
    let mut pages = memory.split_whitespace().skip(1).map_while(|word| word.parse::<u64>().ok());
    let resident = pages.next()?;
    let own = resident.saturating_sub(pages.next().unwrap_or(0));
    let class = if resident == 0 { ProgramClass::System } else { catalog.class_of(name) };
    Some(Process { class, ticks, pages: own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_between_two_looks_counts() {
        let process = |class, ticks, pages| Process { class, ticks, pages };
        let browser = ProgramClass::Browser;
        let before = (1000, BTreeMap::from([(7, process(browser, 500, 1))]));
        let after = (
            1100,
            BTreeMap::from([
                (7, process(browser, 540, 2)),
                (8, process(browser, 900, 3)),
                (9, process(ProgramClass::Mail, 0, 4)),
            ]),
        );
        let load = sum(&before, &after);
        let page = rustix::param::page_size() as u64;
        let expect = [
            (browser, Used { cpu: 0.4, bytes: 5 * page }),
            (ProgramClass::Mail, Used { cpu: 0.0, bytes: 4 * page }),
        ];
        assert_eq!(load.used, BTreeMap::from(expect));
    }
}
