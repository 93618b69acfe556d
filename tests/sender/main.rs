//! The app without its window, for `kill.rs`: signs in, sends, or delivers what waits, and says what a
//! person would have been shown.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use desktop::view::SessionState;
use desktop::{Desktop, Folders, Options};

/// How often is looked whether everything has left.
const LOOK: Duration = Duration::from_millis(5);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The process is new: nobody can have installed another provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let desktop = Desktop::start(options()?).await?;
    match std::env::args().nth(1).as_deref() {
        Some("sign-in") => sign_in(&desktop).await,
        Some("send") => send(&desktop).await,
        Some("deliver") => deliver(&desktop).await,
        other => bail!("sign-in, send or deliver, not {other:?}"),
    }
}

fn options() -> anyhow::Result<Options> {
    let folder = |variable| -> anyhow::Result<PathBuf> {
        Ok(PathBuf::from(std::env::var_os(variable).context(variable)?).join("deskside"))
    };
    let config = folder("XDG_CONFIG_HOME")?;
    Ok(Options {
        folders: Folders {
            managed: config.join("no-policy.json"),
            config,
            data: folder("XDG_DATA_HOME")?,
        },
        knowledge: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../knowledge")),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system_locale: "en".to_owned(),
        open: Arc::new(|url| say(&format!("open {url}")).map_err(|error| error.to_string())),
    })
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

async fn sign_in(desktop: &Arc<Desktop>) -> anyhow::Result<()> {
    match desktop.sign_in().await {
        Ok(_) => Ok(say("signed in")?),
        Err(problem) => bail!("{problem:?}"),
    }
}

/// Sends one request after the other until it is killed.
async fn send(desktop: &Arc<Desktop>) -> anyhow::Result<()> {
    loop {
        if desktop.session().state != SessionState::SignedIn {
            return Ok(say("signed out")?);
        }
        let draft = desktop.draft_new("the VPN drops after a minute").await;
        draft.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        say("pressing")?;
        match desktop.draft_send().await {
            Ok(saved) => say(&format!("saved {}", saved.id))?,
            Err(problem) => bail!("{problem:?}"),
        }
        everything_left(desktop).await?;
    }
}

/// Stays until nothing waits any more.
async fn deliver(desktop: &Arc<Desktop>) -> anyhow::Result<()> {
    everything_left(desktop).await?;
    say("delivered")?;
    Ok(())
}

async fn everything_left(desktop: &Desktop) -> anyhow::Result<()> {
    while desktop.session().unsent > 0 {
        if desktop.session().state != SessionState::SignedIn {
            return Ok(say("signed out")?);
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
