//! A ticket accepted by the real agent: straight over its API, and from the app through its outbox.

use std::sync::Arc;
use std::time::Instant;

use agent_client::{AgentClient, Auth, Signer};
use anyhow::Context;
use identity::{Freshness, Identity, InstallationKey, Keyring, ProviderConfig, SignInRequest};
use jiff::Timestamp;
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, Stack, client};
use ticket::{Enrollment, Submission, SubmissionKind, WIRE_VERSION};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::report::{Report, Spread};

/// Tickets sent one after the other.
const TICKETS: usize = 200;
/// Name of this device at the agent.
const DEVICE: &str = "bench";

/// Sends tickets as a signed-in person with an enrolled installation, each once the one before is accepted.
pub(crate) async fn measure(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("{TICKETS} tickets over the agent's API"))?;
    let folder = TempDir::new().context("a folder for the session")?;
    let keyring = Keyring::in_memory();
    let key = Arc::new(InstallationKey::load_or_create(&keyring).await?);
    let lock = folder.path().join("refresh.lock");
    let identity = Identity::new(provider(stack), keyring, client()?, lock);
    sign_in(&identity).await?;
    let agent = AgentClient::new(stack.agent.url().clone(), client()?);
    let signer = signer(&key);
    enroll(&agent, &identity, &signer, &key).await?;
    let mut times = Vec::new();
    for number in 0..TICKETS {
        let token = identity.access_token().await?;
        let auth = Auth { bearer: Some(&token.secret), signer: Some(&signer) };
        let submission = submission(number);
        let begin = Instant::now();
        agent.submit(&auth, &submission).await?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    report.add("ticket accepted, over the API", "ms", Spread::of(times)?);
    Ok(())
}

fn provider(stack: &Stack) -> ProviderConfig {
    ProviderConfig {
        issuer: stack.provider.issuer.clone(),
        client_id: stack.provider.client_id.to_owned(),
        audience: Some(stack.provider.audience.to_owned()),
        loopback_port: None,
        scopes: ProviderConfig::default_scopes(),
    }
}

async fn sign_in(identity: &Identity) -> anyhow::Result<()> {
    let (opened, page) = oneshot::channel();
    let request = SignInRequest::new(Freshness::Ordinary, "en");
    let asking = identity.sign_in(&request, |url| {
        // The other end waits for it below.
        let _ = opened.send(url.clone());
    });
    let walking = async {
        let page = page.await.context("no page was opened")?;
        HttpBrowser::new()?.walk(&page, Act::SignIn("noor")).await
    };
    let (person, landing) = tokio::join!(asking, walking);
    landing?;
    person.context("signing in").map(drop)
}

fn signer(key: &Arc<InstallationKey>) -> Signer {
    let owned = Arc::clone(key);
    Signer::new(key.id(), move |base: &[u8]| owned.sign(base))
}

async fn enroll(
    agent: &AgentClient,
    identity: &Identity,
    signer: &Signer,
    key: &InstallationKey,
) -> anyhow::Result<()> {
    let token = identity.access_token().await?;
    let auth = Auth { bearer: Some(&token.secret), signer: Some(signer) };
    let enrollment = Enrollment {
        id: key.id(),
        public_key: key.public_key_base64(),
        device_name: DEVICE.to_owned(),
    };
    agent.enroll(&auth, &enrollment).await.context("enrolling").map(drop)
}

fn submission(number: usize) -> Submission {
    Submission {
        version: WIRE_VERSION,
        id: Uuid::now_v7(),
        kind: SubmissionKind::Request,
        created_at: Timestamp::now(),
        text: format!("The VPN drops after a minute, attempt {number}"),
        locale: "en".to_owned(),
        scenario: None,
        device: None,
        findings: Vec::new(),
        diagnosis: None,
        tried: Vec::new(),
        removed: Vec::new(),
        contact: None,
        incident: None,
        no_answer: false,
        access: None,
    }
}
