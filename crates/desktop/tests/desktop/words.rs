//! Words as people paste them, and settings as they mistype them.

use anyhow::ensure;
use desktop::view::{SettingKey, SettingMisfit};
use test_support::Stack;

use crate::device::Device;

#[tokio::test(flavor = "multi_thread")]
async fn output_of_a_terminal_can_be_sent() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    app.sign_in("noor").await?;
    app.send("\u{1b}[31merror\u{1b}[0m: no route\r\nto host\u{7}").await?;
    app.everything_left().await?;
    let tickets = stack.agent.tickets()?;
    ensure!(tickets[0]["text"] == "[31merror[0m: no route\nto host", "{tickets:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_does_not_fit_is_told_at_its_row_and_not_taken() -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let device = Device::new(&stack)?;
    let app = device.start().await?;
    let set = |value| {
        app.run(move |desktop| async move { desktop.setting_set(SettingKey::LoopbackPort, value) })
    };
    let view = set("80").await?;
    let row = view.keys.iter().find(|row| row.key == SettingKey::LoopbackPort);
    let misfit = row.and_then(|row| row.ignored.first()).map(|ignored| ignored.misfit.clone());
    ensure!(misfit == Some(SettingMisfit::NotInRange { min: 1024, max: 65535 }), "{misfit:?}");
    ensure!(row.is_some_and(|row| row.value.is_empty()), "{row:?}");
    let view = set("8080").await?;
    let row = view.keys.iter().find(|row| row.key == SettingKey::LoopbackPort);
    ensure!(row.is_some_and(|row| row.value == "8080" && row.ignored.is_empty()), "{row:?}");
    Ok(())
}
