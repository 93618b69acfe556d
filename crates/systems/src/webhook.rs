//! Chat by incoming webhook: Slack ("Sending messages using incoming webhooks") and Teams ("Create incoming
//! webhooks with Workflows", an Adaptive Card). The address is the credential.

use std::path::{Path, PathBuf};

use connectors::{ActError, Channel};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::file::{FileError, secret};
use crate::posting::{ClientError, Poster, is_safe};

/// The channel of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// The file with the address, which nobody else may read: who knows it can write there.
    pub url_file: PathBuf,
    /// What stands before the message, as the chat reads it, such as `<!subteam^S0123>`. IT writes it here;
    /// nothing in a ticket can.
    #[serde(default)]
    pub mention: Option<String>,
}

/// Which chat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WebhookKind {
    Slack,
    Teams,
}

/// Why a webhook cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in it is no address, or one that others could answer for. It is not shown: it is a secret.
    #[error("{0} holds no https address")]
    Address(PathBuf),
    /// No client could be made.
    #[error("chat cannot be reached")]
    Client(#[from] ClientError),
}

/// Writes to a channel of a chat.
#[derive(Clone)]
pub(crate) struct Webhook {
    poster: Poster,
    kind: WebhookKind,
    mention: Option<String>,
}

/// Never shows the address.
impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl WebhookConfig {
    /// Has a relative path start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        self.url_file = folder.join(&self.url_file);
    }
}

impl Webhook {
    pub(crate) fn open(kind: WebhookKind, config: &WebhookConfig) -> Result<Self, WebhookError> {
        let path = &config.url_file;
        let url = Url::parse(secret(path)?.trim()).ok().filter(is_safe);
        let url = url.ok_or_else(|| WebhookError::Address(path.clone()))?;
        let poster = Poster::open(url)?;
        Ok(Self { poster, kind, mention: config.mention.clone() })
    }

    pub(crate) const fn channel(&self) -> Channel {
        match self.kind {
            WebhookKind::Slack => Channel::Slack,
            // Its runs of text know no markup: plain words are safe there.
            WebhookKind::Teams => Channel::MailBody,
        }
    }

    pub(crate) async fn send(&self, encoded: &str) -> Result<(), ActError> {
        self.poster.post(&self.message(encoded)).await
    }

    fn message(&self, encoded: &str) -> Value {
        let mention = self.mention.as_deref().unwrap_or_default();
        match self.kind {
            WebhookKind::Slack => json!({ "text": format!("{mention}{encoded}") }),
            WebhookKind::Teams => {
                let run = |text: &str| json!({ "type": "TextRun", "text": text });
                let heading = json!({ "type": "TextBlock", "text": mention });
                let words = json!({ "type": "RichTextBlock", "inlines": [run(encoded)] });
                let body = if mention.is_empty() { vec![words] } else { vec![heading, words] };
                let card = json!({ "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard", "version": "1.4", "body": body });
                json!({ "type": "message", "attachments": [{ "content": card,
                    "contentType": "application/vnd.microsoft.card.adaptive" }] })
            }
        }
    }
}
