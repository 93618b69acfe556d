//! Two people, one device.

use anyhow::ensure;
use desktop::view::{SignOutOutcome, UnsentChoice};
use test_support::Stack;

use crate::device::{App, Device};

async fn sign_out(app: &App) -> anyhow::Result<SignOutOutcome> {
    app.run(|desktop| async move { desktop.sign_out(Some(UnsentChoice::Keep)).await }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_saved_is_neither_shown_to_nor_sent_by_the_next() -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    stack.agent.stop().await?;
    let id = app.send("my salary table does not open").await?;
    let asked = app.run(|desktop| async move { desktop.sign_out(None).await }).await?;
    ensure!(asked == SignOutOutcome::AskUnsent { unsent: 1 }, "{asked:?}");
    sign_out(&app).await?;
    ensure!(app.desktop.session().unsent_of_others == 1, "{:?}", app.desktop.session());

    stack.agent.start_again().await?;
    app.sign_in("maria").await?;
    app.send("the projector is dark").await?;
    app.everything_left().await?;
    ensure!(app.requests().await?.iter().all(|row| row.id != id), "maria sees noor's request");
    let texts = texts(&stack)?;
    ensure!(texts == ["the projector is dark"], "{texts:?}");

    sign_out(&app).await?;
    app.sign_in("noor").await?;
    app.everything_left().await?;
    let tickets = stack.agent.tickets()?;
    let own: Vec<_> = tickets.iter().filter(|ticket| ticket["submission"] == id).collect();
    ensure!(own.len() == 1, "{tickets:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_goes_with_its_writer_who_signs_out() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    app.run(|desktop| async move { desktop.draft_new("half a sentence").await }).await?;
    sign_out(&app).await?;
    ensure!(app.desktop.draft().is_none(), "the draft stays");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_outlasts_a_session_and_never_reaches_somebody_else() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    app.run(|desktop| async move { desktop.draft_new("half a sentence").await }).await?;
    // Another process of hers signs out: this one notices when it next needs a token.
    device.keyring.delete(identity::KeyringEntry::RefreshToken).await?;
    app.run(
        |desktop| async move { desktop.setting_set(desktop::view::SettingKey::LoopbackPort, "") },
    )
    .await?;
    test_support::until("the end of the session", test_support::PATIENCE, async || {
        Ok((app.desktop.session().name.is_none()).then_some(()))
    })
    .await?;
    let draft = app.desktop.draft().map(|draft| draft.text);
    ensure!(draft.as_deref() == Some("half a sentence"), "{draft:?}");

    app.sign_in("maria").await?;
    ensure!(app.desktop.draft().is_none(), "maria sees what noor began");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_open_is_told_at_once() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.lose_browser();
    let refused = app.run(|desktop| async move { desktop.sign_in().await }).await;
    let error = refused.err().map(|error| error.to_string()).unwrap_or_default();
    ensure!(error.contains("BrowserUnavailable"), "{error}");
    Ok(())
}

fn texts(stack: &Stack) -> anyhow::Result<Vec<String>> {
    let tickets = stack.agent.tickets()?;
    Ok(tickets.iter().filter_map(|ticket| ticket["text"].as_str().map(str::to_owned)).collect())
}
