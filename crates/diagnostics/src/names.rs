use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use ticket::{EvidenceKey, FindingReason};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use url::{Host, Url};

use crate::{Targets, dns, off_thread::off_thread, outcome::Outcome, probe::is_this_device};

/// Names that take this long keep people waiting at every page.
pub(crate) const SLOW: Duration = Duration::from_millis(1500);
/// The system's resolver has this long before the name servers are asked beside it.
const SYSTEM_ALONE: Duration = Duration::from_millis(1200);
/// What tells longer from just as long.
const A_MOMENT: Duration = Duration::from_millis(10);
/// A name that exists nowhere (RFC 6761 §6.4): whoever finds it lies.
const NOWHERE: &str = "deskside-check.invalid";
/// How long the question for [`NOWHERE`] is waited for: silence is no lie.
const LIE: Duration = Duration::from_millis(800);

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) took: Duration,
    /// Why there are no addresses.
    pub(crate) reason: FindingReason,
}

/// The names of one run. Each is resolved once, for as long as anybody waits for it.
#[derive(Debug)]
pub(crate) struct Names {
    servers: Arc<[SocketAddr]>,
    patience: Duration,
    asked: Mutex<HashMap<String, Shared<BoxFuture<'static, Resolved>>>>,
}

impl Names {
    pub(crate) fn new(servers: Vec<SocketAddr>, patience: Duration) -> Self {
        Self { servers: servers.into(), patience, asked: Mutex::default() }
    }

    /// As programs here get it; from the name servers themselves where the system takes too long.
    pub(crate) async fn resolve(&self, host: &str) -> Resolved {
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
            let reason = FindingReason::NothingToResolve;
            return Resolved { addresses: vec![address], took: Duration::ZERO, reason };
        }
        let answer = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let ask = || look_up(host.to_owned(), Arc::clone(&self.servers), self.patience);
            asked.entry(host.to_owned()).or_insert_with(|| ask().boxed().shared()).clone()
        };
        answer.await
    }

    /// Whether the name servers find what does not exist.
    async fn invent(&self) -> bool {
        let found = timeout(LIE, dns::addresses(&self.servers, NOWHERE)).await;
        found.is_ok_and(|addresses| !addresses.is_empty())
    }
}

async fn look_up(host: String, servers: Arc<[SocketAddr]>, patience: Duration) -> Resolved {
    let started = Instant::now();
    let name = host.clone();
    let system = off_thread(move || resolve(&name));
    let beside = async {
        sleep(SYSTEM_ALONE).await;
        let addresses = dns::addresses(&servers, &host).await;
        // Programs wait for the system, so its time counts until it is known to be slow.
        sleep_until(started + SLOW + A_MOMENT).await;
        addresses
    };
    let either = async {
        tokio::select! {
            addresses = system => addresses.unwrap_or_default(),
            addresses = beside => addresses,
        }
    };
    let (addresses, reason) = match timeout(patience, either).await {
        Ok(addresses) => (addresses, FindingReason::Unresolved),
        Err(_) => (Vec::new(), FindingReason::Timeout),
    };
    Resolved { addresses, took: started.elapsed(), reason }
}

/// With the system's own resolver; each address once.
fn resolve(name: &str) -> Vec<IpAddr> {
    let found = (name, 443).to_socket_addrs();
    let mut addresses: Vec<_> = found.into_iter().flatten().map(|address| address.ip()).collect();
    addresses.dedup();
    addresses
}

/// Resolves the names of everything outside that checks ask.
pub(crate) async fn check(targets: &Targets, names: &Names) -> Outcome {
    let hosts = outside(targets);
    if hosts.is_empty() {
        return Outcome::not_available(FindingReason::NothingToResolve);
    }
    let all = futures_util::future::join_all(hosts.iter().map(|host| names.resolve(host)));
    let (resolved, invents) = tokio::join!(all, names.invent());
    judge(&resolved, invents)
}

/// Resolves the name of the company's own service, which perhaps only its own name servers know.
pub(crate) async fn inner(targets: &Targets, names: &Names) -> Outcome {
    let Some(host) = targets.service.as_ref().and_then(name_of) else {
        return Outcome::not_available(FindingReason::NothingToResolve);
    };
    judge(&[names.resolve(&host).await], false)
}

