//! The portal, in a browser as large as a telephone.

use anyhow::Context;
use test_support::{Chromium, Stack};
use thirtyfour::prelude::*;
use url::Url;

use crate::album::Album;

const DEAD: &str = "My laptop does not turn on any more, no light and no sound.";

/// Noor, whose laptop does not turn on, tells IT with her telephone; and a device there was not hers.
pub(crate) async fn portal(stack: &Stack, album: &mut Album) -> anyhow::Result<()> {
    let portal = at(stack, "/portal")?;
    let phone = Chromium::phone("en").await?;
    phone.driver().goto(portal.as_str()).await?;
    phone.sees("Sign in to tell IT").await?;
    album.take_phone(&phone, "portal", "on a telephone: sign in, or call").await?;
    phone.sign_in_to(&at(stack, "/portal/sign-in")?, "noor").await?;
    phone.sees("Hello Noor").await?;
    album.take_phone(&phone, "portal-home", "what waits for her, and her requests").await?;
    phone.press("Tell IT what is wrong").await?;
    phone.press("With Deskside since").await?;
    phone.write("text", DEAD).await?;
    album.take_phone(&phone, "portal-report", "which of her devices it is about").await?;
    phone.press("Send to IT").await?;
    phone.sees("Your ticket number is").await?;
    album.take_phone(&phone, "portal-request", "accepted, with its number").await?;
    phone.driver().goto(portal.as_str()).await?;
    phone.press("how do I share a file from OneDrive").await?;
    phone.sees("You got an answer").await?;
    let article = By::Css("a[href*='/portal/articles/']");
    phone.driver().query(article).first().await?.click().await?;
    phone.sees("Reviewed on").await?;
    album.take_phone(&phone, "portal-article", "what a request was answered with").await?;
    phone.dark().await?;
    phone.driver().goto(portal.as_str()).await?;
    phone.sees("Hello Noor").await?;
    album.take_phone(&phone, "portal-home-dark", "the same, dark").await?;
    phone.press("No, not me").await?;
    phone.sees("Do not take any further action").await?;
    album.take_phone(&phone, "portal-not-me", "that was not her: security has it").await?;
    phone.quit().await?;

    let phone = Chromium::phone("de").await?;
    phone.sign_in_to(&at(stack, "/portal/sign-in?to=/portal/report")?, "noor").await?;
    phone.sees("Was geht nicht?").await?;
    album.take_phone(&phone, "portal-report-german", "the form, in German").await?;
    phone.quit().await
}

/// Somebody of a team says in one tap whether a request had to come to them.
pub(crate) async fn judge(link: Option<&str>, album: &mut Album) -> anyhow::Result<()> {
    let link = link.context("the help desk has no link")?.trim();
    let phone = Chromium::phone("en").await?;
    phone.driver().goto(link).await?;
    phone.sees("Did this have to come to you?").await?;
    album.take_phone(&phone, "verdict", "a team, from its help desk: did it need you?").await?;
    phone.press("Yes, it needed a person").await?;
    phone.sees("That is noted").await?;
    phone.quit().await?;
    let phone = Chromium::phone("de").await?;
    phone.dark().await?;
    phone.driver().goto(link).await?;
    phone.press("Nein, dafür ist ein anderes Team zuständig").await?;
    phone.sees("das ist notiert").await?;
    album.take_phone(&phone, "verdict-german-dark", "said; the last one counts").await?;
    phone.quit().await
}

/// Her manager says yes with a telephone, after a sign-in of this moment.
pub(crate) async fn say_yes(stack: &Stack, album: &mut Album) -> anyhow::Result<()> {
    let phone = Chromium::phone("en").await?;
    phone.sign_in_to(&at(stack, "/portal/sign-in?to=/portal/approvals")?, "maria").await?;
    phone.sees("Sign in once more").await?;
    let again = at(stack, "/portal/sign-in?fresh=true&to=/portal/approvals")?;
    phone.sign_in_to(&again, "maria").await?;
    phone.sees("Why you").await?;
    album.take_phone(&phone, "approval", "what the manager is asked, on her telephone").await?;
    phone.press("Approve").await?;
    phone.sees("You said yes.").await?;
    album.take_phone(&phone, "approval-given", "said yes, with a sign-in of this moment").await?;
    phone.quit().await
}

fn at(stack: &Stack, path: &str) -> anyhow::Result<Url> {
    stack.agent.url().join(path).context("an address of the portal")
}
