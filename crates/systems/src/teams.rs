//! How teams are told: in the chat where they have one, and else by mail.

use std::collections::BTreeMap;

use async_trait::async_trait;
use connectors::{ActError, ActKey, Channel, MessagePort};

use crate::webhook::{Webhook, WebhookConfig, WebhookError};
use crate::{Mail, MailConfig, MailError};

/// Tells teams.
#[derive(Debug)]
pub struct Teams {
    /// By the id of the team.
    chats: BTreeMap<String, Webhook>,
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
        source: WebhookError,
    },
}

impl Teams {
    /// Reads what is configured; `addresses` holds the mail address of each team, and `chats` its chat, both by
    /// its id.
    ///
    /// # Errors
    /// A file cannot be used, or an address is none.
    pub fn open(
        chats: &BTreeMap<String, WebhookConfig>,
        mail: Option<&MailConfig>,
        addresses: &BTreeMap<String, String>,
    ) -> Result<Self, TeamsError> {
        let open = |(team, config): (&String, &WebhookConfig)| {
            let chat = Webhook::open(config)
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
        self.chats.get(team).map_or(Channel::MailBody, Webhook::channel)
    }

    async fn notify_team(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        match (self.chats.get(team), &self.mail) {
            (Some(chat), _) => chat.send(encoded).await,
            (None, Some(mail)) => mail.send(key, team, encoded).await,
            (None, None) => Err(ActError::Refused(format!("{team} has no chat and no mail"))),
        }
    }
}