fn judge(resolved: &[Resolved], invents: bool) -> Outcome {
    let missing = resolved.iter().filter(|name| name.addresses.is_empty());
    let reason = missing.clone().map(|name| name.reason).next();
    let quickest = resolved.iter().map(|name| name.took).min().unwrap_or_default();
    let outcome = match reason {
        Some(reason) if missing.count() == resolved.len() => Outcome::failed(reason),
        _ if invents || all_the_same(resolved) => Outcome::failed(FindingReason::WrongAnswer),
        Some(_) => Outcome::attention().because(FindingReason::PartlyUnresolved),
        None if quickest > SLOW => Outcome::attention().because(FindingReason::Slow),
        None => Outcome::fine(),
    };
    outcome.with(EvidenceKey::NameMilliseconds, &quickest.as_millis())
}

/// Three names or more that all lead to one place: somebody answers for the name servers.
fn all_the_same(resolved: &[Resolved]) -> bool {
    let mut places: Vec<_> = resolved.iter().map(|name| &name.addresses).collect();
    places.dedup();
    resolved.len() >= 3 && places.len() == 1
}

/// The names to resolve, each once; addresses and this device itself need no name service.
fn outside(targets: &Targets) -> Vec<String> {
    let urls = [&targets.identity_provider, &targets.agent, &targets.internet_probe];
    let mut names: Vec<_> = urls.into_iter().flatten().filter_map(name_of).collect();
    let gateways = targets.vpn.gateways.iter().map(|gateway| gateway.host.clone());
    names.extend(gateways.filter(|host| host.parse::<IpAddr>().is_err()));
    names.sort_unstable();
    names.dedup();
    names
}

fn name_of(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(host) if !is_this_device(host) => Some(host.to_owned()),
        Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ticket::{CheckId, FindingStatus};

    use super::*;

    #[test]
    fn asks_for_each_name_once_and_for_no_address() {
        let url = |text: &str| Some(text.parse().unwrap());
        let targets = Targets {
            identity_provider: url("https://login.example/tenant"),
            agent: url("https://login.example:8443"),
            internet_probe: url("http://probe.example/generate_204"),
            ..Targets::default()
        };
        assert_eq!(outside(&targets), ["login.example", "probe.example"]);
        for literal in
            ["http://127.0.0.1:9", "http://[::1]:9", "http://localhost", "https://192.0.2.7"]
        {
            let targets = Targets { agent: url(literal), ..Targets::default() };
            assert!(outside(&targets).is_empty(), "{literal}");
        }
    }

    fn to(address: &str, milliseconds: u64) -> Resolved {
        let addresses = address.parse().ok().into_iter().collect();
        let took = Duration::from_millis(milliseconds);
        Resolved { addresses, took, reason: FindingReason::Unresolved }
    }

    fn check(names: &[Resolved], invents: bool, expect: (FindingStatus, Option<FindingReason>)) {
        let finding = judge(names, invents).into_finding(CheckId::NameService, Duration::ZERO);
        assert_eq!((finding.status, finding.reason()), expect, "{names:?}");
    }

    #[test]
    fn names_are_judged_together() {
        use FindingReason::{PartlyUnresolved, Slow, Unresolved, WrongAnswer};
        use FindingStatus::{Attention, Failed, Fine};
        let (one, two, three) = (to("192.0.2.1", 9), to("192.0.2.2", 9), to("192.0.2.3", 9));
        let none = to("", 9);
        check(&[one.clone(), two.clone()], false, (Fine, None));
        check(&[one.clone(), none.clone()], false, (Attention, Some(PartlyUnresolved)));
        check(&[none.clone(), none], false, (Failed, Some(Unresolved)));
        check(&[one.clone(), two.clone(), three], false, (Fine, None));
        check(&[one.clone(), one.clone(), one.clone()], false, (Failed, Some(WrongAnswer)));
        check(&[one.clone(), one.clone()], false, (Fine, None));
        check(&[one.clone(), two], true, (Failed, Some(WrongAnswer)));
        check(&[to("192.0.2.1", 2100), to("192.0.2.2", 2000)], false, (Attention, Some(Slow)));
        check(&[to("192.0.2.1", 2100), one], false, (Fine, None));
    }
}
