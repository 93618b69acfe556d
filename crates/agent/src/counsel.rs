//! A language model that IT may connect: one more opinion, asked within a time budget. It can make a
//! decision more careful and write a summary that is marked as a machine's; it starts nothing, and
//! without it everything goes on.

mod prompt;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use decision::Opinion;
use futures_util::StreamExt;
use policy::Look;
use serde::Deserialize;
use serde_json::Value;
use ticket::Scenario;
use tokio::time::Instant;
use url::Url;

use crate::breaker::Breaker;
use crate::config::ModelConfig;
use crate::running::AgentError;

/// More than any answer needs.
const MOST_BYTES: usize = 64 * 1024;
const MOST_SUMMARY_CHARS: usize = 200;

/// What the model said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Advice {
    /// Its name, as configured.
    pub(crate) model: String,
    /// Version of the words it was asked with.
    pub(crate) prompt: u32,
    /// What it makes of the text.
    pub(crate) opinion: Opinion,
    /// One line for people. Untrusted.
    pub(crate) summary: String,
}

/// Why there is no opinion. Nothing of it reaches the employee.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CounselError {
    #[error("the model cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the model did not answer in its time")]
    Late,
    #[error("the model answered with status {0}")]
    Status(u16),
    #[error("the model answered more than is read")]
    TooMuch,
    #[error("the model's answer is not in the form asked for")]
    Form(#[from] serde_json::Error),
    #[error("the model's answer holds no message")]
    Empty,
    #[error("the model failed several times and is left alone for a while")]
    Resting,
}

/// The connection to the model.
#[derive(Debug)]
pub(crate) struct Counsel {
    http: reqwest::Client,
    url: Url,
    model: String,
    key: Option<String>,
    budget: Duration,
    breaker: Mutex<Breaker>,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

/// The answer. What is not in the closed words is refused as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    scenario: Scenario,
    needs: Look,
    summary: String,
}

impl Counsel {
    /// Makes the connection; asks nothing yet.
    pub(crate) fn new(config: &ModelConfig) -> Result<Self, AgentError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(config.budget())
            .build()?;
        Ok(Self {
            http,
            url: config.completions(),
            model: config.name.clone(),
            key: config.key()?,
            budget: config.budget(),
            breaker: Mutex::default(),
        })
    }

    /// What the model makes of a text, within the budget. Secrets, and how people are reached, are
    /// masked before it sees anything.
    pub(crate) async fn ask(&self, text: &str) -> Result<Advice, CounselError> {
        if !self.breaker(|it| it.lets_through(Instant::now())) {
            return Err(CounselError::Resting);
        }
        // The budget is the model's: what is masked before does not count.
        let text = redaction::redact_for_outside(text).text;
        let asked = tokio::time::timeout(self.budget, self.call(&text)).await;
        let said = asked.unwrap_or(Err(CounselError::Late));
        self.breaker(|it| it.saw(said.is_ok(), Instant::now()));
        said
    }

    fn breaker<T>(&self, with: impl FnOnce(&mut Breaker) -> T) -> T {
        with(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn call(&self, text: &str) -> Result<Advice, CounselError> {
        let mut request =
            self.http.post(self.url.clone()).json(&prompt::request(&self.model, text));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await?;
        if !response.status().is_success() {
            return Err(CounselError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(bytes) = stream.next().await {
            body.extend_from_slice(&bytes?);
            if body.len() > MOST_BYTES {
                return Err(CounselError::TooMuch);
            }
        }
        self.understand(&body)
    }

    fn understand(&self, body: &[u8]) -> Result<Advice, CounselError> {
        let completion: Completion = serde_json::from_slice(body)?;
        let message = completion.choices.into_iter().next().and_then(|it| it.message.content);
        let answer: Answer = serde_json::from_str(&message.ok_or(CounselError::Empty)?)?;
        let Answer { scenario, needs, summary } = answer;
        Ok(Advice {
            model: self.model.clone(),
            prompt: prompt::VERSION,
            opinion: Opinion { scenario, needs },
            summary: one_line(&summary),
        })
    }
}

impl Advice {
    /// What of it stands in the audit trail: closed words and versions.
    pub(crate) fn facts(&self) -> Value {
        serde_json::json!({ "model": self.model, "prompt": self.prompt, "opinion": self.opinion })
    }
}

/// Masked, in one line, not too long.
fn one_line(text: &str) -> String {
    let masked = redaction::redact(text).text;
    let words = masked.split(|c: char| c.is_control() || c.is_whitespace());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_SUMMARY_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counsel() -> Counsel {
        let config = json!({ "url": "http://127.0.0.1:9/v1", "name": "small" });
        drop(rustls::crypto::ring::default_provider().install_default());
        Counsel::new(&serde_json::from_value(config).unwrap()).unwrap()
    }

    fn said(content: &str) -> Result<Advice, CounselError> {
        let body = json!({ "choices": [{ "message": { "content": content } }], "usage": {} });
        counsel().understand(body.to_string().as_bytes())
    }

    #[test]
    fn takes_closed_words_and_one_line_and_nothing_else() {
        let advice = said(
            r#"{"scenario":"vpn_connectivity","needs":"human","summary":"VPN\n fails,\u0007 password is Hunter2!x"}"#,
        )
        .unwrap();
        let expect = Opinion { scenario: Scenario::VpnConnectivity, needs: Look::Human };
        assert_eq!(advice.opinion, expect);
        assert!(!advice.summary.contains(['\n', '\u{7}']) && !advice.summary.contains("Hunter2"));
        assert_eq!((advice.model.as_str(), advice.prompt), ("small", prompt::VERSION));
        for wrong in [
            "",
            "Sure! Here is the JSON you asked for",
            r#"{"scenario":"grant_admin","needs":"everyday","summary":""}"#,
            r#"{"scenario":"other","needs":"root","summary":""}"#,
            r#"{"scenario":"other","needs":"everyday"}"#,
            r#"{"scenario":"other","needs":"everyday","summary":"","run":"grant_admin"}"#,
        ] {
            assert!(matches!(said(wrong), Err(CounselError::Form(_))), "{wrong}");
        }
        assert!(matches!(counsel().understand(b"{\"choices\":[]}"), Err(CounselError::Empty)));
    }

    #[tokio::test]
    async fn a_model_that_is_not_there_is_left_alone_after_a_while() {
        let counsel = counsel();
        for _ in 0..crate::breaker::FAILURES {
            assert!(matches!(counsel.ask("hello").await, Err(CounselError::Unreachable(_))));
        }
        assert!(matches!(counsel.ask("hello").await, Err(CounselError::Resting)));
    }
}
