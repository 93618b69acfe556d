use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Once;

use agent::{Config, Database, Limits, PortalConfig, Record, Records, Roles, Running};
use audit::{Entry, EntryKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connectors::Ports;
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Serialize;
use serde_json::{Value, json};
use test_support::{Directory, PATIENCE, Server, until};
use ticket::{Problem, ProblemCode, SignatureInput, Submission, SubmissionKind, signature_base};
use uuid::Uuid;

use crate::home::Home;
use crate::issuer::{AUDIENCE, CLIENT, Issuer};

/// An issuer, an agent and a client.
pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) agent: Running,
    pub(crate) config: Config,
    pub(crate) http: reqwest::Client,
    pub(crate) home: Home,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_, _| ()).await
    }

    /// With another configuration and other limits than usual.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config, &mut Limits)) -> Self {
        Self::start_connected(Ports::default(), change).await
    }

    /// With systems that can be changed.
    pub(crate) async fn start_connected(
        ports: Ports,
        change: impl FnOnce(&mut Config, &mut Limits),
    ) -> Self {
        Self::begin(Home::new(), Roles::ALL, ports, change).await
    }

    /// On a server of the test's own.
    pub(crate) async fn start_on(server: &Server, ports: Ports) -> Self {
        Self::begin(Home::on(Some(server)), Roles::ALL, ports, |_, _| ()).await
    }

    async fn begin(
        home: Home,
        roles: Roles,
        ports: Ports,
        change: impl FnOnce(&mut Config, &mut Limits),
    ) -> Self {
        install_provider();
        let issuer = Issuer::start().await;
        let (mut config, mut limits) = (config(&issuer.url, &home), Limits::default());
        change(&mut config, &mut limits);
        let agent = agent::start_with(config.clone(), roles, limits, ports).await.unwrap();
        Self { issuer, agent, config, http: reqwest::Client::new(), home }
    }

    /// With systems, in a process that has only some of the roles.
    pub(crate) async fn start_as(
        roles: Roles,
        ports: Ports,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::begin(Home::new(), roles, ports, |config, _| change(config)).await
    }

    /// The same database under a new process, as far as the agent can tell.
    pub(crate) async fn restart(self) -> Self {
        self.restart_connected(Ports::default()).await
    }

    pub(crate) async fn restart_connected(self, ports: Ports) -> Self {
        self.agent.stop().await;
        let limits = Limits::default();
        let config = self.config.clone();
        let agent = agent::start_with(config, Roles::ALL, limits, ports).await.unwrap();
        Self { agent, ..self }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.agent.url()))
    }

    /// Asks with a token and no signature.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()
    }

    /// Asks with a token, signed by an installation.
    pub(crate) async fn get_signed(&self, path: &str, token: &str, laptop: &Laptop) -> Response {
        self.signed(&Method::GET, path, token, laptop).send().await.unwrap()
    }

    /// A request without a body, with a token and signed by an installation.
    pub(crate) fn signed(
        &self,
        method: &Method,
        path: &str,
        token: &str,
        laptop: &Laptop,
    ) -> RequestBuilder {
        let request = self.request(method.clone(), path);
        laptop.sign(request, method.as_str(), path, b"").bearer_auth(token)
    }

    /// Sends JSON with a token and no signature.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &impl Serialize) -> Response {
        self.request(Method::POST, path).bearer_auth(token).json(body).send().await.unwrap()
    }

    /// Sends JSON signed by an installation, with a token if there is one.
    pub(crate) async fn post_signed(
        &self,
        path: &str,
        token: Option<&str>,
        laptop: &Laptop,
        body: &impl Serialize,
    ) -> Response {
        let body = serde_json::to_vec(body).unwrap();
        let mut request = laptop.sign(self.request(Method::POST, path), "POST", path, &body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.header("content-type", "application/json").body(body).send().await.unwrap()
    }

    /// Tells how articles were used; the status of the answer.
    pub(crate) async fn report_usage(&self, subject: &str, laptop: &Laptop, report: &Value) -> u16 {
        let token = self.issuer.token(subject);
        self.post_signed("/v1/usage", Some(&token), laptop, report).await.status().as_u16()
    }

    pub(crate) async fn records(&self) -> Records {
        Records::open(&self.config).await.unwrap()
    }

    /// The record of a ticket once it is decided.
    pub(crate) async fn decided(&self, number: u32) -> Record {
        self.decided_in(number, 0).await
    }

    /// The record of a ticket once a round of it is decided.
    pub(crate) async fn decided_in(&self, number: u32, round: u32) -> Record {
        let is_it = |entry: &Entry| {
            entry.kind == EntryKind::Decided && entry.facts["round"] == json!(round)
        };
        let records = self.records().await;
        until(&format!("round {round} of ticket {number}"), PATIENCE, async || {
            let record = records.find(number).await?;
            Ok(record.filter(|record| record.audit.entries.iter().any(is_it)))
        })
        .await
        .unwrap()
    }

    /// Runs a command of the program beside the agent.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let file = self.home.path().join("agent.yaml");
        std::fs::write(&file, self.config_text()).unwrap();
        let program = env!("CARGO_BIN_EXE_deskside-agent");
        let mut command = Command::new(program);
        command.arg("--config").arg(file).args(arguments);
        // The agent goes on meanwhile: it may be holding what the command waits for.
        tokio::task::block_in_place(|| command.output()).unwrap()
    }

    /// What a command prints that succeeds.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The configuration as a file holds it.
    pub(crate) fn config_text(&self) -> String {
        config_text(&self.config)
    }

    /// The facts of the general audit chain, newest last.
    pub(crate) async fn general_facts(&self) -> Vec<Value> {
        let trail = self.records().await.general_trail().await.unwrap();
        assert!(trail.verified);
        trail.entries.into_iter().map(|entry| entry.facts).collect()
    }
}

