use std::process::Command;

use anyhow::{Context, ensure};
use reqwest::{Certificate, Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::listening::{CERTIFICATE, KEY, folder_for, private, run, serve};
use crate::port;
use crate::process::OwnGroup;

const ADDRESS: &str = "127.0.0.1";
const PASSWORD: &str = "Desk-pw-1!";
/// The name is in its configuration, too.
const SESSIONS: &str = "sessions";
const PASSWORD_FILE: &str = "password";
const SITE: &str = include_str!("../request-tracker/SiteConfig.pm");
const PEOPLE: &str = include_str!("../request-tracker/people.pl");
/// Debian's place for the program behind a web server.
const PROGRAM: &str = "/usr/share/request-tracker5/libexec/rt-server";

/// A help desk: Request Tracker 5 over TLS, with the queues of the example company and an analyst. It ends with
/// this value.
#[derive(Debug)]
pub struct RequestTracker {
    process: Option<OwnGroup>,
    folder: TempDir,
    port: u16,
    client: Client,
}

impl RequestTracker {
    /// Makes one and starts it.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = folder_for(ADDRESS)?;
        let at = folder.path();
        private(at, PASSWORD_FILE, PASSWORD)?;
        std::fs::write(at.join("SiteConfig.pm"), SITE)?;
        std::fs::write(at.join("people.pl"), PEOPLE)?;
        for name in ["mason", "site.d", SESSIONS] {
            std::fs::create_dir(at.join(name))?;
        }
        let certificate = std::fs::read(at.join(CERTIFICATE))?;
        let own = Certificate::from_pem(&certificate)?;
        // Err: somebody else in this process installed it before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().tls_certs_only([own]).build()?;
        let mut server = Self { process: None, port: port::free()?, client, folder };
        let init = ["--action", "init", "--dba", "root", "--dba-password", "none"];
        run(server.with_site("rt-setup-database-5").args(init))?;
        run(server.with_site("perl").arg(server.folder.path().join("people.pl")))?;
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it on the data that is there.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        let (at, host) = (self.folder.path(), format!("{ADDRESS}:{}", self.port));
        let mut server = self.with_site("starman");
        server.args(["--listen", &format!("{host}:ssl"), "--workers", "2", "--enable-ssl"]);
        server.args(["--env", "deployment", "--disable-keepalive"]);
        server.arg("--ssl-cert").arg(at.join(CERTIFICATE)).arg("--ssl-key").arg(at.join(KEY));
        server.arg(PROGRAM);
        self.process = Some(serve(&server, &host, at).await?);
        Ok(())
    }

    /// Ends it at once, as a machine that fails.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Forgets who signed in, as it does after a while.
    ///
    /// # Errors
    /// Its folder cannot be changed.
    pub fn end_sessions(&self) -> anyhow::Result<()> {
        let sessions = self.folder.path().join(SESSIONS);
        for file in std::fs::read_dir(&sessions).with_context(|| sessions.display().to_string())? {
            std::fs::remove_file(file?.path())?;
        }
        Ok(())
    }

    /// A program that finds this desk's site.
    fn with_site(&self, program: &str) -> Command {
        let at = self.folder.path();
        let mut command = Command::new("env");
        command.arg(format!("RT_SITE_CONFIG={}", at.join("SiteConfig.pm").display()));
        command.arg(format!("RT_SITE_CONFIG_DIR={}", at.join("site.d").display()));
        command.arg(format!("DESK_FOLDER={}", at.display()));
        command.arg(format!("DESK_PORT={}", self.port));
        command.arg(format!("DESK_PASSWORD={PASSWORD}")).arg(program);
        command
    }

    /// What the agent's configuration says of it.
    #[must_use]
    pub fn config(&self) -> Value {
        let password_file = self.folder.path().join(PASSWORD_FILE);
        let account = |user: &str| json!({ "user": user, "password_file": password_file });
        json!({ "url": self.url(), "ca_file": self.folder.path().join(CERTIFICATE),
            "queues": { "service-desk": "Service Desk", "network": "Network",
                "endpoint": "Endpoint", "identity": "Identity", "security": "Security",
                "applications": "Applications" },
            "reader": account("deskside-reader"), "writer": account("deskside-writer"),
            "look_every_seconds": 1 })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{ADDRESS}:{}", self.port)
    }

    /// What the analyst asks or does there, below `REST/2.0`.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn analyst(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let address = format!("{}/REST/2.0/{path}", self.url());
        let request = self.client.request(method, address).basic_auth("analyst", Some(PASSWORD));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).with_context(|| text)
    }

    /// The analyst writes to whom a ticket is for; `kind` is the type of the content.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn correspond(&self, id: &str, kind: &str, content: &str) -> anyhow::Result<()> {
        let reply = json!({ "Content": content, "ContentType": kind });
        self.analyst(Method::POST, &format!("ticket/{id}/correspond"), Some(reply)).await.map(drop)
    }

    /// Every ticket there, the oldest first; at most 100.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn tickets(&self) -> anyhow::Result<Vec<Value>> {
        self.since(0).await
    }

    /// The tickets there after one, the oldest first; at most 100.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn since(&self, id: u32) -> anyhow::Result<Vec<Value>> {
        let asked = format!(
            "tickets?query=id%3E{id}&orderby=id&order=ASC&per_page=100\
             &fields=Subject,Status,Queue,Owner,Requestor&fields[Queue]=Name"
        );
        items(self.analyst(Method::GET, &asked, None).await?)
    }

    /// The id of the newest ticket; 0, if there is none.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn last(&self) -> anyhow::Result<u32> {
        let asked = "tickets?query=id%3E0&orderby=id&order=DESC&per_page=1";
        let newest = items(self.analyst(Method::GET, asked, None).await?)?;
        let id = newest.first().map(|it| word(it, "id"));
        Ok(id.map(str::parse).transpose()?.unwrap_or_default())
    }

    /// What happened to a ticket there, in this order: the kind and what was written.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn history(&self, id: &str) -> anyhow::Result<Vec<(String, String)>> {
        let asked = format!("ticket/{id}/history?fields=Type,NewValue&per_page=100");
        let mut all = Vec::new();
        for it in items(self.analyst(Method::GET, &asked, None).await?)? {
            let kind = word(&it, "Type").to_owned();
            let said = match kind.as_str() {
                "Create" | "Comment" | "Correspond" => self.words(word(&it, "id")).await?,
                _ => word(&it, "NewValue").to_owned(),
            };
            all.push((kind, said));
        }
        Ok(all)
    }

    async fn words(&self, transaction: &str) -> anyhow::Result<String> {
        let asked = format!("transaction/{transaction}/attachments?fields=ContentType");
        let mut words = String::new();
        for it in items(self.analyst(Method::GET, &asked, None).await?)? {
            let path = format!("attachment/{}", word(&it, "id"));
            let attachment = self.analyst(Method::GET, &path, None).await?;
            let content = word(&attachment, "Content");
            let bytes = base64::Engine::decode(
                &base64::prelude::BASE64_STANDARD,
                content.replace('\n', ""),
            )?;
            words += &String::from_utf8(bytes)?;
        }
        Ok(words)
    }
}

fn items(mut found: Value) -> anyhow::Result<Vec<Value>> {
    let items = found.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take);
    items.context("no items")
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
