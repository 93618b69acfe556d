//! The real agent, as a program of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use url::Url;

use crate::Company;
use crate::listening::private;
use crate::port;
use crate::program::{Program, built, quiet, root};

/// Who access tokens are for.
const AUDIENCE: &str = "urn:deskside:agent";
/// What the portal shows to the provider of the demonstration.
const PORTAL_SECRET: &str = "not-a-secret";
/// What the provider calls a sign-in with a code.
const STRONG: &str = "urn:deskside:mfa";

/// `deskside-agent run` on a port that stays the same over restarts; killed when dropped.
pub struct AgentProcess {
    folder: PathBuf,
    url: Url,
    running: Option<Program>,
}

/// What the company's directory says of the people of the demonstration: everybody may work, and
/// everybody but Ines use the VPN.
fn recorded() -> Value {
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

const CONFIG: &str = "agent.yaml";
/// Two people of IT, with a key each.
const SIGNERS: [&str; 2] = ["ida", "jon"];

impl AgentProcess {
    /// Has two people of IT sign that a runbook is trusted.
    ///
    /// # Errors
    /// There is none, or it is not fit.
    pub fn trust(&self, runbook: &str) -> anyhow::Result<()> {
        let [ida, jon] = SIGNERS.map(|name| self.folder.join(name).display().to_string());
        let why = "tried in the demonstration";
        let set = ["mode", "set", runbook, "act", "--reason", why, "--key", &ida];
        let written = self.tell(&set)?;
        let number = written.split_whitespace().next().context("the number of the change")?;
        self.tell(&["mode", "sign", number, "--key", &jon]).map(drop)
    }

    /// Starts it with its database in `folder`; without a company with a directory that is written down in a file.
    ///
    /// # Errors
    /// It is not built or does not start.
    pub async fn start(
        folder: &Path,
        issuer: &str,
        company: Option<&Company>,
    ) -> anyhow::Result<Self> {
        let port = port::free()?;
        let url = Url::parse(&format!("http://127.0.0.1:{port}"))?;
        let mut agent = Self { folder: folder.to_owned(), url, running: None };
        let recorded = agent.write("directory.yaml", &recorded())?;
        let secret = private(folder, "portal.secret", PORTAL_SECRET)?;
        let systems = company.map(|company| company.config(folder)).transpose()?;
        let config = |signers: Value| {
            let mut config = json!({
                "listen": format!("127.0.0.1:{port}"),
                "public_url": agent.url,
                "database": folder.join("agent.db"),
                "database_key": folder.join("agent.key"),
                "issuer": issuer,
                "audience": AUDIENCE,
                "step_up_acr": STRONG,
                "knowledge": root().join("knowledge"),
                "recorded_directory": recorded,
                "signers": signers,
                "portal": { "client_id": "deskside-portal", "client_secret_file": secret },
            });
            if let (Some(config), Some(Value::Object(systems))) = (config.as_object_mut(), &systems)
            {
                config.extend(systems.clone());
            }
            config
        };
        agent.write(CONFIG, &config(json!({})))?;
        let keys = SIGNERS.map(|name| Ok((name.to_owned(), agent.public_key(name)?.into())));
        let keys = keys.into_iter().collect::<anyhow::Result<_>>()?;
        agent.write(CONFIG, &config(Value::Object(keys)))?;
        agent.start_again().await?;
        Ok(agent)
    }

    /// Writes a file into its folder: JSON is YAML.
    fn write(&self, name: &str, content: &Value) -> anyhow::Result<PathBuf> {
        let file = self.folder.join(name);
        std::fs::write(&file, content.to_string()).with_context(|| format!("writing {name}"))?;
        Ok(file)
    }

    /// The public half of somebody's key, which is made where there is none yet.
    fn public_key(&self, name: &str) -> anyhow::Result<String> {
        let key = self.folder.join(name);
        if !key.exists() {
            self.tell(&["audit", "key", &key.display().to_string()])?;
        }
        let public = std::fs::read_to_string(key.with_extension("pub")).context("a public key")?;
        Ok(public.trim().to_owned())
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
        self.start_as("run").await
    }

    /// The same with one of its roles.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_as(&mut self, role: &str) -> anyhow::Result<()> {
        let mut command = self.command()?;
        let mut running = Program::start(command.arg(role), &self.folder.join("agent.log"))?;
        running.said("deskside-agent ready ").await?;
        self.running = Some(running);
        Ok(())
    }

    /// Changes what its configuration says; counts from its next start.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn configure(&self, changes: &Value) -> anyhow::Result<()> {
        let file = self.folder.join(CONFIG);
        let mut config: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
        if let (Some(config), Some(changes)) = (config.as_object_mut(), changes.as_object()) {
            config.extend(changes.clone());
        }
        self.write(CONFIG, &config).map(drop)
    }

    /// The id of its process.
    ///
    /// # Errors
    /// It does not run.
    pub fn id(&self) -> anyhow::Result<u32> {
        Ok(self.running.as_ref().context("the agent does not run")?.id())
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
        command.arg("--config").arg(self.folder.join(CONFIG));
        Ok(command)
    }
}
