//! The main job, end to end: sign in, be helped, send, be answered; and nothing is lost on the way.

use anyhow::{Context, ensure};
use serde_json::Value;
use test_support::{Seat, Stack, Window};

const FIRST: &str = "vpn not connecting";
const GUIDE: &str = "Fix my VPN connection";
const SECOND: &str = "the printer on the second floor prints empty pages";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_helped_and_every_request_is_accepted_exactly_once() -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    let mut window = Window::open(Seat::take().await?, &stack.settings()).await?;
    window.sign_in("noor").await?;
    stack.signed_in_through_the_page().await?;

    let first = send_after_guided_help(&window).await?;
    window.press("sent.follow").await?;
    window.sees_any(&["event.handed_off", "event.answered", "event.asked"]).await?;

    stack.agent.stop().await?;
    save_while_offline(&window).await?;
    window.kill_app().await?;

    stack.agent.start_again().await?;
    window.restart().await?;
    window.press("screen.requests").await?;
    let second = accepted(&window, &stack, SECOND).await?;
    window.sees_words(&format!("No. {second}")).await?;
    ensure!(
        window.seat().opened().len() == 1,
        "the sign-in did not last: {:?}",
        window.seat().opened()
    );

    let tickets = stack.agent.tickets()?;
    let mut numbers: Vec<u64> =
        tickets.iter().filter_map(|ticket| ticket["number"].as_u64()).collect();
    numbers.sort_unstable();
    ensure!(
        numbers == [u64::from(first), second],
        "accepted: {numbers:?}, sent: {first} and {second}"
    );
    ensure!(
        tickets.iter().all(|ticket| ticket["verified"]["level"] != "unverified"),
        "{tickets:?}"
    );
    Ok(())
}

/// Looks for help, follows it to its end, and sends what it found.
async fn send_after_guided_help(window: &Window) -> anyhow::Result<u32> {
    window.ask(FIRST).await?;
    window.press_words(GUIDE).await?;
    window.screen("guide").await?;
    window.follow_guide_to_review(FIRST).await?;
    window.send().await?;
    window.number().await
}

async fn save_while_offline(window: &Window) -> anyhow::Result<()> {
    window.press("screen.ask").await?;
    window.sees("offline.title").await?;
    window.ask_a_person(SECOND).await?;
    window.send().await?;
    window.sees("sent.saved").await?;
    Ok(())
}

/// The number of the ticket with this text, once the agent has it.
async fn accepted(window: &Window, stack: &Stack, text: &str) -> anyhow::Result<u64> {
    let what = format!("the ticket {text:?}");
    let ticket = window.awaits(&what, async || {
        let tickets = stack.agent.tickets()?;
        Ok(tickets.into_iter().find(|ticket| ticket["text"] == text))
    });
    ticket.await?.get("number").and_then(Value::as_u64).context("a number")
}
