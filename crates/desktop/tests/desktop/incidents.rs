//! A fault that several people have, from the first request to the word that it is over.

use anyhow::{Context, ensure};
use desktop::view::IncidentView;
use serde_json::Value;
use test_support::{PATIENCE, Stack, until};

use crate::device::{App, Device};

async fn incidents(app: &App) -> anyhow::Result<Vec<IncidentView>> {
    Ok(app.run(|desktop| async move { desktop.home().await }).await?.incidents)
}

/// A device whose proxy does not answer, with somebody signed in.
async fn without_proxy(stack: &Stack, user: &str) -> anyhow::Result<(Device, App)> {
    let device = Device::with(stack, &[("proxy_url", "http://127.0.0.1:9")])?;
    let app = device.start().await?;
    app.sign_in(user).await?;
    Ok((device, app))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_with_one_fault_hear_of_each_other_and_of_its_end() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let mut devices = Vec::new();
    for user in ["noor", "maria", "tomas"] {
        let (device, app) = without_proxy(&stack, user).await?;
        app.send_checked("the wiki does not open").await?;
        app.everything_left().await?;
        devices.push((device, app));
    }
    let (_, last) = devices.last().context("three devices")?;
    let open = until("the incident", PATIENCE, async || {
        let open = incidents(last).await?;
        Ok(open.first().filter(|it| it.joined).cloned())
    })
    .await?;

    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("ines").await?;
    let seen = until("the banner", PATIENCE, async || Ok(incidents(&app).await?.pop())).await?;
    ensure!((seen.id, seen.joined) == (open.id, false), "{seen:?}");
    let id = seen.id;
    app.run(move |desktop| async move { desktop.incident_me_too(id, "me too").await }).await?;
    ensure!(incidents(&app).await?.iter().all(|it| it.joined), "it is joined at once");
    app.everything_left().await?;

    stack.agent.tell(&["incident", "close", &id.to_string()])?;
    until("the end", PATIENCE, async || {
        let over = |ticket: &Value| {
            let last = ticket["events"].as_array().and_then(|events| events.last());
            last.is_some_and(|event| event["kind"]["type"] == "incident_over")
        };
        Ok(stack.agent.tickets()?.iter().all(over).then_some(()))
    })
    .await?;
    until("the banner's end", PATIENCE, async || {
        Ok(incidents(&app).await?.is_empty().then_some(()))
    })
    .await?;
    Ok(())
}
