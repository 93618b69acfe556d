use std::io::{IsTerminal, Write};

use agent::{Config, Roles};
use anyhow::{Context, anyhow};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Works until SIGTERM or SIGINT. Where the folder of its content leads elsewhere it starts again with that.
pub(crate) async fn run(config: Config, roles: Roles) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow!("another crypto provider is installed"))?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot watch for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot watch for SIGINT")?;
    let mut is_told = false;
    loop {
        let folder = std::fs::canonicalize(&config.knowledge);
        let folder = folder.with_context(|| config.knowledge.display().to_string())?;
        let running = agent::start(config.clone(), roles).await?;
        if !is_told {
            writeln!(std::io::stdout(), "deskside-agent ready {}", running.url())?;
            is_told = true;
        }
        let goes_on = tokio::select! {
            _ = terminate.recv() => false,
            _ = interrupt.recv() => false,
            () = agent::other_content(&config, &folder) => true,
        };
        running.stop().await;
        if !goes_on {
            return Ok(());
        }
        tracing::info!("starts again with other content");
    }
}
