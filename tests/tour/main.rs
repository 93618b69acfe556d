//! The main job told in pictures: each screen of the real window, light and dark, and the ticket that
//! the help desk receives, in `target/tour`.

mod album;
mod phone;
mod scenes;

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;
use test_support::{Company, Seat, Stack, Window, root, unless_interrupted};

use album::Album;

/// What the help desk needs at least.
const TICKET_KEYS: [&str; 6] = ["verified", "device", "findings", "tried", "labels", "audit"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    unless_interrupted(tour()).await?.context("interrupted")
}

async fn tour() -> anyhow::Result<()> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let folder = target.join("tour");
    let mut album = Album::in_folder(&folder)?;
    let mut stack = Stack::start_with(Company::start().await?).await?;
    stack.agent.trust("unlock-account")?;
    stack.agent.trust("extend-account")?;
    stack.agent.trust("provision-from-catalogue")?;
    let mut window = Window::open(Seat::take().await?, &stack.settings()).await?;
    let scenes::Numbers { guided: number, outage, resolved, approved, given, phishing } =
        scenes::light(&mut window, &mut stack, &mut album).await?;
    scenes::dark(&window, &mut album).await?;
    phone::portal(&stack, &mut album).await?;
    keep_ticket(&stack.agent.ticket(number)?, &folder.join("ticket.json"))?;
    album.say(&format!("ticket.json  what the help desk receives: ticket {number}"))?;
    keep_pictures_of_ticket(&stack, number, &folder)?;
    keep_done(&stack, resolved, "unlock-account", &folder.join("lockout.txt"))?;
    keep_done(&stack, approved, "extend-account", &folder.join("approved.txt"))?;
    keep_done(&stack, given, "provision-from-catalogue", &folder.join("access.txt"))?;
    let company = stack.company.as_ref().context("no systems of a company")?;
    let pages = company.pager.posted();
    let [page] = pages.as_slice() else { anyhow::bail!("paged {} times: {pages:?}", pages.len()) };
    keep_told(&stack, outage, &serde_json::to_string_pretty(page)?, &folder.join("outage.txt"))?;
    let mails = company.mail.mails()?;
    let is_it = |mail: &&String| mail.contains(&format!("Subject: Deskside: request {phishing}\n"));
    let told: Vec<_> = mails.iter().filter(is_it).collect();
    let [mail] = told.as_slice() else { anyhow::bail!("told {} times: {told:?}", told.len()) };
    keep_told(&stack, phishing, mail, &folder.join("phishing.txt"))?;
    keep_letters(&mails, &folder.join("letters.txt"))?;
    let desk = at_desk(company).await?;
    phone::judge(desk.lines().find(|it| it.contains("/portal/verdict/")), &mut album).await?;
    std::fs::write(folder.join("desk.txt"), desk).context("writing what the help desk has")?;
    album.say("desk.txt  what the help desk has: every request of a team, and what was done")?;
    album.say(
        "letters.txt  what people were written to: whose word was needed, and was this you?",
    )?;
    album.say(&format!("outage.txt  who is on call was woken once: ticket {outage}"))?;
    album.say(&format!(
        "phishing.txt  what the security team was told by mail: ticket {phishing}"
    ))?;
    album.say(&format!("lockout.txt  a lockout that was resolved by itself: ticket {resolved}"))?;
    album.say(&format!("approved.txt  what a manager said yes to: ticket {approved}"))?;
    album.say(&format!("access.txt  access that a manager said yes to: ticket {given}"))?;
    album.say("ticket.txt, ticket.svg  the same to read, and the way to the company as a picture")
}

/// As somebody at the help desk sees it, found by the code that is read out on the telephone.
fn keep_pictures_of_ticket(stack: &Stack, number: u32, folder: &Path) -> anyhow::Result<()> {
    let ticket = stack.agent.ticket(number)?;
    let code = ticket.pointer("/verified/support_code").and_then(Value::as_str);
    let found = stack.agent.tickets_of_device(code.context("no support code")?)?;
    let is_found = found.iter().any(|it| it.get("number") == Some(&Value::from(number)));
    ensure!(is_found, "ticket {number} is not found by its support code");
    let svg = folder.join("ticket.svg");
    let svg = svg.to_str().context("the path of the picture")?;
    let text = stack.agent.tell(&["ticket", "show", &number.to_string(), "--svg", svg])?;
    std::fs::write(folder.join("ticket.txt"), text).context("writing the ticket")
}

