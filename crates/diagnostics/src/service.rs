use std::time::Duration;

use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;
use crate::probe::{self, Request, Visit, visit};
use crate::run::Run;
use crate::visits::Visits;
use crate::{Targets, Url};

/// An answer that takes this long keeps people waiting at every page.
const SLOW: Duration = Duration::from_millis(2500);

/// Asks the company's sign-in for its public configuration (OpenID Connect Discovery §4).
pub(crate) async fn identity_provider(targets: &Targets, visits: &Visits) -> Outcome {
    match &targets.identity_provider {
        Some(url) => judge_at(url, visits.provider().await.as_ref(), is_success),
        None => Outcome::not_available(FindingReason::NotConfigured),
    }
}

/// Asks the company's service, or else the agent, whether it is well.
pub(crate) async fn company_service(run: &Run, visits: &Visits) -> Outcome {
    let targets = &run.context.targets;
    match (&targets.service, &targets.agent) {
        (Some(url), _) => {
            let visited = visit(run, url, Request::Long).await;
            judge_at(url, Some(&visited), is_there)
        }
        (None, Some(url)) => judge_at(url, visits.agent().await.as_ref(), is_success),
        (None, None) => Outcome::not_available(FindingReason::NotConfigured),
    }
}

/// The provider's configuration, below its issuer.
pub(crate) fn configuration_of(issuer: &Url) -> Option<Url> {
    below(issuer, &[".well-known", "openid-configuration"])
}

/// The agent's health, below its base address.
pub(crate) fn health_of(agent: &Url) -> Option<Url> {
    below(agent, &["healthz"])
}

fn below(base: &Url, segments: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

/// What an address made to be asked answers.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}

/// What anything may answer to somebody it does not know: a sign-in, a refusal, another place.
const fn is_there(status: u16) -> bool {
    matches!(status, 200..=499)
}

fn judge_at(url: &Url, visited: Option<&Visit>, is_well: fn(u16) -> bool) -> Outcome {
    match visited {
        Some(visited) if probe::is_secure(url) => judge(visited, is_well),
        Some(_) => Outcome::not_available(FindingReason::InsecureAddress),
        None => Outcome::not_available(FindingReason::NotConfigured),
    }
}

fn judge(visited: &Visit, is_well: fn(u16) -> bool) -> Outcome {
    let outcome = match &visited.end {
        Ok(answer) => {
            let outcome = match answer.status {
                status if is_well(status) && answer.elapsed > SLOW => {
                    Outcome::attention().because(FindingReason::Slow)
                }
                status if is_well(status) => Outcome::fine(),
                _ => Outcome::failed(FindingReason::UnexpectedAnswer),
            };
            outcome.with(EvidenceKey::HttpStatus, &answer.status)
        }
        Err(reason) => Outcome::failed(*reason),
    };
    visited.tell(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_path_of_the_issuer() {
        for (issuer, expect) in [
            ("https://login.example", "https://login.example/.well-known/openid-configuration"),
            ("https://a.example/t/", "https://a.example/t/.well-known/openid-configuration"),
            (
                "https://a.example/t/v2.0",
                "https://a.example/t/v2.0/.well-known/openid-configuration",
            ),
        ] {
            let url = configuration_of(&issuer.parse().unwrap());
            assert_eq!(url.as_ref().map(Url::as_str), Some(expect));
        }
    }
}
