//! The story, scene by scene.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use serde_json::Value;
use test_support::{Company, PATIENCE, Seat, Shell, Stack, Wifi, Window, sign_in_as, until};

use crate::album::Album;
use crate::phone;

const VPN: &str = "vpn not connecting";
const GUIDE: &str = "Fix my VPN connection";
const SHARE: &str = "how do I share a file from OneDrive";
const PRINTER: &str = "the printer on the second floor prints empty pages";
/// What the team writes to its employee at the help desk.
const TEAM_WROTE: &str = "<p>We found it: the disk of the mail server is full.</p>\
                          <p>Mail is back within half an hour. <b>Nothing is lost.</b></p>";
/// Not a question for IT.
const PARKING: &str = "where can I park my car";
/// A question in somebody's own words, and the article that answers it: they share no word.
const OWN_WORDS: &str = "I bought another smartphone and now I cannot confirm that it is me";
const ANSWER: &str = "Move Microsoft Authenticator to a new phone";
const LOCKED_OUT: &str = "I am locked out of my account after too many wrong passwords";
const ENDED: &str = "I cannot sign in, my account does not let me in any more";
const WIKI: &str = "wiki space";
const WIKI_PAGE: &str = "Get access to a Confluence space";
const WIKI_WHY: &str =
    "Access to a Confluence space: Read. I look up how the month-end close is done.";
const OUTAGE: &str = "mail is down for the whole company, nobody can send anything";
const PHISHING: &str = "I typed my password into a page that was not ours";

/// Numbers of requests that were sent.
pub(crate) struct Numbers {
    /// After guided help.
    pub(crate) guided: u32,
    /// An outage at night.
    pub(crate) outage: u32,
    /// Resolved by the agent alone.
    pub(crate) resolved: u32,
    /// Done once the manager said yes.
    pub(crate) approved: u32,
    /// Access that was chosen from the catalogue, given once the manager said yes.
    pub(crate) given: u32,
    /// A security report.
    pub(crate) phishing: u32,
}

/// Every screen, in light.
pub(crate) async fn light(
    window: &mut Window,
    stack: &mut Stack,
    album: &mut Album,
) -> anyhow::Result<Numbers> {
    window.screen("sign_in").await?;
    album.take(window, "sign-in", "the first start: sign in, or be helped without").await?;
    window.sign_in("noor").await?;
    album.take(window, "ask", "Ask, before anything is typed").await?;
    read(window, album).await?;
    let guided = be_guided(window, stack, album).await?;
    be_answered(window, album).await?;
    let outage = be_woken(window, stack, album).await?;
    let resolved = be_unlocked(window, stack, album).await?;
    let approved = be_extended(window, stack, album).await?;
    let given = be_given(window, stack, album).await?;
    window.press("screen.requests").await?;
    window.screen("requests").await?;
    album.take(window, "my-requests", "My requests").await?;
    window.press("screen.device").await?;
    window.sees("tile.name.disks").await?;
    window.ready(&["device.again"]).await?;
    album.take(window, "my-device", "My device at a glance, with its support code").await?;
    window.press("screen.settings").await?;
    window.sees("settings.managed").await?;
    album.take(window, "settings", "Settings: account, look, what IT has set").await?;
    be_offline(window, stack, album).await?;
    let phishing = be_told(stack).await?;
    Ok(Numbers { guided, outage, resolved, approved, given, phishing })
}

async fn read(window: &Window, album: &mut Album) -> anyhow::Result<()> {
    window.ask(VPN).await?;
    album
        .take(window, "ask-results", "results while typing: guided help first, then articles")
        .await?;
    window.press_words("VPN is not connecting").await?;
    window.sees("article.helped").await?;
    album.take(window, "article", "an article, opened at this device's system").await
}

async fn be_guided(window: &Window, stack: &Stack, album: &mut Album) -> anyhow::Result<u32> {
    stack.internet.set(Wifi::WantsSignIn);
    window.ask(VPN).await?;
    window.press_words(GUIDE).await?;
    window.ready(&["guide.next"]).await?;
    window.sees("cause.captive_portal.title").await?;
    album
        .take(window, "guided-help", "the way to the company, the broken place and its cause")
        .await?;
    window.press("guide.next").await?;
    window.ready(&["guide.did_it"]).await?;
    album.take(window, "guided-fix", "what to do about it").await?;
    window.follow_guide_to_review(VPN).await?;
    album.take(window, "review", "all that IT will get, before it is sent").await?;
    window.send().await?;
    let number = window.number().await?;
    album.take(window, "sent", "accepted, with its number").await?;
    window.press("sent.follow").await?;
    window.sees_any(&["event.handed_off", "event.answered", "event.asked"]).await?;
    album.take(window, "request", "the request: what was done and who has it").await?;
    Ok(number)
}

