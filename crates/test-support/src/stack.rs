//! The company's side, wired together: identity provider, agent, internet.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Company;
use crate::agent_process::AgentProcess;
use crate::probe::Probe;
use crate::provider::{Provider, ProviderOptions};

/// Everything the app talks to.
pub struct Stack {
    /// The sign-in of the company.
    pub provider: Provider,
    /// The central agent.
    pub agent: AgentProcess,
    /// The internet behind this device's network.
    pub internet: Probe,
    /// The systems of the company, where they are real ones.
    pub company: Option<Company>,
    // Its files go with it.
    _folder: Option<TempDir>,
}

impl Stack {
    /// Starts everything with data that goes away with it.
    ///
    /// # Errors
    /// Something does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::with(None).await
    }

    /// The same with the systems of a company.
    ///
    /// # Errors
    /// As [`Stack::start`].
    pub async fn start_with(company: Company) -> anyhow::Result<Self> {
        Self::with(Some(company)).await
    }

    async fn with(company: Option<Company>) -> anyhow::Result<Self> {
        let folder = TempDir::new().context("a folder for the agent")?;
        let mut stack = Self::all(folder.path(), &ProviderOptions::default(), company).await?;
        stack._folder = Some(folder);
        Ok(stack)
    }

    /// Starts everything with data in a folder that stays.
    ///
    /// # Errors
    /// Something does not start.
    pub async fn start_in(folder: &Path, sign_in: &ProviderOptions) -> anyhow::Result<Self> {
        Self::all(folder, sign_in, None).await
    }

    async fn all(
        folder: &Path,
        sign_in: &ProviderOptions,
        company: Option<Company>,
    ) -> anyhow::Result<Self> {
        // Clients of HTTP are made with the process-wide provider; another one here is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let provider = Provider::start(sign_in).await?;
        let agent = AgentProcess::start(folder, issuer(&provider), company.as_ref()).await?;
        let internet = Probe::start().await?;
        Ok(Self { provider, agent, internet, company, _folder: None })
    }

    /// What the app's settings file says to reach all of it.
    #[must_use]
    pub fn settings(&self) -> Value {
        json!({
            "agent_url": self.agent.url().as_str(),
            "issuer": issuer(&self.provider),
            "client_id": self.provider.client_id,
            "audience": self.provider.audience,
            "internet_probe_url": self.internet.url().as_str(),
        })
    }

    /// Fails if tokens were given out without somebody having been at the sign-in.
    ///
    /// # Errors
    /// The provider's log cannot be read, holds no sign-in, or a token call before any sign-in.
    pub async fn signed_in_through_the_page(&self) -> anyhow::Result<()> {
        let log = self.provider.log().await?;
        let paths: Vec<&str> = log.iter().map(|call| call.path.as_str()).collect();
        let Some(token) = paths.iter().position(|path| *path == "/token") else {
            bail!("nobody signed in: {paths:?}");
        };
        let authorization = paths.iter().position(|path| path.starts_with("/auth"));
        ensure!(authorization.is_some_and(|at| at < token), "tokens without a sign-in: {paths:?}");
        Ok(())
    }
}

/// The provider's name for itself: its address without the slash that a parsed address ends with.
fn issuer(provider: &Provider) -> &str {
    provider.issuer.as_str().trim_end_matches('/')
}
