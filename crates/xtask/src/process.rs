//! Running other programs, visibly.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};

/// A command in the root of the checkout.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(crate::root());
    command
}

/// The cargo that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, arguments)
}

/// As [`step`], for what only leads to what was asked for: what it prints goes to standard error.
pub(crate) fn prepare(what: &str, mut command: Command) -> anyhow::Result<()> {
    command.stdout(std::io::stderr());
    step(what, command)
}

/// Runs a step to its end, saying on standard error what it is and how long it took.
pub(crate) fn step(what: &str, mut command: Command) -> anyhow::Result<()> {
    eprintln!("▸ {what}");
    let begin = Instant::now();
    let status = command.status().with_context(|| format!("{what}: cannot start {command:?}"))?;
    ensure!(status.success(), "{what} failed ({status}): {command:?}");
    eprintln!("  done in {:.1} s", begin.elapsed().as_secs_f32());
    Ok(())
}

/// What a command prints.
pub(crate) fn output(mut command: Command) -> anyhow::Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is on the path.
pub(crate) fn is_installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// What this process may change on the system.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    Root,
    /// `sudo` asks for no password.
    Sudo,
    /// Only what belongs to the person.
    Own,
}

/// Finds out without asking anybody.
pub(crate) fn rights() -> Rights {
    let says = |command| output(command).map(|text| text.trim().to_owned()).unwrap_or_default();
    if says(command("id", &["-u"])) == "0" {
        Rights::Root
    } else if is_installed("sudo") && says(command("sudo", &["-n", "id", "-u"])) == "0" {
        Rights::Sudo
    } else {
        Rights::Own
    }
}

impl Rights {
    /// A command with these rights.
    pub(crate) fn command(self, program: &str, arguments: &[&str]) -> Command {
        match self {
            Self::Root | Self::Own => command(program, arguments),
            Self::Sudo => {
                let mut sudo = command("sudo", &["-n", program]);
                sudo.args(arguments);
                sudo
            }
        }
    }
}
