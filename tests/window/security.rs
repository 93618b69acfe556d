//! A security report from anywhere, also signed out and offline.

use anyhow::{Context, ensure};
use serde_json::Value;
use test_support::{Seat, Stack, Window};

const PHONE: &str = "+1 555 0199";
const REPORT: &str = "I typed my password into a page that was not ours";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_signed_out_and_offline_shows_the_phone_first_and_is_delivered_later()
-> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    stack.agent.stop().await?;
    let window = Window::open(Seat::take().await?, &stack.settings()).await?;

    window.press("screen.security").await?;
    window.sees("security.intro_offline").await?;
    let text = window.text().await?;
    let phone = text.find(PHONE).context("the phone number")?;
    let question = text.find("What happened?").context("the question")?;
    ensure!(phone < question, "the phone comes first:\n{text}");

    window.fill("security.what", REPORT).await?;
    window.press("security.send").await?;
    window.sees("security.not_sent").await?;
    window.sees("security.hold_still").await?;
    window.sees_words(PHONE).await?;

    stack.agent.start_again().await?;
    window.sees("security.accepted").await?;
    let tickets = window.awaits("the handing over", async || {
        let tickets = stack.agent.tickets()?;
        Ok(tickets.iter().all(is_with_a_team).then_some(tickets))
    });
    let tickets = tickets.await?;
    ensure!(tickets.len() == 1, "{tickets:?}");
    ensure!(tickets[0]["text"] == REPORT && tickets[0]["kind"] == "security_report", "{tickets:?}");
    ensure!(tickets[0]["verified"]["level"] == "unverified", "{tickets:?}");
    Ok(())
}

fn is_with_a_team(ticket: &Value) -> bool {
    ticket["status"] == "with_team"
}
