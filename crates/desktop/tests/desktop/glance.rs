//! My device at a glance, its code over the phone, and what only the agent knows.

use anyhow::{Context, ensure};
use desktop::view::{DeviceView, GuideView, Health, RowState, StepView};
use serde_json::Value;
use test_support::{PATIENCE, Stack, until};
use ticket::{Cause, CheckId, ReportedDiagnosis};

use crate::device::{App, Device};

/// The view after every check has ended.
async fn checked(app: &App) -> anyhow::Result<DeviceView> {
    until("the checks", PATIENCE, async || {
        let view = app.run(|desktop| async move { desktop.device().await }).await?;
        Ok((view.health != Health::Checking).then_some(view))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_on_the_screen_leads_to_the_requests_of_this_device() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let (device, other) = (Device::new(&stack)?, Device::new(&stack)?);
    let app = device.start().await?;
    let code = checked(&app).await?.support_code;
    let nothing = stack.agent.tickets_of_device(&code)?;
    ensure!(nothing.is_empty(), "{nothing:?}");

    app.sign_in("noor").await?;
    let id = app.send("the printer on the third floor prints grey").await?;
    let elsewhere = other.start().await?;
    elsewhere.sign_in("maria").await?;
    elsewhere.send("the projector is dark").await?;
    app.everything_left().await?;
    elsewhere.everything_left().await?;

    let heard = code.to_lowercase().replace(' ', "-");
    let found = stack.agent.tickets_of_device(&heard)?;
    ensure!(found.len() == 1 && found[0]["submission"] == id, "{found:?}");
    ensure!(found[0]["verified"]["support_code"] == code, "{found:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_seen_at_a_glance_and_written_into_a_file() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    let view = checked(&app).await?;
    ensure!(view.checked_at.is_some() && view.path.len() == 7, "{view:?}");
    let disk = view.tiles.iter().find(|tile| tile.row.check == CheckId::Disks);
    ensure!(disk.is_some_and(|tile| tile.share.is_some()), "{view:?}");
    ensure!(view.more.iter().any(|row| row.check == CheckId::OperatingSystem), "{view:?}");

    // What was just checked is not checked again.
    let again = app.run(|desktop| async move { desktop.device().await }).await?;
    ensure!(again.checked_at == view.checked_at, "{again:?}");
    let begun = app.run(|desktop| async move { desktop.device_check().await }).await?;
    ensure!(begun.health == Health::Checking, "{begun:?}");

    let folder = tempfile::tempdir()?;
    let downloads = folder.path().to_owned();
    let name =
        app.run(|desktop| async move { desktop.device_export(Some(downloads)).await }).await?;
    let written: Value = serde_json::from_slice(&std::fs::read(folder.path().join(&name))?)?;
    ensure!(written["support_code"] == view.support_code.as_str(), "{written}");
    ensure!(name == format!("deskside-{}.json", view.support_code.replace(' ', "-")), "{name}");
    let gone = app.run(|desktop| async move { desktop.device_export(None).await }).await;
    ensure!(gone.err().context("no folder")?.to_string().contains("DeviceStorage"));
    Ok(())
}

/// What guided help for the VPN names once every check has ended, and how the account's check ended.
async fn vpn_help(app: &App) -> anyhow::Result<(Option<ReportedDiagnosis>, RowState)> {
    app.run(|desktop| async move { desktop.guide_start("vpn-connectivity", "") }).await?;
    let ended = |view: GuideView| match view.step {
        StepView::Check { running: false, diagnosis, rows, .. } => {
            let account = rows.iter().find(|row| row.check == CheckId::Account)?;
            Some((diagnosis, account.state))
        }
        _ => None,
    };
    until("the checks", PATIENCE, async || Ok(app.desktop.guide().and_then(ended))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fine_network_and_an_account_without_the_vpn_are_told_apart() -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    let (named, account) = vpn_help(&app).await?;
    let own = [Cause::TunnelDown, Cause::VpnClientMissing];
    ensure!(named.is_some_and(|it| own.contains(&it.cause)) && account == RowState::Fine);

    let other = Device::new(&stack)?;
    let elsewhere = other.start().await?;
    elsewhere.sign_in("ines").await?;
    let (named, _) = vpn_help(&elsewhere).await?;
    let named = named.context("a cause")?;
    let expect = [Cause::VpnNotAllowed, Cause::VpnClientMissing];
    ensure!(expect.contains(&named.cause), "{named:?}");

    // Without the agent the rest goes on as before.
    stack.agent.stop().await?;
    let (named, account) = vpn_help(&elsewhere).await?;
    ensure!(account == RowState::NotAvailable, "{account:?}");
    ensure!(named.is_some_and(|it| it.cause != Cause::VpnNotAllowed));
    Ok(())
}
