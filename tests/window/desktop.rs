//! The program in its desktop: one window, the tray, notifications.

use anyhow::ensure;
use test_support::{Key, Seat, Shell, Shown, Stack, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_window_back() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let window = Window::open(Seat::take().await?, &stack.settings()).await?;
    window.press("sign_in.search").await?;
    window.screen("ask").await?;
    window.until_shown(Shown::Yes).await?;
    window.key(Key::Escape).await?;
    window.until_shown(Shown::No).await?;
    let before = window.process();

    let second = window.start_second().await?;
    ensure!(second.success(), "the second start ended with {second}");
    window.until_shown(Shown::Yes).await?;
    ensure!(window.process() == before, "the first one runs on");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_opens_screens_and_quits() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let seat = Seat::take().await?;
    let shell = Shell::at(&seat).await?;
    let window = Window::open(seat, &stack.settings()).await?;
    window.screen("sign_in").await?;
    let menu = shell.menu().await?;
    let [_open, requests, security, quit] = menu.as_slice() else { anyhow::bail!("{menu:?}") };

    shell.choose(requests).await?;
    window.screen("requests").await?;
    shell.choose(security).await?;
    window.screen("security").await?;
    shell.choose(quit).await?;
    window.app_ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_shows_whether_the_agent_answers() -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    let seat = Seat::take().await?;
    let shell = Shell::at(&seat).await?;
    let mut window = Window::open(seat, &stack.settings()).await?;
    window.sign_in("noor").await?;
    let ready = shell.picture().await?;

    stack.agent.stop().await?;
    window.sees("offline.title").await?;
    window
        .awaits("another picture", async || Ok((shell.picture().await? != ready).then_some(())))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_open_the_window_at_ask_from_anywhere() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let mut settings = stack.settings();
    // All windows under test share one display, so only this one may have keys of it.
    settings["shortcut"] = "ctrl+alt+h".into();
    let window = Window::open(Seat::take().await?, &settings).await?;
    window.press("sign_in.search").await?;
    window.screen("ask").await?;
    window.until_shown(Shown::Yes).await?;
    window.key(Key::Escape).await?;
    window.until_shown(Shown::No).await?;

    window.press_keys("ctrl+alt+h")?;
    window.until_shown(Shown::Yes).await?;
    window.press("screen.settings").await?;
    window.screen("settings").await?;
    window.press_keys("ctrl+alt+h")?;
    window.screen("ask").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_told_by_a_notification_without_the_words_of_the_request() -> anyhow::Result<()>
{
    let stack = Stack::start().await?;
    let seat = Seat::take().await?;
    let shell = Shell::at(&seat).await?;
    let mut window = Window::open(seat, &stack.settings()).await?;
    window.sign_in("noor").await?;
    window.ask_a_person("how do I share a file from OneDrive").await?;
    window.send().await?;
    let number = window.number().await?.to_string();

    let note = window.awaits("a notification", async || Ok(shell.notes().pop())).await?;
    ensure!(note.contains(&number) && !note.contains("OneDrive"), "{note}");
    Ok(())
}
