//! The real agent, as a program of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use url::Url;

use crate::port;
use crate::program::{Program, built, quiet, root};

/// Who access tokens are for.
const AUDIENCE: &str = "urn:deskside:agent";
/// What the provider calls a sign-in with a code.
const STRONG: &str = "urn:deskside:mfa";

/// `deskside-agent serve` on a port that stays the same over restarts; killed when dropped.
pub struct AgentProcess {
    folder: PathBuf,
    url: Url,
    running: Option<Program>,
}

/// What the company's directory says of the people of the demonstration: everybody may work, and
/// everybody but Ines use the VPN.
fn directory() -> Value {
    let person = |subject: &str, groups: &[&str]| json!({ "subject": subject, "account": "active", "groups": groups });
    json!({
        "vpn_groups": ["vpn-users"],
        "people": [
            person("noor", &["vpn-users"]),
            person("maria", &["vpn-users"]),
            person("tomas", &["vpn-users"]),
            person("ines", &[]),
        ],
    })
}

impl AgentProcess {
    /// Starts it with its database in `folder`.
    ///
    /// # Errors
    /// It is not built or does not start.
    pub async fn start(folder: &Path, issuer: &str) -> anyhow::Result<Self> {
        let port = port::free()?;
        let config = json!({
            "listen": format!("127.0.0.1:{port}"),
            "database": folder.join("agent.db"),
            "database_key": folder.join("agent.key"),
            "issuer": issuer,
            "audience": AUDIENCE,
            "step_up_acr": STRONG,
            "knowledge": root().join("knowledge"),
            "recorded_directory": folder.join("directory.yaml"),
        });
        std::fs::write(folder.join("directory.yaml"), directory().to_string())
            .context("writing directory.yaml")?;
        // JSON is YAML.
        std::fs::write(folder.join("agent.yaml"), config.to_string())
            .context("writing agent.yaml")?;
        let url = Url::parse(&format!("http://127.0.0.1:{port}"))?;
        let mut agent = Self { folder: folder.to_owned(), url, running: None };
        agent.start_again().await?;
        Ok(agent)
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Starts it at the same address with the same database.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        let mut command = self.command()?;
        let mut running = Program::start(command.arg("serve"), &self.folder.join("agent.log"))?;
        running.said("deskside-agent ready ").await?;
        self.running = Some(running);
        Ok(())
    }

    /// Stops it in good order (SIGTERM).
    ///
    /// # Errors
    /// It does not end, or ends with a failure.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut running) = self.running.take() else { return Ok(()) };
        let status = running.terminate().await?;
        ensure!(status.success(), "the agent ended with {status}:\n{}", running.text());
        Ok(())
    }

    /// Kills it (SIGKILL).
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Everything the help desk receives of a ticket.
    ///
    /// # Errors
    /// There is no such ticket.
    pub fn ticket(&self, number: u32) -> anyhow::Result<Value> {
        self.ask(&["ticket", "show", &number.to_string(), "--json"])
    }

    /// The newest tickets, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn tickets(&self) -> anyhow::Result<Vec<Value>> {
        let list = self.ask(&["ticket", "list", "--json"])?;
        list.as_array().cloned().context("a list of tickets")
    }

    /// The tickets of the device with this support code, newest first.
    ///
    /// # Errors
    /// It is no code, or the database cannot be read.
    pub fn tickets_of_device(&self, code: &str) -> anyhow::Result<Vec<Value>> {
        let list = self.ask(&["ticket", "find", code, "--json"])?;
        list.as_array().cloned().context("a list of tickets")
    }

    /// Runs a command of the agent; gives what it prints.
    ///
    /// # Errors
    /// It fails.
    pub fn tell(&self, arguments: &[&str]) -> anyhow::Result<String> {
        String::from_utf8(self.output(arguments)?).context("the agent's answer")
    }

    fn ask(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.output(arguments)?).context("the agent's answer")
    }

    fn output(&self, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
        let output = self.command()?.args(arguments).output().context("asking the agent")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?} failed: {errors}");
        Ok(output.stdout)
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = quiet(built("deskside-agent")?);
        command.arg("--config").arg(self.folder.join("agent.yaml"));
        Ok(command)
    }
}
