//! What is saved leaves, once, and says why when it does not.

use anyhow::{Context, ensure};
use desktop::view::UnsentChoice;
use desktop::{ProblemCode, ReplyAction};
use jiff::Timestamp;
use test_support::{PATIENCE, Stack, until};
use ticket::EventKind;
use uuid::Uuid;

use crate::device::{App, Device};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_in_the_middle_of_a_delivery_neither_loses_nor_doubles_it() -> anyhow::Result<()>
{
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    for _ in 0..3 {
        app.sign_in("noor").await?;
        app.send("the scanner sends empty mails").await?;
        app.run(|desktop| async move { desktop.sign_out(Some(UnsentChoice::Keep)).await }).await?;
    }
    app.sign_in("noor").await?;
    app.everything_left().await?;
    let tickets = stack.agent.tickets()?;
    ensure!(tickets.len() == 3, "{tickets:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_says_why_it_waits_and_goes_on_after_a_fresh_sign_in() -> anyhow::Result<()>
{
    let stack = Stack::start().await?;
    let (hers, mine) = (Device::new(&stack)?, Device::new(&stack)?);
    let (lost, other) = (hers.start().await?, mine.start().await?);
    lost.sign_in("noor").await?;
    lost.send("first").await?;
    lost.everything_left().await?;
    other.sign_in("noor").await?;
    revoke_others(&other).await?;
    let revoked = Timestamp::now();

    let id: Uuid = lost.send("second").await?.parse()?;
    until("the reason", PATIENCE, async || {
        let view = lost.run(move |desktop| async move { desktop.request(id).await }).await?;
        Ok((view.waits_because == Some(ProblemCode::FreshSignInNeeded)).then_some(()))
    })
    .await?;
    ensure!(lost.desktop.session().needs_sign_in, "{:?}", lost.desktop.session());

    // The provider tells the sign-in in whole seconds, and one within the second of the revocation
    // does not count.
    until("another second", PATIENCE, async || {
        Ok((Timestamp::now().as_second() > revoked.as_second()).then_some(()))
    })
    .await?;
    lost.sign_in_fresh("noor").await?;
    lost.everything_left().await?;
    ensure!(!lost.desktop.session().needs_sign_in, "{:?}", lost.desktop.session());
    Ok(())
}

async fn revoke_others(app: &App) -> anyhow::Result<()> {
    let view = app.run(|desktop| async move { desktop.installations().await }).await?;
    let other = view.installations.iter().find(|installation| !installation.is_this);
    let id = other.context("the other installation")?.id;
    let revoke = || app.run(move |desktop| async move { desktop.installation_revoke(id).await });
    let refused = revoke().await.err().map(|error| error.to_string()).unwrap_or_default();
    ensure!(refused.contains("FreshSignInNeeded"), "{refused}");
    app.sign_in_fresh("noor").await?;
    revoke().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_the_app_was_closed_is_there_once() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let (device, second) = (Device::new(&stack)?, Device::new(&stack)?);
    let (app, other) = (device.start().await?, second.start().await?);
    app.sign_in("noor").await?;
    let id: Uuid = app.send("how do I share a file from OneDrive").await?.parse()?;
    app.everything_left().await?;
    seen(&app, id, |kind| matches!(kind, EventKind::Answered { .. })).await?;
    app.stop();

    other.sign_in("noor").await?;
    seen(&other, id, |kind| matches!(kind, EventKind::Answered { .. })).await?;
    let text = "it still fails".to_owned();
    other
        .run(move |desktop| async move { desktop.reply(id, ReplyAction::Write { text }).await })
        .await?;
    seen(&other, id, |kind| matches!(kind, EventKind::Replied { .. })).await?;

    let app = device.start().await?;
    let count = seen(&app, id, |kind| matches!(kind, EventKind::Replied { .. })).await?;
    ensure!(count == 1, "{count} times");
    Ok(())
}

/// Waits until the request shows such an event; how many there are.
async fn seen(app: &App, id: Uuid, is_meant: impl Fn(&EventKind) -> bool) -> anyhow::Result<usize> {
    until("the event", PATIENCE, async || {
        let asked =
            app.run(move |desktop| async move { Ok(desktop.request(id).await.ok()) }).await?;
        let Some(view) = asked else { return Ok(None) };
        let events = view.timeline.iter().filter_map(|entry| entry.event.as_ref());
        let count = events.filter(|kind| is_meant(kind)).count();
        Ok((count > 0).then_some(count))
    })
    .await
}