/// A device with its installation key.
pub(crate) struct Laptop {
    pub(crate) id: Uuid,
    pub(crate) key: Ed25519KeyPair,
}

impl Laptop {
    pub(crate) fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        Self { id: Uuid::new_v4(), key }
    }

    /// A laptop that is enrolled for a person.
    pub(crate) async fn enrolled(world: &World, subject: &str) -> Self {
        let laptop = Self::new();
        let (token, enrollment) = (world.issuer.token(subject), laptop.enrollment());
        let path = "/v1/installations";
        let response = world.post_signed(path, Some(&token), &laptop, &enrollment).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        laptop
    }

    pub(crate) fn enrollment(&self) -> Value {
        json!({
            "id": self.id,
            "public_key": STANDARD.encode(self.key.public_key()),
            "device_name": "LO-4711",
        })
    }

    pub(crate) fn sign(
        &self,
        request: RequestBuilder,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> RequestBuilder {
        self.sign_at(request, method, path, body, Timestamp::now().as_second())
    }

    pub(crate) fn sign_at(
        &self,
        request: RequestBuilder,
        method: &str,
        path: &str,
        body: &[u8],
        created: i64,
    ) -> RequestBuilder {
        let content_digest = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)));
        let input = SignatureInput { created, key_id: self.id };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let base = signature_base(method, path, &format!("?{query}"), &content_digest, &input);
        let signature = STANDARD.encode(self.key.sign(base.as_bytes()));
        request
            .header("content-digest", content_digest)
            .header("signature-input", input.header())
            .header("signature", format!("installation=:{signature}:"))
    }
}

pub(crate) fn submission(text: &str) -> Submission {
    let (text, locale) = (text.to_owned(), "en".to_owned());
    Submission::of_words(Uuid::now_v7(), Timestamp::now(), text, locale)
}

pub(crate) fn report(text: &str) -> Submission {
    Submission { kind: SubmissionKind::SecurityReport, ..submission(text) }
}

/// Checks status and code of a refusal; it says nothing else.
pub(crate) async fn assert_refused(response: Response, status: u16, code: ProblemCode) {
    assert_eq!(response.status().as_u16(), status);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    let problem: Problem = serde_json::from_value(body).unwrap();
    assert_eq!(problem.code, code);
}

pub(crate) fn install_provider() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

pub(crate) fn config_text(config: &Config) -> String {
    json!({
        "listen": config.listen,
        "database": match &config.database {
            Database::File(file) => file.to_string_lossy().into_owned(),
            Database::Server(url) => url.to_string(),
        },
        "database_password_file": config.database_password_file,
        "database_key": config.database_key,
        "issuer": config.issuer,
        "audience": config.audience,
        "knowledge": config.knowledge,
        "model": config.model,
        "incidents": config.incidents,
        "recorded_directory": config.recorded_directory,
        "ldap": config.ldap,
        "ldap_writer": config.ldap_writer,
        "signers": config.signers,
        "mail": config.mail,
        "chats": config.chats,
        "pagers": config.pagers,
        "public_url": config.public_url,
        "request_tracker": config.request_tracker,
        "portal": config.portal,
    })
    .to_string()
}

/// Connects a real directory, to be read and changed.
pub(crate) fn connect(config: &mut Config, directory: &Directory) {
    config.ldap = Some(serde_json::from_value(directory.config()).unwrap());
    config.ldap_writer = Some(serde_json::from_value(directory.writer()).unwrap());
}

pub(crate) fn config(issuer: &str, home: &Home) -> Config {
    Config {
        listen: "127.0.0.1:0".to_owned(),
        database: home.database(),
        database_password_file: home.password_file(),
        database_key: home.path().join("agent.key"),
        issuer: issuer.to_owned(),
        audience: AUDIENCE.to_owned(),
        knowledge: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/knowledge")),
        public_url: None,
        step_up_acr: None,
        step_up_amr: None,
        behind_tls_proxy: false,
        model: None,
        incidents: agent::IncidentConfig::default(),
        recorded_directory: None,
        ldap: None,
        ldap_writer: None,
        signers: BTreeMap::new(),
        mail: None,
        chats: BTreeMap::new(),
        pagers: BTreeMap::new(),
        request_tracker: None,
        portal: Some(PortalConfig { client_id: CLIENT.to_owned(), client_secret_file: None }),
    }
}
