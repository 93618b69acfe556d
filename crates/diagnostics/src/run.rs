use std::future::Future;
use std::time::Duration;

use ticket::{CheckId, Finding, FindingReason};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::{Context, checks, outcome::Outcome};

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A check began.
    Started(CheckId),
    /// A check ended with this.
    Ended(Finding),
}

/// Runs checks side by side and reports each as it begins and ends; the channel closes after the
/// last. Every check ends within its deadline, whatever happens to it or to the others. Dropping
/// the receiver cancels the run. Needs a tokio runtime around it.
#[must_use = "dropping the receiver cancels the run"]
pub fn run(checks: &[CheckId], context: &Context) -> mpsc::Receiver<Progress> {
    let (sender, receiver) = mpsc::channel(2 * CheckId::ALL.len());
    for check in once_each(checks) {
        let deadline = context.deadlines.of(check);
        let work = checks::outcome(check, context.clone());
        tokio::spawn(follow(check, deadline, work, sender.clone()));
    }
    receiver
}

/// Runs checks to the end: one finding for each, in the order asked for.
pub async fn collect(checks: &[CheckId], context: &Context) -> Vec<Finding> {
    let mut progress = run(checks, context);
    let mut findings = Vec::new();
    while let Some(step) = progress.recv().await {
        match step {
            Progress::Started(_) => {}
            Progress::Ended(finding) => findings.push(finding),
        }
    }
    let place = |finding: &Finding| checks.iter().position(|check| *check == finding.check);
    findings.sort_by_key(place);
    findings
}

fn once_each(checks: &[CheckId]) -> Vec<CheckId> {
    let mut seen = Vec::new();
    for check in checks {
        if !seen.contains(check) {
            seen.push(*check);
        }
    }
    seen
}

/// Reports one check from its beginning to its end, or stops when nobody listens.
async fn follow(
    check: CheckId,
    deadline: Duration,
    work: impl Future<Output = Outcome> + Send + 'static,
    sender: mpsc::Sender<Progress>,
) {
    let report = async {
        // A closed channel is noticed below.
        let _ = sender.send(Progress::Started(check)).await;
        let finding = measure(check, deadline, work).await;
        let _ = sender.send(Progress::Ended(finding)).await;
    };
    tokio::select! {
        biased;
        () = sender.closed() => {}
        () = report => {}
    }
}

/// Gives the work its deadline and a task of its own, so that a panic in it is an answer too.
async fn measure(
    check: CheckId,
    deadline: Duration,
    work: impl Future<Output = Outcome> + Send + 'static,
) -> Finding {
    let started = Instant::now();
    let mut task = JoinSet::new();
    task.spawn(work);
    let outcome = match timeout(deadline, task.join_next()).await {
        Ok(Some(Ok(outcome))) => outcome,
        Ok(Some(Err(_)) | None) => Outcome::not_available(FindingReason::CheckBroke),
        Err(_) => out_of_time(check),
    };
    tracing::debug!(check = check.as_str(), status = ?outcome.status, "check ended");
    outcome.into_finding(check, started.elapsed())
}

/// Silence of a server is a fault; silence of this device only leaves us without an answer.
fn out_of_time(check: CheckId) -> Outcome {
    match check {
        CheckId::NameService
        | CheckId::Internet
        | CheckId::IdentityProvider
        | CheckId::CompanyService => Outcome::failed(FindingReason::Timeout),
        CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks
        | CheckId::Link
        | CheckId::Address
        | CheckId::Gateway
        | CheckId::Clock
        | CheckId::Vpn => Outcome::not_available(FindingReason::Timeout),
    }
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

    use super::*;
    use crate::off_thread::off_thread;

    const DEADLINE: Duration = Duration::from_secs(3);

    async fn check(
        id: CheckId,
        work: impl Future<Output = Outcome> + Send + 'static,
        expect: (FindingStatus, Option<FindingReason>),
    ) {
        let finding = measure(id, DEADLINE, work).await;
        assert_eq!((finding.status, finding.reason()), expect);
        assert!(u128::from(finding.took_ms) <= DEADLINE.as_millis());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_at_the_deadline() {
        let silent = std::future::pending;
        let failed = (FindingStatus::Failed, Some(FindingReason::Timeout));
        check(CheckId::CompanyService, silent(), failed).await;
        let not_available = (FindingStatus::NotAvailable, Some(FindingReason::Timeout));
        check(CheckId::Memory, silent(), not_available).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_returns_does_not_hold_the_run() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let work = async move {
            off_thread(move || held.recv().is_ok()).await;
            Outcome::fine()
        };
        let expect = (FindingStatus::NotAvailable, Some(FindingReason::Timeout));
        check(CheckId::Disks, work, expect).await;
        drop(release);
    }

    #[tokio::test]
    async fn a_panic_in_one_check_is_its_answer() {
        let expect = (FindingStatus::NotAvailable, Some(FindingReason::CheckBroke));
        check(CheckId::Link, async { panic!("broken check") }, expect).await;
    }

    #[tokio::test]
    async fn dropping_the_receiver_drops_the_work() {
        let (alive, dropped) = tokio::sync::oneshot::channel::<()>();
        let (begun, beginning) = tokio::sync::oneshot::channel::<()>();
        let work = async move {
            let _alive = alive;
            let _ = begun.send(());
            std::future::pending().await
        };
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(follow(CheckId::Internet, DEADLINE, work, sender));
        beginning.await.unwrap();
        drop(receiver);
        assert!(dropped.await.is_err());
    }
}
