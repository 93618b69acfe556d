//! The key of the outbox, on a device whose keyring comes and goes.

use anyhow::ensure;
use identity::{Keyring, KeyringEntry};
use test_support::Stack;

use crate::device::Device;

/// Entries of a test are its own: the session's keyring is shared by all that run in it.
async fn own_keyring() -> anyhow::Result<Keyring> {
    let keyring = Keyring::open_as(&format!("deskside-test-keys-{}", std::process::id())).await;
    ensure!(keyring.is_persistent(), "no keyring answers: run this through `cargo xtask test`");
    Ok(keyring)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_without_a_keyring_leaves_when_there_is_one() -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    stack.agent.stop().await?;
    let mut device = Device::new(&stack)?;
    let app = device.start().await?;
    let report = app
        .run(|desktop| async move { desktop.security_report("a strange mail", None).await })
        .await?;
    ensure!(app.desktop.session().file_key, "the key is in a file");
    app.stop();

    device.keyring = own_keyring().await?;
    let app = device.start().await?;
    let session = app.desktop.session();
    ensure!((session.sealed, session.damaged, session.file_key) == (0, 0, false), "{session:?}");
    ensure!(!device.data().join("outbox.key").exists(), "the key stays in its file");
    stack.agent.start_again().await?;
    app.everything_left().await?;
    let tickets = stack.agent.tickets()?;
    ensure!(tickets.len() == 1 && tickets[0]["submission"] == report.id, "{tickets:?}");
    app.stop();

    // The keyring is locked: what it sealed is told, not lost.
    let memory = Keyring::in_memory();
    let keyring = std::mem::replace(&mut device.keyring, memory);
    let locked = device.start().await?;
    ensure!(locked.desktop.session().sealed == 1, "{:?}", locked.desktop.session());
    locked.stop();

    device.keyring = keyring;
    let app = device.start().await?;
    ensure!(app.desktop.session().sealed == 0, "{:?}", app.desktop.session());
    app.stop();
    for entry in [KeyringEntry::OutboxKey, KeyringEntry::InstallationKey] {
        device.keyring.delete(entry).await?;
    }
    Ok(())
}
