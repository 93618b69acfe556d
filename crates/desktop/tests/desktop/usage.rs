//! How articles are used reaches IT as counts, and questions only of somebody who shares them.

use anyhow::ensure;
use desktop::view::{Pace, SearchView};
use serde_json::{Value, json};
use test_support::{PATIENCE, Stack, until};

use crate::device::{App, Device};

async fn search(app: &App, query: &'static str) -> anyhow::Result<SearchView> {
    until("the index", PATIENCE, async || {
        let found = app.run(|desktop| async move { desktop.search(query, Pace::Pause).await });
        Ok(Some(found.await?).filter(|found| !found.indexing))
    })
    .await
}

/// Asks something that nothing answers, and then something else.
async fn ask(app: &App) -> anyhow::Result<()> {
    let nothing = search(app, "how do I bake sourdough").await?;
    ensure!(!nothing.answers, "{nothing:?}");
    let found = search(app, "vpn not connecting").await?;
    ensure!(found.answers, "{found:?}");
    Ok(())
}

async fn told(stack: &Stack, command: &[&str]) -> anyhow::Result<Value> {
    until("the report", PATIENCE, async || {
        let told: Value = serde_json::from_str(&stack.agent.tell(command)?)?;
        Ok(Some(told).filter(|told| *told != json!([])))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_told_and_questions_of_who_shares_them() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::with(&stack, &[("share_questions", "true")])?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    ask(&app).await?;
    let sums = told(&stack, &["usage", "--json"]).await?;
    let expect = json!([{ "article": null, "counts": { "asked": 1, "nothing_opened": 1 } }]);
    ensure!(sums == expect, "{sums}");
    let gaps = told(&stack, &["gaps", "--json"]).await?;
    ensure!(gaps[0]["title"] == "how do I bake sourdough", "{gaps}");
    ensure!(gaps[0]["questions"] == 1, "{gaps}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_share_sends_counts_alone() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    // What was counted before the agent is there is told when it is.
    ask(&app).await?;
    app.run(|desktop| async move { desktop.article_feedback("vpn-not-connecting", true).await })
        .await?;
    app.sign_in("noor").await?;
    let sums = told(&stack, &["usage", "--json"]).await?;
    ensure!(sums[0]["counts"]["nothing_opened"] == 1, "{sums}");
    ensure!(sums[1]["article"] == "vpn-not-connecting", "{sums}");
    ensure!(sums[1]["counts"] == json!({ "helped": 1 }), "{sums}");
    ensure!(stack.agent.tell(&["gaps", "--json"])?.trim() == "[]");
    Ok(())
}
