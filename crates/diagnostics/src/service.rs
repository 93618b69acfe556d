use reqwest::Url;
use ticket::{EvidenceKey, FindingReason};

use crate::{Context, outcome::Outcome, probe};

/// Asks the company's sign-in for its public configuration (OpenID Connect Discovery §4).
pub(crate) async fn identity_provider(context: &Context) -> Outcome {
    ask(context, context.targets.identity_provider.as_ref().and_then(configuration_of)).await
}

/// Asks the agent whether it is well.
pub(crate) async fn company_service(context: &Context) -> Outcome {
    ask(context, context.targets.agent.as_ref().and_then(health_of)).await
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

async fn ask(context: &Context, url: Option<Url>) -> Outcome {
    let Some(url) = url else {
        return Outcome::not_available(FindingReason::NotConfigured);
    };
    if !probe::is_secure(&url) {
        return Outcome::not_available(FindingReason::InsecureAddress);
    }
    match probe::get(&context.client, &url).await {
        Ok(answer) => judge(answer.status)
            .with_time(answer.elapsed)
            .with_some(EvidenceKey::CertificateIssuer, answer.issuer),
        Err(silence) => silence.outcome(),
    }
}

fn judge(status: u16) -> Outcome {
    let outcome = match status {
        200..=299 => Outcome::fine(),
        _ => Outcome::failed(FindingReason::UnexpectedAnswer),
    };
    outcome.with(EvidenceKey::HttpStatus, &status)
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
