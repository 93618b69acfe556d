use ticket::{EvidenceKey, FindingReason};
use tokio::time::timeout;

use crate::outcome::Outcome;
use crate::run::Run;
use crate::{Proxy, Url, connect, probe};

/// Longest script that is read.
const MOST: u64 = 256 * 1024;
/// What every script defines.
const FUNCTION: &str = "FindProxyForURL";

/// Whether the proxy that is set can be used: programs use it even where they could do without.
pub(crate) async fn check(run: &Run) -> Outcome {
    let kind = match &run.context.targets.proxy {
        Proxy::Direct => return Outcome::not_available(FindingReason::NotConfigured),
        Proxy::Fixed(_) => "proxy",
        Proxy::Script(_) => "script",
    };
    let outcome = match run.proxies_or_why().await {
        Err(reason) => Outcome::failed(*reason),
        Ok(proxies) => any_works(run, proxies).await,
    };
    outcome.with(EvidenceKey::ProxyKind, kind)
}

/// The proxies that programs here use, or why they cannot be told.
pub(crate) async fn proxies(run: &Run) -> Result<Vec<Url>, FindingReason> {
    match &run.context.targets.proxy {
        Proxy::Direct => Ok(Vec::new()),
        Proxy::Fixed(url) => Ok(vec![url.clone()]),
        Proxy::Script(url) => {
            let script = timeout(run.patience() / 2, fetch(run, url)).await;
            match script {
                Ok(Some(script)) if script.contains(FUNCTION) => Ok(named_in(&script)),
                _ => Err(FindingReason::ScriptUnreachable),
            }
        }
    }
}

/// One proxy that works is enough; a script may name none and send everybody directly.
async fn any_works(run: &Run, proxies: &[Url]) -> Outcome {
    let Some(host) = run.context.targets.identity_provider.as_ref().and_then(Url::host_str) else {
        return Outcome::not_available(FindingReason::NotConfigured);
    };
    let tried = proxies.iter().map(|proxy| works(run, proxy, host));
    let tried = futures_util::future::join_all(tried).await;
    match tried.iter().find_map(|tried| tried.err()) {
        Some(reason) if tried.iter().all(Result::is_err) => Outcome::failed(reason),
        _ => Outcome::fine(),
    }
}

async fn works(run: &Run, proxy: &Url, host: &str) -> Result<(), FindingReason> {
    let resolved = run.names.resolve(proxy.host_str().unwrap_or_default()).await;
    if resolved.addresses.is_empty() {
        return Err(resolved.reason);
    }
    let stream = timeout(run.patience(), connect::through(&resolved.addresses, proxy, host, 443));
    match stream.await {
        // A proxy that says no is there; whether the server behind it is, is asked elsewhere.
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
        Ok(Err(error)) => Err(probe::reason_of(&error)),
        Err(_) => Err(FindingReason::Timeout),
    }
}

/// The text of a script, over plain HTTP or HTTPS.
async fn fetch(run: &Run, url: &Url) -> Option<String> {
    let resolved = run.names.resolve(url.host_str()?).await;
    let stream =
        connect::connect(&resolved.addresses, url.port_or_known_default()?, None).await.ok()?;
    let bytes = probe::whole(&run.context.trust, stream, url, MOST).await.ok()?;
    let answer = probe::read(&bytes, std::time::Duration::ZERO).ok().flatten()?;
    (answer.status == 200).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The proxies a script can name (`PROXY host:port`). Which of them it would choose is not asked: a
/// script is a program, and none is run here.
fn named_in(script: &str) -> Vec<Url> {
    let mut proxies = Vec::new();
    let words: Vec<_> = script.split(|c: char| c.is_whitespace() || "\"';,".contains(c)).collect();
    for pair in words.windows(2) {
        let [kind, place] = pair else { continue };
        if !matches!(*kind, "PROXY" | "HTTP") {
            continue;
        }
        if let Ok(url) = format!("http://{place}").parse::<Url>()
            && url.host_str().is_some()
            && !proxies.contains(&url)
        {
            proxies.push(url);
        }
    }
    proxies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_its_proxies() {
        let script = r#"
            function FindProxyForURL(url, host) {
                if (isPlainHostName(host)) return "DIRECT";
                return "PROXY proxy.example:3128; PROXY 192.0.2.7:8080; DIRECT";
            }"#;
        let named: Vec<_> = named_in(script).iter().map(Url::to_string).collect();
        assert_eq!(named, ["http://proxy.example:3128/", "http://192.0.2.7:8080/"]);
        assert!(named_in("return 'DIRECT';").is_empty());
    }
}
