//! A ticket accepted by the real agent over its API, one after the other.

use std::time::Instant;

use agent_client::{AgentClient, Auth};
use test_support::{Stack, client};

use crate::person::{Person, submission};
use crate::report::{Report, Spread};

/// Tickets sent one after the other.
const TICKETS: usize = 200;

/// Sends tickets as a signed-in person with an enrolled installation, each once the one before is accepted.
pub(crate) async fn measure(stack: &Stack, report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("{TICKETS} tickets over the agent's API"))?;
    let person = Person::sign_in(&stack.provider, "noor").await?;
    person.enroll(stack.agent.url()).await?;
    let (agent, signer) = (AgentClient::new(stack.agent.url().clone(), client()?), person.signer());
    let mut times = Vec::new();
    for number in 0..TICKETS {
        let token = person.token().await?;
        let auth = Auth { bearer: Some(&token.secret), signer: Some(&signer) };
        let request = submission(format!("The VPN drops after a minute, attempt {number}"));
        let begin = Instant::now();
        agent.submit(&auth, &request).await?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    report.add("ticket accepted, over the API", "ms", Spread::of(times)?);
    Ok(())
}
