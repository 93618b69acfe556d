//! Programs that tests start. Each ends with the value that holds it.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::until::{PATIENCE, until};

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    name: String,
    output: PathBuf,
}

impl Program {
    /// Starts a command; what it says goes to a file.
    ///
    /// # Errors
    /// The program cannot be started or the file not made.
    pub fn start(command: &mut Command, output: &Path) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let file = std::fs::File::create(output)
            .with_context(|| format!("making {}", output.display()))?;
        let errors = file.try_clone().context("sharing the output")?;
        let child = command.stdout(file).stderr(errors).spawn();
        let child = child.with_context(|| {
            format!("starting {name}; `cargo xtask setup` installs what is needed")
        })?;
        Ok(Self { child, name, output: output.to_owned() })
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its input, once, if it was started with one.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// What follows `prefix` in the first line that starts with it.
    ///
    /// # Errors
    /// The program ended, or did not say it in time; what it said instead is in the error.
    pub async fn said(&mut self, prefix: &str) -> anyhow::Result<String> {
        let what = format!("`{prefix}` from {}", self.name);
        let heard = until(&what, PATIENCE, async || {
            let text = self.text();
            // A line without its end may still grow.
            let lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
            let found =
                lines.filter_map(|line| line.strip_prefix(prefix)).next().map(str::to_owned);
            ensure!(found.is_some() || self.is_running(), "{} ended", self.name);
            Ok(found)
        });
        heard.await.with_context(|| format!("{} said:\n{}", self.name, self.text()))
    }

    /// Everything it has said so far.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = std::fs::read(&self.output).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Interrupts it, as Ctrl-C does.
    ///
    /// # Errors
    /// The system does not send the signal.
    pub fn interrupt(&self) -> anyhow::Result<()> {
        signal(self.id(), Signal::INT)
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    ///
    /// # Errors
    /// It did not end in time.
    pub async fn terminate(&mut self) -> anyhow::Result<ExitStatus> {
        signal(self.id(), Signal::TERM)?;
        self.ended().await
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// It did not end in time.
    pub async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        until(&what, PATIENCE, async || Ok(self.child.try_wait()?)).await
    }

    /// Waits for as long as it runs.
    ///
    /// # Errors
    /// The system does not say whether it runs.
    pub async fn until_ended(&mut self) -> anyhow::Result<ExitStatus> {
        until("the end", Duration::MAX, async || Ok(self.child.try_wait()?)).await
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a signal to a process; one that has ended already is no error.
pub(crate) fn signal(id: u32, signal: Signal) -> anyhow::Result<()> {
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw).context("a process id")?;
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error).context("sending a signal"),
    }
}

/// A program of this workspace, from the folder cargo built this one in.
///
/// # Errors
/// It is not built.
pub fn built(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe().context("finding this program")?;
    let mut folders = here.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    folders
        .find(|path| path.is_file())
        .with_context(|| format!("{name} is not built: `cargo build --workspace`"))
}

/// The root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// A command that reads nothing.
pub(crate) fn quiet(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}
