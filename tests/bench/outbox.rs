//! From *press send* in the app to *accepted*, through the outbox on the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use desktop::{Change, Desktop, Folders, Options, Problem};
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, PATIENCE, Stack, root};
use tokio::sync::{broadcast, mpsc};
use url::Url;
use uuid::Uuid;

use crate::report::{Report, Spread};

const TICKETS: usize = 20;

/// Sends tickets one after the other.
pub(crate) async fn measure(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("{TICKETS} tickets through the outbox"))?;
    let folder = TempDir::new().context("a folder for the app")?;
    let (opened, mut pages) = mpsc::unbounded_channel();
    let desktop = Desktop::start(options(stack, folder.path(), opened)?).await?;
    let walking = async {
        let page: String = pages.recv().await.context("no page was opened")?;
        HttpBrowser::new()?.walk(&Url::parse(&page)?, Act::SignIn("maria")).await
    };
    let (session, landing) = tokio::join!(desktop.sign_in(), walking);
    landing?;
    session.map_err(|error| problem(&error))?;
    let mut times = Vec::new();
    for number in 0..TICKETS {
        let sending = send(&desktop, number);
        let time = tokio::time::timeout(PATIENCE, sending).await.context("not accepted")??;
        times.push(time.as_secs_f64() * 1000.0);
    }
    report.add("ticket accepted, from send in the app", "ms", Spread::of(times)?);
    Ok(())
}

fn options(
    stack: &Stack,
    folder: &Path,
    opened: mpsc::UnboundedSender<String>,
) -> anyhow::Result<Options> {
    let folders = Folders {
        config: folder.join("config"),
        data: folder.join("data"),
        managed: folder.join("no-policy.json"),
    };
    std::fs::create_dir_all(&folders.config).context("making the folder of the settings")?;
    std::fs::write(folders.config.join("settings.json"), stack.settings().to_string())
        .context("writing settings.json")?;
    Ok(Options {
        folders,
        knowledge: root().join("knowledge"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system_locale: "en".to_owned(),
        open: Arc::new(move |url| opened.send(url.to_owned()).map_err(|error| error.to_string())),
    })
}

/// Writes a request, waits for its checks as a person who reads the review does, and sends it.
async fn send(desktop: &Arc<Desktop>, number: usize) -> anyhow::Result<Duration> {
    let mut changes = desktop.changes();
    let text = format!("The VPN drops after a minute, attempt {number}");
    desktop.draft_new(&text).await.map_err(|error| problem(&error))?;
    while desktop.draft().is_some_and(|draft| draft.checking) {
        change(&mut changes).await?;
    }
    let begin = Instant::now();
    let saved = desktop.draft_send().await.map_err(|error| problem(&error))?;
    let id: Uuid = saved.id.parse().context("the id of the request")?;
    while desktop.request(id).await.map_err(|error| problem(&error))?.row.number.is_none() {
        change(&mut changes).await?;
    }
    Ok(begin.elapsed())
}

/// Waits until the window would be told something.
async fn change(changes: &mut broadcast::Receiver<Change>) -> anyhow::Result<()> {
    match changes.recv().await {
        // Missed some: what they told is there to be read.
        Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => Ok(()),
        Err(error @ broadcast::error::RecvError::Closed) => Err(error.into()),
    }
}

fn problem(problem: &Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}
