use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ticket::{CheckId, Finding, FindingReason, FindingStatus};
use tokio::sync::{OnceCell, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::names::Names;
use crate::visits::Visits;
use crate::{Context, Url, checks, outcome::Outcome, proxy, system};

/// What a check needs between its last answer and its deadline.
const TO_TELL: Duration = Duration::from_millis(200);

/// What a check of the network still gets when it is known that nothing outside can answer.
const LAST_MOMENT: Duration = Duration::from_millis(250);

/// What the tunnel is to this device now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TunnelUse {
    /// Something comes back through it.
    Works,
    /// The company is reached without it.
    NotNeeded,
    /// It is down, or nothing comes back.
    Broken,
}

/// What the checks of one run share beside their [`Visits`]: every name is resolved once.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) context: Context,
    pub(crate) names: Names,
    /// What is known of the tunnel; nothing while it is not known.
    pub(crate) tunnel: watch::Sender<Option<TunnelUse>>,
    /// Whether there is no link, no address, or a sign-in page in front of everything.
    hopeless: watch::Sender<bool>,
    proxies: OnceCell<Result<Vec<Url>, FindingReason>>,
}

impl Run {
    pub(crate) fn new(context: Context) -> Self {
        let servers = system::name_servers(&context.roots);
        Self {
            names: Names::new(servers, patience(&context)),
            context,
            tunnel: watch::Sender::new(None),
            hopeless: watch::Sender::new(false),
            proxies: OnceCell::new(),
        }
    }

    /// How long a check of the network waits for answers.
    pub(crate) fn patience(&self) -> Duration {
        patience(&self.context)
    }

    /// What is known of the tunnel, once something is.
    pub(crate) async fn tunnel_use(&self) -> TunnelUse {
        let mut tunnel = self.tunnel.subscribe();
        let known = tunnel.wait_for(Option::is_some).await.map(|known| *known);
        known.ok().flatten().unwrap_or(TunnelUse::Broken)
    }

    /// Notes what a check found that others rest on.
    fn learn(&self, check: CheckId, outcome: &Outcome) {
        let is_end = match check {
            CheckId::Link | CheckId::Address => outcome.status == FindingStatus::Failed,
            CheckId::Internet => outcome.is_because(FindingReason::CaptivePortal),
            _ => false,
        };
        if is_end {
            self.hopeless.send_replace(true);
        }
    }

    /// Ends a moment after it is known that nothing outside can answer.
    async fn given_up(&self) {
        let mut hopeless = self.hopeless.subscribe();
        // The sender is in this very struct.
        let _ = hopeless.wait_for(|hopeless| *hopeless).await;
        sleep(LAST_MOMENT).await;
    }

    /// The proxies that programs here use; none where they connect themselves.
    pub(crate) async fn proxies(&self) -> &[Url] {
        self.proxies_or_why().await.as_deref().unwrap_or_default()
    }

    /// As [`Run::proxies`], or why they cannot be told.
    pub(crate) async fn proxies_or_why(&self) -> &Result<Vec<Url>, FindingReason> {
        self.proxies.get_or_init(|| Box::pin(proxy::proxies(self))).await
    }
}

fn patience(context: &Context) -> Duration {
    context.deadlines.network.saturating_sub(TO_TELL)
}

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
    let shared = Arc::new(Run::new(context.clone()));
    let visits = Visits::of(&shared);
    for check in once_each(checks) {
        let deadline = context.deadlines.of(check);
        let work = checks::outcome(check, Arc::clone(&shared), visits.clone());
        tokio::spawn(follow(check, deadline, work, Arc::clone(&shared), sender.clone()));
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
    run: Arc<Run>,
    sender: mpsc::Sender<Progress>,
) {
    let report = async {
        // A closed channel is noticed below.
        let _ = sender.send(Progress::Started(check)).await;
        let finding = measure(check, deadline, work, &run).await;
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
    run: &Run,
) -> Finding {
    let started = Instant::now();
    let mut task = JoinSet::new();
    task.spawn(work);
    let outcome = tokio::select! {
        ended = task.join_next() => match ended {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) | None => Outcome::not_available(FindingReason::CheckBroke),
        },
        () = sleep(deadline) => out_of_time(check),
        () = run.given_up(), if checks::asks_outside(check) => out_of_time(check),
    };
    run.learn(check, &outcome);
    tracing::debug!(check = check.as_str(), status = ?outcome.status, "check ended");
    outcome.into_finding(check, started.elapsed())
}

/// Silence of a server is a fault; silence of this device only leaves us without an answer.
fn out_of_time(check: CheckId) -> Outcome {
    match check {
        CheckId::NameService
        | CheckId::Internet
        | CheckId::Proxy
        | CheckId::IdentityProvider
        | CheckId::InnerNames
        | CheckId::CompanyService => Outcome::failed(FindingReason::Timeout),
        CheckId::Account
        | CheckId::VpnAccess
        | CheckId::DeviceCompliance
        | CheckId::KnownIncident
        | CheckId::DeviceIdentity
        | CheckId::OperatingSystem
        | CheckId::Uptime
        | CheckId::Memory
        | CheckId::Disks
        | CheckId::DiskHealth
        | CheckId::Restart
        | CheckId::LastShutdown
        | CheckId::Battery
        | CheckId::Temperature
        | CheckId::Displays
        | CheckId::Printers
        | CheckId::AudioVideo
        | CheckId::Load
        | CheckId::Link
        | CheckId::Address
        | CheckId::Gateway
        | CheckId::Clock
        | CheckId::Tls
        | CheckId::VpnGateway
        | CheckId::Vpn => Outcome::not_available(FindingReason::Timeout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::off_thread::off_thread;
    use crate::{Deadlines, Roots, Targets, Trust};

    const DEADLINE: Duration = Duration::from_secs(3);

    /// A run that nothing is known about.
    fn nobody() -> Run {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Run::new(Context {
            targets: Targets::default(),
            roots: Roots::default(),
            deadlines: Deadlines::default(),
            trust: Trust::of_the_system(provider).unwrap(),
            catalog: Arc::new(crate::Catalog::built_in().unwrap()),
        })
    }

    async fn check(
        id: CheckId,
        work: impl Future<Output = Outcome> + Send + 'static,
        expect: (FindingStatus, Option<FindingReason>),
    ) {
        let finding = measure(id, DEADLINE, work, &nobody()).await;
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

    #[tokio::test(start_paused = true)]
    async fn nobody_outside_is_waited_for_without_a_link() {
        let run = nobody();
        run.learn(CheckId::Link, &Outcome::failed(FindingReason::NoLink));
        let silent = std::future::pending::<Outcome>();
        let finding = measure(CheckId::CompanyService, DEADLINE, silent, &run).await;
        assert!(u128::from(finding.took_ms) <= LAST_MOMENT.as_millis() + 1, "{finding:?}");
        let reading = async {
            sleep(2 * LAST_MOMENT).await;
            Outcome::fine()
        };
        let finding = measure(CheckId::Disks, DEADLINE, reading, &run).await;
        assert_eq!(finding.status, FindingStatus::Fine);
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
        tokio::spawn(follow(CheckId::Internet, DEADLINE, work, Arc::new(nobody()), sender));
        beginning.await.unwrap();
        drop(receiver);
        assert!(dropped.await.is_err());
    }
}
