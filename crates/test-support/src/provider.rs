use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use url::Url;

use crate::process::OwnGroup;

/// The sign-in of Lumen & Oak, running on this machine until it is dropped.
#[derive(Debug)]
pub struct Provider {
    /// Its address.
    pub issuer: Url,
    /// Our client there.
    pub client_id: &'static str,
    /// What its access tokens are for.
    pub audience: &'static str,
    _program: OwnGroup,
}

/// How the provider is started.
#[derive(Debug, Clone, Default)]
pub struct ProviderOptions {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Life of an access token in seconds; none: 300.
    pub access_ttl: Option<u32>,
    /// File that keeps the signing keys across restarts.
    pub keys: Option<PathBuf>,
    /// With it the provider speaks HTTPS.
    pub tls: Option<Tls>,
}

/// PEM files of a certificate for 127.0.0.1.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The private key.
    pub key: PathBuf,
    /// The certificate.
    pub certificate: PathBuf,
}

/// A call the provider got at one of its endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogEntry {
    /// `/auth`, `/token` or `/token/revocation`.
    pub path: String,
    /// Who called.
    pub client: Option<String>,
    /// `authorization_code` or `refresh_token` at the token endpoint.
    pub grant: Option<String>,
    /// What the provider answered.
    pub status: u16,
    /// When, by the provider's clock, RFC 3339.
    pub at: String,
}

impl Provider {
    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// When Node or the provider's packages are missing, or it does not start.
    pub async fn start(options: &ProviderOptions) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider");
        ensure!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the packages of the identity provider are not installed: run `cargo xtask setup`"
        );
        let ready = |line: &str| line.strip_prefix("provider ready ").map(str::to_owned);
        let (program, issuer) = OwnGroup::start(command(&folder, options), ready)
            .await
            .context("the identity provider; `cargo xtask setup` installs what it needs")?;
        Ok(Self {
            issuer: issuer.parse()?,
            client_id: "deskside",
            audience: "urn:deskside:agent",
            _program: program,
        })
    }

    /// The calls of its endpoints so far.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn log(&self) -> Result<Vec<LogEntry>> {
        let answer = crate::client()?.get(self.issuer.join("/test/log")?).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// How often the token endpoint was asked for this grant.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn token_calls(&self, grant: &str) -> Result<usize> {
        let log = self.log().await?;
        Ok(log.iter().filter(|entry| entry.grant.as_deref() == Some(grant)).count())
    }

    /// Puts its clock this many seconds ahead of the machine's.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set_clock_ahead(&self, seconds: i64) -> Result<()> {
        self.knock(&format!("/test/clock?ahead={seconds}")).await
    }

    /// Makes its next ID token wrong: `CLAIM=VALUE`, `key=unknown` or `alg=none`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn spoil_next_id_token(&self, how: &str) -> Result<()> {
        self.knock(&format!("/test/next-id-token?{how}")).await
    }

    async fn knock(&self, door: &str) -> Result<()> {
        crate::client()?.post(self.issuer.join(door)?).send().await?.error_for_status()?;
        Ok(())
    }
}

fn command(folder: &Path, options: &ProviderOptions) -> Command {
    let mut command = Command::new("node");
    command
        .arg("provider.mjs")
        .current_dir(folder)
        .env("NODE_NO_WARNINGS", "1")
        .env("END_WITH_PARENT", "1")
        .env("PORT", options.port.to_string());
    if let Some(seconds) = options.access_ttl {
        command.env("ACCESS_TTL", seconds.to_string());
    }
    if let Some(file) = &options.keys {
        command.env("KEYS", file);
    }
    if let Some(tls) = &options.tls {
        command.env("TLS_KEY", &tls.key).env("TLS_CERT", &tls.certificate);
    }
    command
}
