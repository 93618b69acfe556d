//! Mail to teams and people by SMTP (RFC 5321), always over TLS, from the start (RFC 8314).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use connectors::{ActError, ActKey, Channel, Letter, LetterKey, LetterPort};
use lettre::Address;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials as SignIn;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::Credentials;
use crate::file::{FileError, secret, text};

/// The server gets this long for one mail.
const PATIENCE: Duration = Duration::from_secs(15);
/// Message submission over TLS (RFC 8314, section 3.3).
const SUBMISSIONS: u16 = 465;

/// The company's mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port for submission over TLS.
    #[serde(default = "submissions")]
    pub port: u16,
    /// A certificate that its own must come from (PEM); absent: those the system trusts.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// How the agent signs in there; absent: it need not.
    #[serde(default)]
    pub sign_in: Option<Credentials>,
    /// The sender, such as `Deskside <deskside@example.com>`.
    pub from: String,
}

const fn submissions() -> u16 {
    SUBMISSIONS
}

/// Why no mail can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address is none.
    #[error("`{0}` is not a mail address")]
    Address(String, #[source] AddressError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// TLS cannot be set up.
    #[error("mail cannot be encrypted")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// Sends mail to teams, and to people.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// By the id of the team.
    teams: BTreeMap<String, Mailbox>,
}

/// Never shows how it signs in.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

impl MailConfig {
    /// Has relative paths start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        let password = self.sign_in.as_mut().map(|who| &mut who.password_file);
        self.ca_file.iter_mut().chain(password).for_each(|file| *file = folder.join(&*file));
    }
}

impl Mail {
    /// Reads password and certificate; asks the server nothing yet. `teams` holds the address of each team,
    /// by its id.
    ///
    /// # Errors
    /// A file cannot be used, or an address is none.
    pub fn open(config: &MailConfig, teams: &BTreeMap<String, String>) -> Result<Self, MailError> {
        let mut tls = TlsParameters::builder(config.host.clone());
        if let Some(file) = &config.ca_file {
            tls = tls.add_root_certificate(Certificate::from_pem(text(file)?.as_bytes())?);
        }
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(Tls::Wrapper(tls.build()?))
            .timeout(Some(PATIENCE));
        if let Some(who) = &config.sign_in {
            let password = secret(&who.password_file)?;
            transport = transport.credentials(SignIn::new(who.user.clone(), password));
        }
        let teams = teams.iter().map(|(id, address)| Ok((id.clone(), mailbox(address)?)));
        let teams = teams.collect::<Result<_, MailError>>()?;
        Ok(Self { transport: transport.build(), from: mailbox(&config.from)?, teams })
    }

    /// The key names it to programs: sent twice, it is the same message (RFC 5322, section 3.6.4).
    async fn post(
        &self,
        key: impl fmt::Display,
        to: Mailbox,
        subject: &str,
        body: &str,
    ) -> Result<(), ActError> {
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(Channel::MailSubject.encode(subject))
            .message_id(Some(format!("<{key}@{domain}>")))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|error| ActError::Refused(error.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(ActError::Refused(error.to_string())),
            Err(error) => Err(ActError::Later(error.to_string())),
        }
    }

    /// Whether mail can be sent there.
    pub(crate) fn is_address(text: &str) -> bool {
        text.parse::<Address>().is_ok()
    }

    /// Wakes somebody who is on call.
    pub(crate) async fn wake(&self, key: ActKey, to: &str, encoded: &str) -> Result<(), ActError> {
        let to: Address =
            to.parse().map_err(|_| ActError::Refused("the address is none".to_owned()))?;
        let subject = format!("Deskside: critical, request {}", key.ticket);
        self.post(key, to.into(), &subject, encoded).await
    }

    pub(crate) async fn send(
        &self,
        key: ActKey,
        team: &str,
        encoded: &str,
    ) -> Result<(), ActError> {
        let to = self.teams.get(team);
        let to = to.ok_or_else(|| ActError::Refused(format!("{team} has no mail address")))?;
        let subject = format!("Deskside: request {}", key.ticket);
        self.post(key, to.clone(), &subject, encoded).await
    }
}

#[async_trait]
impl LetterPort for Mail {
    async fn send_letter(&self, key: LetterKey, letter: &Letter) -> Result<(), ActError> {
        let to: Address =
            letter.to.parse().map_err(|_| ActError::Refused("the address is none".to_owned()))?;
        self.post(key, to.into(), &letter.subject, &letter.body).await
    }
}

/// No person wrote it, so no machine answers it (RFC 3834, section 5).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    address.parse().map_err(|error| MailError::Address(address.to_owned(), error))
}
