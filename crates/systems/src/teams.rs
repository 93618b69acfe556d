//! How teams are told: in the chat where they have one, and else by mail.

use std::collections::BTreeMap;
use std::path::Path;

use async_trait::async_trait;
use connectors::{ActError, ActKey, Channel, MessagePort};
use serde::{Deserialize, Serialize};

use crate::matrix::{Matrix, MatrixConfig, MatrixError};
use crate::webhook::{Webhook, WebhookConfig, WebhookError, WebhookKind};
use crate::{Mail, MailConfig, MailError};

/// Where a team reads its chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatConfig {
    /// Slack, or what takes its messages, such as Mattermost.
    Slack(WebhookConfig),
    /// Microsoft Teams.
    Teams(WebhookConfig),
    /// A room of Matrix.
    Matrix(MatrixConfig),
}

impl ChatConfig {
    /// Has a relative path start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        match self {
            Self::Slack(it) | Self::Teams(it) => it.files_from(folder),
            Self::Matrix(it) => it.files_from(folder),
        }
    }
}

/// Tells teams.
#[derive(Debug)]
pub struct Teams {
    /// By the id of the team.
    chats: BTreeMap<String, Chat>,
    mail: Option<Mail>,
}

/// Why teams cannot be told at all.
#[derive(Debug, thiserror::Error)]
pub enum TeamsError {
    /// Mail cannot be sent.
    #[error("mail cannot be sent")]
    Mail(#[from] MailError),
    /// A chat cannot be used.
    #[error("the chat of {team} cannot be used")]
    Chat {
        /// Id of the team.
        team: String,
        /// Why.
        source: ChatError,
    },
}

/// Why a chat cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// It is written to by a webhook.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// It is a room of Matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}

#[derive(Debug)]
enum Chat {
    Webhook(Webhook),
    Matrix(Matrix),
}

impl Chat {
    fn open(config: &ChatConfig) -> Result<Self, ChatError> {
        Ok(match config {
            ChatConfig::Slack(it) => Self::Webhook(Webhook::open(WebhookKind::Slack, it)?),
            ChatConfig::Teams(it) => Self::Webhook(Webhook::open(WebhookKind::Teams, it)?),
            ChatConfig::Matrix(it) => Self::Matrix(Matrix::open(it)?),
        })
    }

    const fn channel(&self) -> Channel {
        match self {
            Self::Webhook(webhook) => webhook.channel(),
            Self::Matrix(_) => Channel::Matrix,
        }
    }

    async fn send(&self, key: ActKey, encoded: &str) -> Result<(), ActError> {
        match self {
            Self::Webhook(webhook) => webhook.send(encoded).await,
            Self::Matrix(room) => room.send(key, encoded).await,
        }
    }
}

impl Teams {
    /// Reads what is configured; `addresses` holds the mail address of each team, and `chats` its chat, both by
    /// its id.
    ///
    /// # Errors
    /// A file cannot be used, or an address is none.
    pub fn open(
        chats: &BTreeMap<String, ChatConfig>,
        mail: Option<&MailConfig>,
        addresses: &BTreeMap<String, String>,
    ) -> Result<Self, TeamsError> {
        let open = |(team, config): (&String, &ChatConfig)| {
            let chat = Chat::open(config)
                .map_err(|source| TeamsError::Chat { team: team.clone(), source })?;
            Ok((team.clone(), chat))
        };
        let chats = chats.iter().map(open).collect::<Result<_, TeamsError>>()?;
        let mail = mail.map(|mail| Mail::open(mail, addresses)).transpose()?;
        Ok(Self { chats, mail })
    }
}

#[async_trait]
impl MessagePort for Teams {
    fn channel(&self, team: &str) -> Channel {
        self.chats.get(team).map_or(Channel::MailBody, Chat::channel)
    }

    async fn notify_team(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        match (self.chats.get(team), &self.mail) {
            (Some(chat), _) => chat.send(key, encoded).await,
            (None, Some(mail)) => mail.send(key, team, encoded).await,
            (None, None) => Err(ActError::Refused(format!("{team} has no chat and no mail"))),
        }
    }
}
