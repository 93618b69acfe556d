//! SIGKILL at random moments between *press send* and *accepted*: everything shown as saved arrives
//! exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use test_support::{Act, HttpBrowser, Program, Seat, Stack};
use uuid::Uuid;

/// The longest time to the kill: by then most requests are accepted.
const LONGEST_MILLIS: u128 = 150;
/// Kills per kill that comes between *press send* and *accepted*.
const MOST_ATTEMPTS: usize = 10;
const SENDER: &str = env!("CARGO_BIN_EXE_sender");

#[tokio::test(flavor = "multi_thread")]
async fn everything_saved_arrives_exactly_once_after_ten_kills() -> anyhow::Result<()> {
    campaign(10).await
}

#[ignore = "slow: `cargo xtask test --all` runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn everything_saved_arrives_exactly_once_after_two_hundred_kills() -> anyhow::Result<()> {
    campaign(200).await
}

/// Numbers under which the agent accepted each submission.
type Accepted = BTreeMap<String, BTreeSet<u64>>;

async fn campaign(kills: usize) -> anyhow::Result<()> {
    let stack = Stack::start().await?;
    let seat = Seat::take().await?;
    seat.write_settings(&stack.settings())?;
    sign_in(&seat).await?;
    let (mut saved, mut accepted) = (BTreeSet::new(), Accepted::new());
    let (mut before_saved, mut before_accepted) = (0, 0);
    for _ in 0..kills * MOST_ATTEMPTS {
        let said = send_and_kill(&seat)?;
        note_accepted(&stack, &mut accepted)?;
        saved.extend(said.iter().filter_map(|line| line.strip_prefix("saved ")).map(str::to_owned));
        match said.last().map(|line| line.split_once(' ').unwrap_or((line, ""))) {
            Some(("pressing", _)) => before_saved += 1,
            Some(("saved", id)) if !accepted.contains_key(id) => before_accepted += 1,
            // Killed between the provider's new refresh token and the keyring: the person signs in again.
            Some(("signed", _)) => sign_in(&seat).await?,
            // Accepted before the kill: not the moment that is tested.
            _ => {}
        }
        if before_saved + before_accepted == kills {
            break;
        }
    }
    deliver(&seat).await?;
    note_accepted(&stack, &mut accepted)?;
    say(&format!(
        "{before_saved} kills before and {before_accepted} after saved; {} saved in all",
        saved.len()
    ))?;
    ensure!(before_saved + before_accepted == kills, "too few kills came in between");
    for id in &saved {
        let numbers =
            accepted.get(id).with_context(|| format!("{id} was shown as saved and is lost"))?;
        ensure!(numbers.len() == 1, "{id} was accepted as {numbers:?}");
    }
    Ok(())
}

fn sender(seat: &Seat, what: &str) -> Command {
    let mut command = Command::new(SENDER);
    command.arg(what).envs(seat.environment()).env("RUST_LOG", "off").stdin(Stdio::null());
    command
}

async fn sign_in(seat: &Seat) -> anyhow::Result<()> {
    let mut person =
        Program::start(&mut sender(seat, "sign-in"), &seat.folder().join("sign-in.log"))?;
    let page = person.said("open ").await?.parse()?;
    HttpBrowser::new()?.walk(&page, Act::SignIn("noor")).await?;
    person.said("signed in").await?;
    Ok(())
}

/// Delivers what waits, in the name of the person, who may have to sign in first.
async fn deliver(seat: &Seat) -> anyhow::Result<()> {
    for _ in 0..2 {
        let mut program =
            Program::start(&mut sender(seat, "deliver"), &seat.folder().join("deliver.log"))?;
        let status = program.ended().await?;
        ensure!(status.success(), "{status}: {}", program.text());
        if program.text().contains("signed out") {
            sign_in(seat).await?;
        } else {
            return Ok(());
        }
    }
    bail!("signed in and still signed out")
}

/// Starts to send, kills it a random moment after *press send*, and gives all it said.
fn send_and_kill(seat: &Seat) -> anyhow::Result<Vec<String>> {
    let mut child = sender(seat, "send").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let mut said = Vec::new();
    for line in lines.by_ref() {
        said.push(line?);
        if said.last().is_some_and(|line| line == "pressing" || line == "signed out") {
            break;
        }
    }
    // Chosen by chance, not awaited: the moment is what is tested.
    std::thread::sleep(random_moment());
    end(&mut child)?;
    // A line cut off by the kill was never shown whole.
    said.extend(lines.map_while(Result::ok).filter(|line| line.len() > "saved ".len()));
    ensure!(!said.is_empty(), "the sender said nothing");
    Ok(said)
}

fn random_moment() -> Duration {
    let millis = Uuid::new_v4().as_u128() % LONGEST_MILLIS;
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn end(child: &mut Child) -> anyhow::Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn note_accepted(stack: &Stack, accepted: &mut Accepted) -> anyhow::Result<()> {
    for ticket in stack.agent.tickets()? {
        let id = ticket.get("submission").and_then(Value::as_str).context("a submission")?;
        let number = ticket.get("number").and_then(Value::as_u64).context("a number")?;
        accepted.entry(id.to_owned()).or_default().insert(number);
    }
    Ok(())
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
