use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

const STARTING: Duration = Duration::from_secs(30);

/// A program in a process group of its own, which ends with this value: the program and
/// everything it started.
#[derive(Debug)]
pub struct OwnGroup {
    child: Child,
    /// Kept open: a program that writes to a closed pipe dies.
    _stdout: BufReader<ChildStdout>,
}

impl OwnGroup {
    /// Starts `command` and waits until it prints a line that `ready` takes something from.
    ///
    /// # Errors
    /// When it cannot be started, ends early, or is not ready within half a minute.
    pub async fn start<T: Send + 'static>(
        mut command: Command,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let reading = tokio::task::spawn_blocking(move || first_match(stdout, ready));
        match tokio::time::timeout(STARTING, reading).await {
            Ok(read) => {
                let (stdout, found) = read?.with_context(|| format!("{program} did not start"))?;
                Ok((Self { child, _stdout: stdout }, found))
            }
            Err(_) => {
                end(&mut child);
                bail!("{program} was not ready within {STARTING:?}")
            }
        }
    }
}

impl Drop for OwnGroup {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn first_match<T>(
    stdout: ChildStdout,
    ready: impl Fn(&str) -> Option<T>,
) -> Result<(BufReader<ChildStdout>, T)> {
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        if let Some(found) = ready(line.trim_end()) {
            return Ok((reader, found));
        }
        line.clear();
    }
    bail!("it ended before it was ready")
}

/// Nothing can be done about a child that is already gone.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    drop(child.kill());
    drop(child.wait());
}