async fn be_answered(window: &Window, album: &mut Album) -> anyhow::Result<()> {
    window.ask(PARKING).await?;
    window.sees("ask.not_it").await?;
    album.take(window, "ask-no-answer", "not for IT: help first, and who to call").await?;
    window.ask_a_person(SHARE).await?;
    window.send().await?;
    window.number().await?;
    window.press("sent.follow").await?;
    window.sees("event.answered").await?;
    album.take(window, "request-answered", "a request with the agent's answer").await
}

/// An outage while nobody of the network team is there: who is on call is woken once. Gives the number of the request.
async fn be_woken(window: &Window, stack: &Stack, album: &mut Album) -> anyhow::Result<u32> {
    let pager = &company(stack)?.pager;
    window.ask_a_person(OUTAGE).await?;
    window.send().await?;
    let number = window.number().await?;
    window.press("sent.follow").await?;
    window.sees("event.handed_off").await?;
    until("a page", PATIENCE, async || Ok((!pager.posted().is_empty()).then_some(()))).await?;
    album
        .take(window, "request-outage", "an outage: the team has it, who is on call is woken")
        .await?;
    let desk = &company(stack)?.desk;
    let subject = format!("[Deskside {number}]");
    let is_it = |it: &Value| it.get("Subject").is_some_and(|it| it.to_string().contains(&subject));
    let ticket = until("its ticket at the help desk", PATIENCE, async || {
        Ok(desk.tickets().await?.into_iter().find(is_it))
    });
    let ticket = ticket.await?;
    let id = ticket.get("id").and_then(Value::as_str).context("a ticket without an id")?;
    desk.correspond(id, "text/html", TEAM_WROTE).await?;
    window.sees("event.team_wrote").await?;
    album
        .take(window, "request-team-wrote", "what the team wrote at its help desk is in the app")
        .await?;
    Ok(number)
}

/// What the security team gets of a report, in its mailbox. Gives the number of the report.
async fn be_told(stack: &Stack) -> anyhow::Result<u32> {
    let mail = &company(stack)?.mail;
    let told = until("a mail to the security team", PATIENCE, async || {
        let mails = mail.mails()?;
        Ok(mails.into_iter().find(|it| it.contains("To: security@lumen-oak.example")))
    });
    let told = told.await?;
    let number = told.lines().find_map(|it| it.strip_prefix("Subject: Deskside: request "));
    Ok(number.context("the subject of the mail")?.trim().parse()?)
}

/// Locked out in the company's own directory, and let in again by the agent alone. Gives the number of the
/// request.
async fn be_unlocked(window: &Window, stack: &Stack, album: &mut Album) -> anyhow::Result<u32> {
    let directory = &company(stack)?.directory;
    directory.lock_out("noor")?;
    window.ask_a_person(LOCKED_OUT).await?;
    window.send().await?;
    let number = window.number().await?;
    window.press("sent.follow").await?;
    window.sees("event.done").await?;
    album
        .take(window, "request-resolved", "a lockout, resolved by itself in the directory")
        .await?;
    ensure!(directory.lets_in("noor")?, "she is still locked out");
    window.press("request.solved").await?;
    window.sees("event.solved").await?;
    Ok(number)
}

/// Her account ends in the company's own directory, and goes on once her manager, on her telephone, said yes with a
/// fresh sign-in. Gives the number of the request.
async fn be_extended(window: &Window, stack: &Stack, album: &mut Album) -> anyhow::Result<u32> {
    let directory = &company(stack)?.directory;
    directory.end_account("noor")?;
    ensure!(!directory.lets_in("noor")?, "her account has not ended");
    window.ask_a_person(ENDED).await?;
    window.send().await?;
    let number = window.number().await?;
    window.press("sent.follow").await?;
    window.sees("event.approval_asked").await?;
    album.take(window, "request-asks-manager", "her account ended: her manager is asked").await?;
    phone::say_yes(stack, album).await?;
    window.sees("event.done").await?;
    album.take(window, "request-approved", "done, after her manager said yes").await?;
    ensure!(directory.lets_in("noor")?, "her account does not go on");
    Ok(number)
}

