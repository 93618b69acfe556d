use ticket::{EvidenceKey, FindingReason};

use crate::{Context, outcome::Outcome, probe};

/// Asks an address outside that answers 204. Anything else that pretends to be it is a sign-in
/// page: a page in its place, a redirect to one, or 511 (RFC 6585 §6).
pub(crate) async fn check(context: &Context) -> Outcome {
    let Some(url) = &context.targets.internet_probe else {
        return Outcome::not_available(FindingReason::NotConfigured);
    };
    match probe::get(&context.client, url).await {
        Ok(answer) => judge(answer.status).with_time(answer.elapsed),
        Err(silence) => silence.outcome(),
    }
}

fn judge(status: u16) -> Outcome {
    let outcome = match status {
        204 => Outcome::fine(),
        200 | 300..=399 | 511 => Outcome::failed(FindingReason::CaptivePortal),
        _ => Outcome::failed(FindingReason::UnexpectedAnswer),
    };
    outcome.with(EvidenceKey::HttpStatus, &status)
}
