//! The agent under load, on both databases.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};
use test_support::{MailServer, Postgres, Stack, until};
use tokio::task::JoinSet;

use crate::crowd;
use crate::load::{CONNECTIONS, Sender, latency, throughput};
use crate::peers;
use crate::person::Person;
use crate::report::{Aim, Report, Spread};

/// Reports whose first effect is waited for, one after the other.
const REPORTS: usize = 100;
/// Requests that come at once, and reports among them.
const BURST: usize = 2_000;
const REPORTED: usize = 10;

/// Names of the lines of a database.
struct Lines {
    serving: &'static str,
    half: &'static str,
    together: &'static str,
}

const SQLITE: Lines = Lines {
    serving: "tickets accepted, 8 connections, SQLite",
    half: "ticket accepted at half of that, SQLite",
    together: "the same while deciding on them, SQLite",
};
const POSTGRES: Lines = Lines {
    serving: "tickets accepted, 8 connections, PostgreSQL",
    half: "ticket accepted at half of that, PostgreSQL",
    together: "the same while deciding on them, PostgreSQL",
};

/// Measures everything; needs no display.
pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let mut stack = Stack::start().await?;
    let person = Person::sign_in(&stack.provider, "noor").await?;
    effects(&mut stack, &person, report).await?;
    burst(&mut stack, &person, report).await?;
    windows(&mut stack, &person, report).await?;
    accepting(&mut stack, &person, &SQLITE, report).await?;
    let server = Postgres::start().await?;
    let database = server.server().new_database()?;
    stack.agent.stop().await?;
    stack.agent.configure(&json!({ "database": database.address(),
        "database_password_file": database.password_file(), "database_key": "server.key" }))?;
    accepting(&mut stack, &person, &POSTGRES, report).await?;
    stack.agent.stop().await?;
    peers::measure(&server.server(), report).await
}

/// Tickets a second, and how long each takes at half of that.
async fn accepting(
    stack: &mut Stack,
    person: &Person,
    lines: &Lines,
    report: &mut Report,
) -> anyhow::Result<()> {
    crate::progress(lines.serving)?;
    stack.agent.stop().await?;
    stack.agent.start_as("serve").await?;
    person.enroll(stack.agent.url()).await?;
    let rate = throughput(person, stack.agent.url()).await?;
    report.add_with_aim(lines.serving, "/s", Spread::one(rate), Aim::MedianAtLeast(1000.0));
    let half = latency(person, stack.agent.url(), rate / 2.0).await?;
    report.add_with_aim(lines.half, "ms", half, Aim::P99AtMost(20.0));
    stack.agent.stop().await?;
    stack.agent.start_again().await?;
    let rate = throughput(person, stack.agent.url()).await?;
    report.add(lines.together, "/s", Spread::one(rate));
    Ok(())
}

/// From the decision on a report to the first thing that was done outside, as the audit trail has both.
async fn effects(stack: &mut Stack, person: &Person, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("{REPORTS} reports to a team's mailbox"))?;
    let mail = MailServer::start().await?;
    stack.agent.stop().await?;
    stack.agent.configure(&json!({ "mail": { "host": mail.host(), "port": mail.port(),
        "ca_file": mail.ca_file(), "from": "Deskside <deskside@lumen-oak.example>" } }))?;
    stack.agent.start_again().await?;
    person.enroll(stack.agent.url()).await?;
    let sender = Sender::new(person, stack.agent.url()).await?;
    let mut times = Vec::new();
    for number in 0..REPORTS {
        let text = format!("I clicked a link in a phishing mail, {number}");
        let ticket = sender.send(text).await?;
        let waited = until("the first effect", Duration::from_secs(60), async || {
            let record = stack.agent.ticket(ticket)?;
            let at = |kind: &str| first(&record, kind);
            Ok(at("decided").zip(at("performed")))
        });
        let (decided, performed) = waited.await?;
        times.push(performed.duration_since(decided).as_secs_f64() * 1000.0);
    }
    let aim = Aim::P99AtMost(250.0);
    report.add_with_aim("from the decision to its first effect", "ms", Spread::of(times)?, aim);
    stack.agent.stop().await?;
    stack.agent.configure(&json!({ "mail": null }))?;
    stack.agent.start_again().await
}

/// How long security waits for its decision while many other requests wait, too.
async fn burst(stack: &mut Stack, person: &Person, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("{REPORTED} reports among {BURST} requests that wait"))?;
    let sender = Arc::new(Sender::new(person, stack.agent.url()).await?);
    let mut sending = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let sender = Arc::clone(&sender);
        sending.spawn(async move {
            let mut last = 0;
            for count in 0..BURST / CONNECTIONS {
                last = sender.send(format!("The printer is jammed, {connection}.{count}")).await?;
            }
            anyhow::Ok(last)
        });
    }
    let mut last = 0;
    while let Some(sent) = sending.join_next().await {
        last = last.max(sent??);
    }
    let mut times = Vec::new();
    for number in 0..REPORTED {
        let ticket = sender.send(format!("I clicked a link in a phishing mail, {number}")).await?;
        let waited = until("a decision", Duration::from_secs(60), async || {
            let record = stack.agent.ticket(ticket)?;
            Ok(first(&record, "received").zip(first(&record, "decided")))
        });
        let (received, decided) = waited.await?;
        times.push(decided.duration_since(received).as_secs_f64() * 1000.0);
    }
    let is_over = first(&stack.agent.ticket(last)?, "decided").is_some();
    ensure!(
        !is_over,
        "the burst was over before the reports were: there was nothing to wait behind"
    );
    // What is measured next does not share the machine with them.
    until("the end of the burst", Duration::from_secs(300), async || {
        Ok(first(&stack.agent.ticket(last)?, "decided"))
    })
    .await?;
    report.add("a report decided while 2,000 requests wait", "ms", Spread::of(times)?);
    Ok(())
}

/// When something of a kind stands first in the trail of a ticket.
fn first(record: &Value, kind: &str) -> Option<Timestamp> {
    let entries = record.pointer("/audit/entries")?.as_array()?;
    let is_it = |entry: &&Value| entry.get("kind").is_some_and(|it| it == kind);
    entries.iter().find(is_it)?.get("at")?.as_str()?.parse().ok()
}

async fn windows(stack: &mut Stack, person: &Person, report: &mut Report) -> anyhow::Result<()> {
    crate::progress("windows that follow their requests")?;
    // Somebody else: what happens to their requests concerns no window.
    let sender = Person::sign_in(&stack.provider, "maria").await?;
    sender.enroll(stack.agent.url()).await?;
    let seen = crowd::measure(person, &sender, &mut stack.agent).await.context("many windows")?;
    let again = Spread::one(seen.live_again);
    report.add_with_aim("10,000 windows, live after a kill", "s", again, Aim::MedianAtMost(60.0));
    let accepted = "ticket accepted while they come back";
    report.add_with_aim(accepted, "ms", seen.accepted, Aim::P99AtMost(250.0));
    let memory = Spread::one(seen.memory);
    report.add_with_aim("memory of the agent then", "MiB", memory, Aim::MedianAtMost(400.0));
    Ok(())
}
