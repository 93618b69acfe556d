//! Checks that only the agent can answer, among those of this device.

use std::sync::Arc;
use std::time::Duration;

use diagnostics::{Context, Progress};
use ticket::{
    AccountState, Cause, CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus,
    ServerFacts,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::Desktop;

/// As long as a check of the network may take.
const PATIENCE: Duration = Duration::from_millis(4000);

impl Desktop {
    /// Runs checks side by side, also those that the agent answers; dropping the receiver cancels
    /// them.
    pub(crate) fn run(
        self: &Arc<Self>,
        wanted: &[CheckId],
        context: &Context,
    ) -> mpsc::Receiver<Progress> {
        let (ours, theirs): (Vec<CheckId>, Vec<CheckId>) =
            wanted.iter().partition(|check| !CheckId::SERVER.contains(check));
        let (sender, receiver) = mpsc::channel(2 * CheckId::ALL.len());
        let mut progress = diagnostics::run(&ours, context);
        let of_device = sender.clone();
        let seen_here = tokio::spawn(async move {
            let mut findings = Vec::new();
            while let Some(step) = progress.recv().await {
                if let Progress::Ended(finding) = &step {
                    findings.push(finding.clone());
                }
                if of_device.send(step).await.is_err() {
                    break;
                }
            }
            findings
        });
        if !theirs.is_empty() {
            let desktop = Arc::clone(self);
            tokio::spawn(async move {
                tokio::select! {
                    () = sender.closed() => {}
                    () = desktop.ask_agent(&theirs, seen_here, &sender) => {}
                }
            });
        }
        receiver
    }

    /// Answers the agent's checks; what several people have is compared with what was seen here.
    async fn ask_agent(
        &self,
        checks: &[CheckId],
        seen_here: JoinHandle<Vec<Finding>>,
        sender: &mpsc::Sender<Progress>,
    ) {
        for check in checks {
            // A closed channel ends this above.
            let _ = sender.send(Progress::Started(*check)).await;
        }
        let begun = Instant::now();
        let facts = timeout(PATIENCE, self.server_facts()).await.ok().flatten();
        let took = begun.elapsed();
        let (shared, own): (Vec<CheckId>, Vec<CheckId>) =
            checks.iter().partition(|check| **check == CheckId::KnownIncident);
        let unreachable = (FindingStatus::NotAvailable, Some(FindingReason::Unreachable));
        for check in own {
            let told = facts.as_ref().map_or(unreachable, |facts| judge(check, facts));
            let _ = sender.send(Progress::Ended(finding(check, told, took))).await;
        }
        if shared.is_empty() {
            return;
        }
        // A task that broke has seen nothing.
        let seen_here = seen_here.await.unwrap_or_default();
        let cause = diagnosis::diagnose(&seen_here).map(|diagnosis| diagnosis.cause);
        let open: Vec<_> = self.incidents().into_iter().map(|incident| incident.cause).collect();
        let told = facts.as_ref().map_or(unreachable, |_| compare(cause, &open));
        for check in shared {
            let _ = sender.send(Progress::Ended(finding(check, told, begun.elapsed()))).await;
        }
    }

    /// What the agent knows of this person; nothing while it cannot be asked.
    async fn server_facts(&self) -> Option<ServerFacts> {
        let link = self.link().await.ok()?;
        let facts = link.client.facts(&link.auth()).await;
        let facts = facts.inspect_err(|error| tracing::debug!(%error, "no facts of the agent"));
        facts.ok()
    }
}

/// What is told of a check, and why.
type Told = (FindingStatus, Option<FindingReason>);

fn finding(check: CheckId, (status, reason): Told, took: Duration) -> Finding {
    let fact = |reason: FindingReason| Evidence {
        key: EvidenceKey::ReasonWord,
        value: reason.as_str().to_owned(),
    };
    let took_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
    Finding { check, status, evidence: reason.map(fact).into_iter().collect(), took_ms }
}

/// Whether an open incident is what this device sees. Where it sees nothing, the fault may lie where
/// it cannot look, so that any incident counts.
fn compare(cause: Option<Cause>, open: &[Cause]) -> Told {
    if cause.map_or(!open.is_empty(), |cause| open.contains(&cause)) {
        (FindingStatus::Attention, Some(FindingReason::IncidentOpen))
    } else {
        (FindingStatus::Fine, None)
    }
}

fn judge(check: CheckId, facts: &ServerFacts) -> Told {
    use FindingStatus::{Failed, Fine, NotAvailable};
    let unknown = (NotAvailable, Some(FindingReason::NotReported));
    let allowed = |allowed, reason| match allowed {
        Some(true) => (Fine, None),
        Some(false) => (Failed, Some(reason)),
        None => unknown,
    };
    match check {
        CheckId::Account => match facts.account {
            Some(AccountState::Active) => (Fine, None),
            Some(AccountState::Locked) => (Failed, Some(FindingReason::AccountLocked)),
            Some(AccountState::Disabled) => (Failed, Some(FindingReason::AccountDisabled)),
            None => unknown,
        },
        CheckId::VpnAccess => allowed(facts.vpn_access, FindingReason::NotAllowed),
        CheckId::DeviceCompliance => allowed(facts.device_compliant, FindingReason::NotCompliant),
        _ => unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_accuses_nobody() {
        let nothing = ServerFacts::default();
        for check in [CheckId::Account, CheckId::VpnAccess, CheckId::DeviceCompliance] {
            let (status, _) = judge(check, &nothing);
            assert_eq!(status, FindingStatus::NotAvailable, "{check:?}");
        }
        let locked = ServerFacts {
            account: Some(AccountState::Locked),
            vpn_access: Some(false),
            device_compliant: Some(true),
        };
        let check = |check, expect| assert_eq!(judge(check, &locked), expect);
        check(CheckId::Account, (FindingStatus::Failed, Some(FindingReason::AccountLocked)));
        check(CheckId::VpnAccess, (FindingStatus::Failed, Some(FindingReason::NotAllowed)));
        check(CheckId::DeviceCompliance, (FindingStatus::Fine, None));
    }

    #[test]
    fn an_incident_is_known_where_it_is_what_is_seen_here() {
        let check = |cause, open: &[Cause], is_known| {
            let expect = if is_known { FindingStatus::Attention } else { FindingStatus::Fine };
            assert_eq!(compare(cause, open).0, expect, "{cause:?} {open:?}");
        };
        let gateway = [Cause::VpnGatewayDown];
        check(Some(Cause::VpnGatewayDown), &gateway, true);
        check(Some(Cause::NoLink), &gateway, false);
        check(None, &gateway, true);
        check(None, &[], false);
        check(Some(Cause::NoLink), &[], false);
    }
}
