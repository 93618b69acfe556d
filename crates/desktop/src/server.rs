//! Checks that only the agent can answer, among those of this device.

use std::sync::Arc;
use std::time::Duration;

use diagnostics::{Context, Progress};
use ticket::{
    AccountState, CheckId, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus,
    ServerFacts,
};
use tokio::sync::mpsc;
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
        tokio::spawn(async move {
            while let Some(step) = progress.recv().await {
                if of_device.send(step).await.is_err() {
                    break;
                }
            }
        });
        if !theirs.is_empty() {
            let desktop = Arc::clone(self);
            tokio::spawn(async move {
                tokio::select! {
                    () = sender.closed() => {}
                    () = desktop.ask_agent(&theirs, &sender) => {}
                }
            });
        }
        receiver
    }

    async fn ask_agent(&self, checks: &[CheckId], sender: &mpsc::Sender<Progress>) {
        for check in checks {
            // A closed channel ends this above.
            let _ = sender.send(Progress::Started(*check)).await;
        }
        let begun = Instant::now();
        let facts = timeout(PATIENCE, self.server_facts()).await.ok().flatten();
        let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        for check in checks {
            let (status, reason) = match &facts {
                Some((facts, is_incident)) => judge(*check, facts, *is_incident),
                None => (FindingStatus::NotAvailable, Some(FindingReason::Unreachable)),
            };
            let fact = |reason: FindingReason| Evidence {
                key: EvidenceKey::ReasonWord,
                value: reason.as_str().to_owned(),
            };
            let evidence = reason.map(fact).into_iter().collect();
            let finding = Finding { check: *check, status, evidence, took_ms };
            let _ = sender.send(Progress::Ended(finding)).await;
        }
    }

    /// What the agent knows of this person, and whether several people have a fault now; nothing
    /// while it cannot be asked.
    async fn server_facts(&self) -> Option<(ServerFacts, bool)> {
        let link = self.link().await.ok()?;
        let facts = link.client.facts(&link.auth()).await;
        let facts = facts.inspect_err(|error| tracing::debug!(%error, "no facts of the agent"));
        Some((facts.ok()?, !self.incidents().is_empty()))
    }
}

fn judge(
    check: CheckId,
    facts: &ServerFacts,
    is_incident: bool,
) -> (FindingStatus, Option<FindingReason>) {
    use FindingStatus::{Attention, Failed, Fine, NotAvailable};
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
        CheckId::KnownIncident if is_incident => (Attention, Some(FindingReason::IncidentOpen)),
        CheckId::KnownIncident => (Fine, None),
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
            let (status, _) = judge(check, &nothing, false);
            assert_eq!(status, FindingStatus::NotAvailable, "{check:?}");
        }
        let locked = ServerFacts {
            account: Some(AccountState::Locked),
            vpn_access: Some(false),
            device_compliant: Some(true),
        };
        let check = |check, expect| assert_eq!(judge(check, &locked, true), expect);
        check(CheckId::Account, (FindingStatus::Failed, Some(FindingReason::AccountLocked)));
        check(CheckId::VpnAccess, (FindingStatus::Failed, Some(FindingReason::NotAllowed)));
        check(CheckId::DeviceCompliance, (FindingStatus::Fine, None));
        check(
            CheckId::KnownIncident,
            (FindingStatus::Attention, Some(FindingReason::IncidentOpen)),
        );
    }
}
