//! How who is on call is woken: by PagerDuty where a team has a service there (Events API v2, "Send an alert event";
//! an event that comes again with the same `dedup_key` wakes nobody a second time), and else by mail to whoever the
//! rota names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use connectors::{ActError, ActKey, PagerPort};
use content::Rota;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::file::{FileError, secret};
use crate::posting::{ClientError, Poster, is_safe};
use crate::{Mail, MailConfig, MailError};

/// How the person of a team who is on call is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerConfig {
    /// The file with the integration key of the team's service, which nobody else may read.
    pub key_file: PathBuf,
    /// Where events go: PagerDuty's own address, unless another is said, as for its service region in Europe.
    #[serde(default = "events")]
    pub url: String,
}

/// Why nobody can be paged at all.
#[derive(Debug, thiserror::Error)]
pub enum PagerError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Others could answer for it.
    #[error("{0} is no https address")]
    Address(String),
    /// No client could be made.
    #[error("the pager cannot be reached")]
    Client(#[from] ClientError),
    /// Mail cannot be sent.
    #[error("mail cannot be sent")]
    Mail(#[from] MailError),
    /// Somebody could never be woken.
    #[error("the rota of {team}: `{mail}` is not a mail address")]
    OnDuty {
        /// Id of the team.
        team: String,
        /// What stands there.
        mail: String,
    },
}

fn events() -> String {
    "https://events.pagerduty.com/v2/enqueue".to_owned()
}

/// The longest summary it takes, in characters.
const LONGEST: usize = 1024;

/// Pages who is on call, by team.
#[derive(Debug)]
pub struct Pagers {
    services: BTreeMap<String, Pager>,
    rotas: BTreeMap<String, Rota>,
    mail: Option<Mail>,
}

struct Pager {
    poster: Poster,
    key: String,
}

/// Never shows the key.
impl std::fmt::Debug for Pager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pager").finish_non_exhaustive()
    }
}

impl PagerConfig {
    /// Has a relative path start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        self.key_file = folder.join(&self.key_file);
    }
}

impl Pagers {
    /// Reads the keys; pages nobody yet. `rotas` says who is on call for a team, by its id, and is used where there is
    /// mail.
    ///
    /// # Errors
    /// A file cannot be used, an address is without TLS, or none.
    pub fn open(
        teams: &BTreeMap<String, PagerConfig>,
        rotas: BTreeMap<String, Rota>,
        mail: Option<&MailConfig>,
    ) -> Result<Self, PagerError> {
        let mut services = BTreeMap::new();
        for (team, config) in teams {
            let url = Url::parse(&config.url).ok().filter(is_safe);
            let url = url.ok_or_else(|| PagerError::Address(config.url.clone()))?;
            let key = secret(&config.key_file)?.trim().to_owned();
            services.insert(team.clone(), Pager { poster: Poster::open(url)?, key });
        }
        for (team, rota) in &rotas {
            if let Some(it) = rota.people.iter().find(|it| !Mail::is_address(&it.mail)) {
                return Err(PagerError::OnDuty { team: team.clone(), mail: it.mail.clone() });
            }
        }
        let mail = mail.map(|mail| Mail::open(mail, &BTreeMap::new())).transpose()?;
        Ok(Self { services, rotas, mail })
    }
}

#[async_trait]
impl PagerPort for Pagers {
    async fn page(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        let nobody = || ActError::Refused(format!("{team} has nobody on call"));
        let Some(pager) = self.services.get(team) else {
            let rota = self.rotas.get(team).ok_or_else(nobody)?;
            let (Some(mail), Some(on_duty)) = (&self.mail, rota.at(Timestamp::now())) else {
                return Err(nobody());
            };
            return mail.wake(key, &on_duty.mail, encoded).await;
        };
        let summary: String = encoded.chars().take(LONGEST).collect();
        let event = json!({
            "routing_key": pager.key,
            "event_action": "trigger",
            "dedup_key": key.to_string(),
            "client": "Deskside",
            "payload": { "summary": summary, "source": "deskside", "severity": "critical",
                "component": team },
        });
        pager.poster.post(&event).await
    }
}
