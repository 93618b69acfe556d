//! A device that is taken away: challenge, fresh sign-in, done.

use anyhow::ensure;
use test_support::{Seat, Stack, Window, sign_in_as};

#[tokio::test(flavor = "multi_thread")]
async fn revoking_this_device_asks_for_a_stronger_sign_in_and_then_signs_out() -> anyhow::Result<()>
{
    let stack = Stack::start().await?;
    let mut window = Window::open(Seat::take().await?, &stack.settings()).await?;
    window.sign_in("noor").await?;
    window.press("screen.settings").await?;
    window.sees("installations.this").await?;
    window.press("installations.revoke").await?;
    window.sees("installations.sure_text").await?;
    window.press_in_dialog("installations.revoke").await?;

    window.sees("installations.fresh_text").await?;
    window.press("installations.sign_in").await?;
    let page = window.opened_url().await?;
    let asked: Vec<_> = page.query_pairs().filter(|(key, _)| key == "acr_values").collect();
    ensure!(asked.len() == 1, "the page does not ask for a stronger sign-in: {page}");
    sign_in_as(&page, "noor").await?;
    window.sees("settings.signed_out").await?;
    window.screen("settings").await
}
