use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use reqwest::{Certificate, Client, Method, Url};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::listening::{CERTIFICATE, KEY, folder_for, private, run, serve};
use crate::port;
use crate::process::OwnGroup;

const ADDRESS: &str = "127.0.0.1";
const SERVER: &str = "desk.example";
const TOKEN: &str = "token";
const CONFIG: &str = "homeserver.yaml";

/// A chat: Synapse, a server of Matrix, over TLS, with a room that an analyst made and where the agent's account is
/// invited. It ends with this value.
#[derive(Debug)]
pub struct Matrix {
    _process: OwnGroup,
    folder: TempDir,
    address: Url,
    client: Client,
    /// Of the analyst.
    token: String,
    room: String,
}

impl Matrix {
    /// Makes one and starts it.
    ///
    /// # Errors
    /// It is not installed, which `cargo xtask setup` does, or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let (folder, port) = (folder_for(ADDRESS)?, port::free()?);
        let (at, host) = (folder.path(), format!("{ADDRESS}:{port}"));
        // YAML that is JSON.
        std::fs::write(at.join(CONFIG), config(port).to_string())?;
        let mut keys = Command::new(installed());
        keys.args(["-m", "synapse.app.homeserver", "--config-path", CONFIG, "--generate-keys"]);
        run(keys.current_dir(at))?;
        let mut server = Command::new("env");
        server.arg(format!("--chdir={}", at.display())).arg(installed());
        server.args(["-m", "synapse.app.homeserver", "--config-path", CONFIG]);
        let process = serve(&server, &host, at).await?;
        let certificate = std::fs::read(at.join(CERTIFICATE))?;
        // Err: somebody else in this process installed it before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let own = Certificate::from_pem(&certificate)?;
        let client = Client::builder().tls_certs_only([own]).build()?;
        let address = format!("https://{host}/_matrix/client/v3/").parse()?;
        let mut server = Self {
            _process: process,
            folder,
            address,
            client,
            token: String::new(),
            room: String::new(),
        };
        let agent = server.join_in("deskside").await?;
        private(server.folder.path(), TOKEN, &format!("{agent}\n"))?;
        server.token = server.join_in("ida").await?;
        server.room = server.room(&["deskside"]).await?;
        Ok(server)
    }

    /// A new account; gives its access token.
    async fn join_in(&self, name: &str) -> anyhow::Result<String> {
        let account = json!({ "username": name, "password": "Chat-pw-1!",
            "auth": { "type": "m.login.dummy" } });
        let made = self.ask(Method::POST, "register", Some(account)).await?;
        Ok(word(&made, "access_token").to_owned())
    }

    /// The analyst makes a room and invites accounts; gives its id.
    ///
    /// # Errors
    /// The server does not answer, or says no.
    pub async fn room(&self, invited: &[&str]) -> anyhow::Result<String> {
        let invited: Vec<String> = invited.iter().map(|it| format!("@{it}:{SERVER}")).collect();
        let room = json!({ "preset": "private_chat", "invite": invited });
        let made = self.ask(Method::POST, "createRoom", Some(room)).await?;
        Ok(word(&made, "room_id").to_owned())
    }

    /// What the agent's configuration says of the room.
    #[must_use]
    pub fn config(&self) -> Value {
        let at = self.folder.path();
        let homeserver = self.address.origin().ascii_serialization();
        json!({ "kind": "matrix", "homeserver": homeserver, "ca_file": at.join(CERTIFICATE),
            "room": self.room, "token_file": at.join(TOKEN) })
    }

    /// The content of every message in the room, the oldest first; at most 100.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn messages(&self) -> anyhow::Result<Vec<Value>> {
        let path = format!("rooms/{}/messages?dir=f&limit=100", self.room);
        let mut found = self.ask(Method::GET, &path, None).await?;
        let events = found.get_mut("chunk").and_then(Value::as_array_mut).map(std::mem::take);
        let mut events = events.context("no events")?;
        events.retain(|it| word(it, "type") == "m.room.message");
        Ok(events.iter_mut().filter_map(|it| Some(it.get_mut("content")?.take())).collect())
    }

    /// Ends what the agent signs in with, as an administrator does.
    ///
    /// # Errors
    /// The server does not answer, or says no.
    pub async fn end_sessions_of_agent(&self) -> anyhow::Result<()> {
        let token = std::fs::read_to_string(self.folder.path().join(TOKEN))?;
        let logout = self.client.post(self.address.join("logout")?).bearer_auth(token.trim());
        logout.send().await?.error_for_status()?;
        Ok(())
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let mut request = self.client.request(method, self.address.join(path)?);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).with_context(|| text)
    }
}

fn config(port: u16) -> Value {
    let resources = json!([{ "names": ["client"] }]);
    json!({
        "server_name": SERVER,
        "listeners": [{ "type": "http", "tls": true, "port": port, "bind_addresses": [ADDRESS],
            "resources": resources }],
        "tls_certificate_path": CERTIFICATE,
        "tls_private_key_path": KEY,
        "signing_key_path": "signing.key",
        "database": { "name": "sqlite3", "args": { "database": "homeserver.db" } },
        "media_store_path": "media",
        "report_stats": false,
        "trusted_key_servers": [],
        "enable_registration": true,
        "enable_registration_without_verification": true,
        // It is not what is tested here.
        "bcrypt_rounds": 4,
    })
}

fn installed() -> PathBuf {
    crate::root().join("crates/test-support/matrix/.venv/bin/python")
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
