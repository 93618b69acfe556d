use std::net::{IpAddr, ToSocketAddrs};

use reqwest::Url;
use ticket::FindingReason;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::{Targets, off_thread::off_thread, outcome::Outcome, probe::is_this_device};

/// Resolves the names of everything checks ask, with the system's own resolver.
pub(crate) async fn check(targets: &Targets) -> Outcome {
    let names = names(targets);
    if names.is_empty() {
        return Outcome::not_available(FindingReason::NothingToResolve);
    }
    let started = Instant::now();
    let mut asked = JoinSet::new();
    for name in names {
        asked.spawn(off_thread(move || is_resolved(&name)));
    }
    let answers: Vec<bool> =
        asked.join_all().await.into_iter().map(|answer| answer.unwrap_or(false)).collect();
    judge(&answers).with_time(started.elapsed())
}

fn judge(answers: &[bool]) -> Outcome {
    if answers.iter().all(|resolved| *resolved) {
        Outcome::fine()
    } else if answers.contains(&true) {
        Outcome::attention().because(FindingReason::PartlyUnresolved)
    } else {
        Outcome::failed(FindingReason::Unresolved)
    }
}

fn is_resolved(name: &str) -> bool {
    (name, 443).to_socket_addrs().is_ok_and(|mut addresses| addresses.next().is_some())
}

/// The names to resolve, each once; addresses and this device itself need no name service.
fn names(targets: &Targets) -> Vec<String> {
    let urls = [&targets.identity_provider, &targets.agent, &targets.internet_probe];
    let mut names: Vec<_> = urls.into_iter().flatten().filter_map(name_of).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn name_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let is_literal = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    (!is_literal && !is_this_device(host)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use ticket::FindingStatus;

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
        assert_eq!(names(&targets), ["login.example", "probe.example"]);
        for literal in
            ["http://127.0.0.1:9", "http://[::1]:9", "http://localhost", "https://192.0.2.7"]
        {
            let targets = Targets { agent: url(literal), ..Targets::default() };
            assert!(names(&targets).is_empty(), "{literal}");
        }
    }

    #[test]
    fn fails_only_where_no_name_is_resolved() {
        assert_eq!(judge(&[true, true]).status, FindingStatus::Fine);
        assert_eq!(judge(&[true, false]).status, FindingStatus::Attention);
        assert_eq!(judge(&[false, false]).status, FindingStatus::Failed);
    }
}
