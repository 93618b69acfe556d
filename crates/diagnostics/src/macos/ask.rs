//! The two programs that are started: macOS tells of its hardware by `system_profiler` alone, and of its
//! starts by `last`. Each is called by its full path, with fixed words and nothing of our environment,
//! and ended when it takes too long.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::profiler::DataType;

const PROFILER: &str = "/usr/sbin/system_profiler";
const LAST: &str = "/usr/bin/last";
/// Most kinds of documents are there in a tenth of this.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest answer read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The document of these kinds; none if it does not come in time.
pub(super) fn ask(wanted: &[DataType]) -> Option<String> {
    let kinds = wanted.iter().map(|kind| kind.as_str());
    answer(Command::new(PROFILER).args(["-json", "-detailLevel", "mini"]).args(kinds))
}

/// The starts and the shutdowns of the system, the newest first; nobody's sign-ins are asked for.
pub(super) fn ask_for_starts() -> Option<String> {
    answer(Command::new(LAST).args(["-y", "reboot", "shutdown"]))
}

fn answer(program: &mut Command) -> Option<String> {
    let mut program = program
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let output = program.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = output.take(MAX_BYTES).read_to_string(&mut text);
        // Nobody waits any more where it took too long.
        let _ = sender.send(read.map(|_| text));
    });
    let text = receiver.recv_timeout(PATIENCE);
    // Has ended, or must; both errors mean that it is gone.
    let _ = program.kill();
    let _ = program.wait();
    text.ok()?.ok()
}
