//! Servers that listen on this machine, with a certificate of their own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::process::OwnGroup;
use crate::until::{PATIENCE, until};

pub(crate) const CERTIFICATE: &str = "certificate.pem";
pub(crate) const KEY: &str = "key.pem";

/// A folder with a certificate for an address, and its key.
pub(crate) fn folder_for(address: &str) -> anyhow::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("server-").tempdir()?;
    let at = folder.path();
    let names = format!("subjectAltName=IP:{address}");
    let mut make = Command::new("openssl");
    make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    make.args(["-subj", "/CN=server", "-addext", &names]);
    make.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    make.args(["-keyout", KEY, "-out", CERTIFICATE]);
    run(make.current_dir(at))?;
    Ok(folder)
}

/// What a server says goes here, in its folder.
pub(crate) const SAID: &str = "said.log";

/// Starts a server in the foreground and waits until it takes connections at `host`.
pub(crate) async fn serve(
    command: &Command,
    host: &str,
    folder: &Path,
) -> anyhow::Result<OwnGroup> {
    // It says nothing when it is ready; its start is awaited at its port.
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"echo started; exec "$0" "$@" > "$SAID" 2>&1"#]).arg(command.get_program());
    shell.args(command.get_args()).env("SAID", folder.join(SAID));
    let (process, ()) = OwnGroup::start(shell, |line| (line == "started").then_some(())).await?;
    until(&format!("a server at {host}"), PATIENCE, async || {
        Ok(tokio::net::TcpStream::connect(host).await.ok().map(drop))
    })
    .await?;
    Ok(process)
}

pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {program}"))?;
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&said));
    Ok(())
}

/// Writes a file that only this user can read.
///
/// # Errors
/// It cannot be written.
pub fn private(folder: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok(path)
}
