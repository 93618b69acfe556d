//! What `cargo xtask run` starts.

use std::process::{Command, Stdio};

use anyhow::ensure;
use tempfile::TempDir;
use test_support::{PATIENCE, Program, Seat, built, processes, until};

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_nothing_of_the_demo_running() -> anyhow::Result<()> {
    let (seat, target) = (Seat::take().await?, TempDir::new()?);
    let mut command = Command::new(built("demo")?);
    command.envs(seat.environment()).env("CARGO_TARGET_DIR", target.path()).stdin(Stdio::null());
    let mut demo = Program::start(&mut command, &seat.folder().join("demo.log"))?;
    demo.said("agent").await?;
    let started = processes::below(demo.id())?;
    ensure!(started.len() >= 3, "provider, agent and window: {started:?}\n{}", demo.text());

    demo.interrupt()?;
    let status = demo.ended().await?;
    ensure!(status.success(), "{status}: {}", demo.text());
    until("the end of everything it started", PATIENCE, async || {
        Ok(started.iter().all(|id| processes::is_gone(*id)).then_some(()))
    })
    .await
}
