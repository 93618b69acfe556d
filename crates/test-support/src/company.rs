use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use crate::listening::private;
use crate::{Directory, MailServer, Postbox, RequestTracker, root, with_nobody_of};

/// The systems of a company: a real directory, help desk and mail server, and what takes pages in the place of the real
/// one. It is night for the network team.
#[derive(Debug)]
pub struct Company {
    /// Its directory.
    pub directory: Directory,
    /// Where its teams work.
    pub desk: RequestTracker,
    /// Where its teams get their mail.
    pub mail: MailServer,
    /// What takes pages for who is on call, in the place of PagerDuty.
    pub pager: Postbox,
}

impl Company {
    /// Starts them.
    ///
    /// # Errors
    /// One does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let directory = Directory::samba().await?;
        let desk = RequestTracker::start().await?;
        let pager = Postbox::start("/v2/enqueue", "202 Accepted").await?;
        Ok(Self { directory, desk, mail: MailServer::start().await?, pager })
    }

    /// What the agent's configuration says about them; its files are in `folder`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn config(&self, folder: &Path) -> anyhow::Result<Value> {
        let knowledge = folder.join("knowledge");
        with_nobody_of("network", &root().join("knowledge"), &knowledge)?;
        let key_file = private(folder, "pager.key", "0123456789abcdef0123456789abcdef")
            .context("the key of the pager")?;
        Ok(json!({
            "knowledge": knowledge,
            "recorded_directory": null,
            "ldap": self.directory.config(),
            "ldap_writer": self.directory.writer(),
            "request_tracker": self.desk.config(),
            "mail": { "host": self.mail.host(), "port": self.mail.port(), "ca_file": self.mail.ca_file(),
                "from": "Deskside <deskside@lumen-oak.example>" },
            "pagers": { "network": { "key_file": key_file, "url": self.pager.url() } },
        }))
    }
}
