//! The one program that is started: macOS tells of its hardware by `system_profiler` alone. It is called
//! by its full path, with fixed words and nothing of our environment, and ended when it takes too long.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::profiler::DataType;

const PROGRAM: &str = "/usr/sbin/system_profiler";
/// Most kinds of documents are there in a tenth of this.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest document read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The document of these kinds; none if it does not come in time.
pub(super) fn ask(wanted: &[DataType]) -> Option<String> {
    let mut program = Command::new(PROGRAM)
        .args(["-json", "-detailLevel", "mini"])
        .args(wanted.iter().map(|kind| kind.as_str()))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let output = program.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut document = String::new();
        let read = output.take(MAX_BYTES).read_to_string(&mut document);
        // Nobody waits any more where it took too long.
        let _ = sender.send(read.map(|_| document));
    });
    let document = receiver.recv_timeout(PATIENCE);
    // Has ended, or must; both errors mean that it is gone.
    let _ = program.kill();
    let _ = program.wait();
    document.ok()?.ok()
}