/// What the trail has of a request that was carried out, which is decided again the same.
fn keep_done(stack: &Stack, number: u32, runbook: &str, file: &Path) -> anyhow::Result<()> {
    let number = number.to_string();
    let text = stack.agent.tell(&["ticket", "show", &number])?;
    let done = format!("{runbook} (act): done");
    ensure!(text.contains(&done), "it was not carried out:\n{text}");
    ensure!(text.contains("the chain holds"), "its trail is broken:\n{text}");
    let replayed = stack.agent.tell(&["replay", &number])?;
    ensure!(!replayed.contains("different"), "it is decided otherwise now:\n{replayed}");
    std::fs::write(file, format!("{text}\n{replayed}")).context("writing the ticket")
}

/// What people were told of a request, what the trail has of it, and that it is decided again the same.
fn keep_told(stack: &Stack, number: u32, told: &str, file: &Path) -> anyhow::Result<()> {
    let number = number.to_string();
    let text = stack.agent.tell(&["ticket", "show", &number])?;
    ensure!(text.contains("the chain holds"), "its trail is broken:\n{text}");
    let replayed = stack.agent.tell(&["replay", &number])?;
    ensure!(!replayed.contains("different"), "it is decided otherwise now:\n{replayed}");
    std::fs::write(file, format!("{told}\n\n{text}\n{replayed}")).context("writing the ticket")
}

/// Every ticket that the company's help desk has, with its history. What the agent did itself is closed there.
async fn at_desk(company: &Company) -> anyhow::Result<String> {
    let mut all = String::new();
    for ticket in company.desk.tickets().await? {
        let word = |path: &str| ticket.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let (queue, status) = (word("/Queue/Name"), word("/Status"));
        let mut text = format!("{}  {queue}, {status}\n", word("/Subject"));
        for (kind, words) in company.desk.history(word("/id")).await? {
            let lines = words.lines().map(|line| format!("\n    {line}"));
            text += &format!("  {kind}:{}\n", lines.collect::<String>());
        }
        let is_done = text.contains("unlock-account (act): done");
        ensure!(!is_done || status == "resolved", "what was done is open there:\n{text}");
        all += &text;
    }
    ensure!(all.contains("Security, open"), "the report is not there:\n{all}");
    ensure!(all.contains("unlock-account (act): done"), "what was done is not there:\n{all}");
    Ok(all)
}

/// What people got by mail: the manager about what waits for her, and everybody about their device.
fn keep_letters(mails: &[String], file: &Path) -> anyhow::Result<()> {
    let to = |person: &str| {
        let line = format!("To: {person}@lumen-oak.example\n");
        mails.iter().filter(move |mail| mail.contains(&line)).map(String::as_str)
    };
    let asked = to("maria").filter(|mail| mail.contains("/portal/approvals\n")).count();
    ensure!(asked > 0, "the manager was not written to: {mails:?}");
    ensure!(to("noor").count() > 0, "nobody was asked about a device: {mails:?}");
    let letters: Vec<_> = to("maria").chain(to("noor")).collect();
    std::fs::write(file, letters.join("\n\n")).context("writing the letters")
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn keep_ticket(ticket: &Value, path: &Path) -> anyhow::Result<()> {
    for key in TICKET_KEYS {
        let found = ticket.get(key).unwrap_or(&Value::Null);
        ensure!(says_something(found), "the ticket has no {key}");
    }
    let labels = ticket["labels"].as_array().context("labels")?;
    let has_reasons = |label: &Value| label.get("reasons").is_some_and(says_something);
    ensure!(labels.iter().all(has_reasons), "a label has no reasons: {labels:?}");
    let text = serde_json::to_string_pretty(ticket)?;
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
