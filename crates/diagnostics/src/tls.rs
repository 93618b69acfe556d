use std::collections::BTreeSet;

use ticket::{EvidenceKey, FindingReason};

use crate::catalog::Catalog;
use crate::outcome::Outcome;
use crate::probe::Visit;
use crate::visits::Visits;
use crate::{Context, Url};

/// Whose certificates the company's servers outside show here. One that reads along shows its own
/// for every server.
pub(crate) async fn check(context: &Context, visits: &Visits) -> Outcome {
    let targets = &context.targets;
    let (provider, agent) = tokio::join!(visits.provider(), visits.agent());
    let seen: Vec<_> = [(&targets.identity_provider, &provider), (&targets.agent, &agent)]
        .into_iter()
        .filter_map(|(url, visit)| Some((url.as_ref()?, visit.as_ref()?)))
        .filter(|(url, _)| url.scheme() == "https")
        .collect();
    judge(&seen, &context.catalog)
}

fn judge(seen: &[(&Url, &Visit)], catalog: &Catalog) -> Outcome {
    if seen.is_empty() {
        return Outcome::not_available(FindingReason::NotConfigured);
    }
    let issuers: BTreeSet<_> = seen.iter().filter_map(|(_, visit)| visit.issuer.clone()).collect();
    let refused = seen.iter().filter_map(|(url, visit)| {
        let reason = visit.end.as_ref().err().copied()?;
        reason.is_about_certificate().then_some((*url, visit.issuer.as_deref(), reason))
    });
    let refused: Vec<_> = refused.collect();
    let outcome = match refused.first() {
        Some(_) if is_intercepted(&refused, catalog) => Outcome::failed(FindingReason::Intercepted),
        Some((.., reason)) => Outcome::failed(*reason),
        None if issuers.is_empty() => Outcome::not_available(FindingReason::Unreachable),
        None => Outcome::fine(),
    };
    outcome.with_each(EvidenceKey::CertificateIssuer, issuers)
}

/// The same stranger vouches for different servers, or one that is known for it.
fn is_intercepted(refused: &[(&Url, Option<&str>, FindingReason)], catalog: &Catalog) -> bool {
    let strangers: Vec<_> = refused
        .iter()
        .filter(|(.., reason)| *reason == FindingReason::CertificateUntrusted)
        .filter_map(|(url, issuer, _)| Some((url.host_str()?, (*issuer)?)))
        .collect();
    strangers.iter().any(|(_, issuer)| catalog.reads_along(issuer))
        || strangers.iter().any(|(host, issuer)| {
            strangers.iter().any(|(other, same)| other != host && same == issuer)
        })
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    fn visit(issuer: &str, reason: FindingReason) -> Visit {
        Visit { named: None, connected: None, issuer: Some(issuer.to_owned()), end: Err(reason) }
    }

    fn check(seen: &[(&str, Visit)], expect: FindingReason) {
        let urls: Vec<Url> = seen.iter().map(|(url, _)| url.parse().unwrap()).collect();
        let seen: Vec<_> = urls.iter().zip(seen.iter().map(|(_, visit)| visit)).collect();
        let catalog = Catalog::built_in().unwrap();
        let finding = judge(&seen, &catalog).into_finding(CheckId::Tls, std::time::Duration::ZERO);
        assert_eq!((finding.status, finding.reason()), (FindingStatus::Failed, Some(expect)));
    }

    #[test]
    fn one_stranger_for_two_servers_reads_along() {
        use FindingReason::{CertificateExpired, CertificateUntrusted, Intercepted};
        let (one, other) = ("https://login.example", "https://desk.example");
        let stranger = || visit("Guest Network", CertificateUntrusted);
        check(&[(one, stranger()), (other, stranger())], Intercepted);
        check(&[(one, stranger())], CertificateUntrusted);
        check(&[(one, stranger()), (one, stranger())], CertificateUntrusted);
        check(&[(one, visit("Zscaler Inc.", CertificateUntrusted))], Intercepted);
        check(&[(one, visit("Lumen & Oak", CertificateExpired))], CertificateExpired);
    }
}