/// Access that she chose from the catalogue, given in the company's own directory once her manager said yes: to read
/// was asked, and nothing more was given. Gives the number of the request.
async fn be_given(window: &Window, stack: &Stack, album: &mut Album) -> anyhow::Result<u32> {
    let directory = &company(stack)?.directory;
    let has = |group: &str| -> anyhow::Result<bool> {
        Ok(directory.members(group)?.iter().any(|name| name.contains("Noor")))
    };
    window.ask(WIKI).await?;
    window.press_words(WIKI_PAGE).await?;
    window.sees("access.ask").await?;
    album.take(window, "access", "what can be asked for, the smallest right first").await?;
    window.press("access.right.read").await?;
    window.sees("access.reason").await?;
    window.fill("review.field", WIKI_WHY).await?;
    album.take(window, "access-review", "what is asked for, and what for").await?;
    window.send().await?;
    let number = window.number().await?;
    window.press("sent.follow").await?;
    window.sees("event.approval_asked").await?;
    ensure!(!has("wiki-readers")?, "it was given before anybody said yes");
    say_yes(stack, album).await?;
    window.sees("event.done").await?;
    album.take(window, "request-access", "the access is there, after her manager said yes").await?;
    ensure!(has("wiki-readers")? && !has("wiki-editors")?, "it is not what was asked for");
    Ok(number)
}

/// Her manager says yes in a window of her own, with a fresh sign-in.
async fn say_yes(stack: &Stack, album: &mut Album) -> anyhow::Result<()> {
    // It goes at the end: nothing can be seen of a window behind another one.
    let seat = Seat::take().await?;
    let shell = Shell::at(&seat).await?;
    let mut manager = Window::open(seat, &stack.settings()).await?;
    manager.sign_in("maria").await?;
    let note = manager.awaits("a notification", async || Ok(shell.notes().pop())).await?;
    ensure!(note.ends_with("Somebody needs your yes or no"), "{note}");
    manager.press("screen.approvals").await?;
    manager.sees("approval.why").await?;
    let asked = "what the manager is asked, in her own window";
    album.take(&manager, "approval-access", asked).await?;
    manager.press("approval.yes").await?;
    manager.sees("approval.fresh_text").await?;
    manager.press("approval.sign_in").await?;
    sign_in_as(&manager.opened_url().await?, "maria").await?;
    manager.sees("approval.none").await?;
    album.take(&manager, "approval-access-given", "said yes, with a sign-in of this moment").await
}

async fn be_offline(window: &Window, stack: &mut Stack, album: &mut Album) -> anyhow::Result<()> {
    stack.agent.stop().await?;
    window.press("screen.ask").await?;
    window.sees("offline.title").await?;
    album.take(window, "offline", "offline: help goes on, the phone number is shown").await?;
    share_no_word(OWN_WORDS, ANSWER)?;
    window.ask(OWN_WORDS).await?;
    album.take(window, "ask-own-words", "offline, found by what the words mean").await?;
    window.press_words(ANSWER).await?;
    window.sees("article.helped").await?;
    window.press("screen.ask").await?;
    window.ask_a_person(PRINTER).await?;
    window.send().await?;
    window.sees("sent.saved").await?;
    album.take(window, "saved", "saved: it goes out when the network is back").await?;
    window.press("screen.security").await?;
    window.sees("security.intro_offline").await?;
    window.fill("security.what", PHISHING).await?;
    album.take(window, "security-report", "a security report: the phone number first").await?;
    window.press("security.send").await?;
    window.sees("security.not_sent").await?;
    album.take(window, "security-report-saved", "not sent yet: call, and hold still").await?;
    stack.agent.start_again().await?;
    window.sees("security.accepted").await?;
    album.take(window, "security-report-sent", "the security team has it").await
}

fn company(stack: &Stack) -> anyhow::Result<&Company> {
    stack.company.as_ref().context("no systems of a company")
}

/// Only then a search by words could not have found it by its title.
fn share_no_word(question: &str, title: &str) -> anyhow::Result<()> {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let (asked, titled): (BTreeSet<String>, BTreeSet<String>) = (words(question), words(title));
    ensure!(asked.is_disjoint(&titled), "{question:?} has a word of {title:?}");
    Ok(())
}

/// The same window in the dark.
pub(crate) async fn dark(window: &Window, album: &mut Album) -> anyhow::Result<()> {
    window.press("screen.settings").await?;
    window.press("setting.value.dark").await?;
    window.sees("settings.managed").await?;
    album.take(window, "settings-dark", "Settings, dark").await?;
    window.ask(VPN).await?;
    album.take(window, "ask-results-dark", "results, dark").await?;
    window.press_words(GUIDE).await?;
    window.ready(&["guide.next"]).await?;
    album.take(window, "guided-help-dark", "guided help, dark").await?;
    window.follow_guide_to_review(VPN).await?;
    album.take(window, "review-dark", "review, dark").await?;
    window.press("screen.requests").await?;
    window.screen("requests").await?;
    album.take(window, "my-requests-dark", "My requests, dark").await?;
    window.press_words(SHARE).await?;
    window.sees("event.answered").await?;
    album.take(window, "request-dark", "a request with its answer, dark").await?;
    window.press("screen.security").await?;
    window.sees("security.what").await?;
    album.take(window, "security-report-dark", "the security report, dark").await
}
