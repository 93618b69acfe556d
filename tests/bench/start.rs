//! Start and memory of the window, beside an empty one.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use test_support::{Act, HttpBrowser, Program, Seat, Stack, built};

use crate::opened::{Opened, Subject};
use crate::report::{Aim, Report, Spread};

/// Runs that count; one more before them warms the caches up.
const RUNS: usize = 10;
/// Memory is what is in use this long after the first letter: that is its definition, nothing is awaited.
const SETTLING: Duration = Duration::from_secs(3);
/// How often the empty window goes into ours at most.
const RATIO: f64 = 1.3;
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// What is measured of one of the two windows, run by run.
#[derive(Default)]
struct Runs {
    start_ms: Vec<f64>,
    memory_mib: Vec<f64>,
}

/// Opens both windows in turn.
pub(crate) async fn measure(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    let subjects = [ours(stack).await?, empty().await?];
    let mut runs = [Runs::default(), Runs::default()];
    for run in 0..=RUNS {
        crate::progress(&format!("windows, run {run} of {RUNS}"))?;
        for (subject, runs) in subjects.iter().zip(&mut runs) {
            let (start, memory) = once(subject).await?;
            if run > 0 {
                runs.start_ms.push(start.as_secs_f64() * 1000.0);
                runs.memory_mib.push(memory);
            }
        }
    }
    let [ours, empty] = runs;
    let (start, beside) = (Spread::of(ours.start_ms)?, Spread::of(empty.start_ms)?);
    report.add("start to first letter shown", "ms", start);
    report.add("start of an empty window", "ms", beside);
    let ratio = start.ratio_to(&beside);
    report.add_with_aim("start, ratio of medians", "×", ratio, Aim::MedianAtMost(RATIO));
    let (memory, beside) = (Spread::of(ours.memory_mib)?, Spread::of(empty.memory_mib)?);
    report.add("memory, PSS of all processes", "MiB", memory);
    report.add("memory of an empty window", "MiB", beside);
    let ratio = memory.ratio_to(&beside);
    report.add_with_aim("memory, ratio of medians", "×", ratio, Aim::MedianAtMost(RATIO));
    Ok(())
}

/// Time to the first letter, and memory in MiB.
async fn once(subject: &Subject) -> anyhow::Result<(Duration, f64)> {
    let program = || format!("{}", subject.program.display());
    let opened = Opened::start(subject).await.with_context(program)?;
    let start = opened.first_letter(subject.field).await.with_context(program)?;
    tokio::time::sleep(SETTLING).await;
    let memory = opened.memory().with_context(program)?;
    opened.end().await?;
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53 bytes")]
    let memory = memory as f64 / MEBIBYTE;
    Ok((start, memory))
}

/// Our window as it starts every morning: somebody is signed in, the company answers.
async fn ours(stack: &Stack) -> anyhow::Result<Subject> {
    let seat = Seat::take().await?;
    let mut settings = stack.settings();
    if let Some(settings) = settings.as_object_mut() {
        let plain = [("language", "en"), ("appearance", "light"), ("autostart", "false")];
        settings.extend(plain.map(|(key, value)| (key.to_owned(), json!(value))));
    }
    sign_in(&seat, &settings).await?;
    Ok(Subject { program: built("deskside")?, field: "#ask", seat })
}

async fn empty() -> anyhow::Result<Subject> {
    let seat = Seat::take().await?;
    Ok(Subject { program: built("examples/empty")?, field: "input", seat })
}

async fn sign_in(seat: &Seat, settings: &Value) -> anyhow::Result<()> {
    seat.write_settings(settings)?;
    let mut command = Command::new(built("sender")?);
    command.arg("sign-in").envs(seat.environment()).stdin(Stdio::null());
    let mut person = Program::start(&mut command, &seat.folder().join("sign-in.log"))?;
    let page = person.said("open ").await?.parse()?;
    HttpBrowser::new()?.walk(&page, Act::SignIn("noor")).await?;
    person.said("signed in").await.map(drop)
}
