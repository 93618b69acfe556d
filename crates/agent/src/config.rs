use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use systems::{ChatConfig, Credentials, LdapConfig, MailConfig, PagerConfig, RequestTrackerConfig};
use url::{Host, Url};

use crate::database::{Database, DatabaseError};
use crate::modes::Signers;

/// How this agent is set up; one file in YAML or JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port of the API; port 0 takes a free one. It is plain HTTP, so an address that
    /// other machines reach is taken with `behind_tls_proxy` only.
    pub listen: String,
    /// A proxy in front of the agent speaks TLS, and nobody reaches the agent but through it. The
    /// proxy must add the address it was called from to `X-Forwarded-For`: the last one there is
    /// taken for the sender's where budgets are kept per sender.
    #[serde(default)]
    pub behind_tls_proxy: bool,
    /// A file of SQLite, made if it is missing; or `postgres://USER@HOST/NAME`, made by you.
    pub database: Database,
    /// A file that holds the password for PostgreSQL, and nothing else.
    #[serde(default)]
    pub database_password_file: Option<PathBuf>,
    /// The file of the key that seals what people wrote in the database; made with a new database.
    /// Keep a copy of it apart from those of the database: without it nothing of that can be read.
    pub database_key: PathBuf,
    /// The identity provider, exactly as its tokens name it.
    pub issuer: String,
    /// The audience access tokens must be for.
    pub audience: String,
    /// The folder IT writes.
    pub knowledge: PathBuf,
    /// Where people reach this agent; used in links.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The `acr` a fresh sign-in must carry; absent: any.
    #[serde(default)]
    pub step_up_acr: Option<String>,
    /// The method (`amr`, RFC 8176) a fresh sign-in must have used; absent: any. The app can only
    /// ask the provider for an `acr`, so set the one that makes it use this method too.
    #[serde(default)]
    pub step_up_amr: Option<String>,
    /// A language model to ask for one more opinion; absent: none. What people wrote goes there, with
    /// secrets masked.
    #[serde(default)]
    pub model: Option<ModelConfig>,
    /// A directory written down in a file (YAML), for a demonstration without a real one.
    #[serde(default)]
    pub recorded_directory: Option<PathBuf>,
    /// The company's directory, to be read.
    #[serde(default)]
    pub ldap: Option<LdapConfig>,
    /// Who changes that directory: an account of its own, which has the few rights that runbooks need and none
    /// over administrators. Absent: nothing is changed there.
    #[serde(default)]
    pub ldap_writer: Option<Credentials>,
    /// People of IT who may sign that a runbook is trusted, by the name they have in the change log: the public
    /// half of their key, as `audit key` writes it.
    #[serde(default)]
    pub signers: BTreeMap<String, String>,
    /// The mail server by which teams are told; their addresses are in the routing. With a directory and the portal
    /// people are written to as well, at the address that the directory has for them.
    #[serde(default)]
    pub mail: Option<MailConfig>,
    /// The chats of teams, by their ids: who has one is told there and not by mail.
    #[serde(default)]
    pub chats: BTreeMap<String, ChatConfig>,
    /// How who is on call is woken, by the ids of their teams.
    #[serde(default)]
    pub pagers: BTreeMap<String, PagerConfig>,
    /// The help desk where teams work on their tickets; absent: they have the commands of this agent. Needs
    /// `public_url`.
    #[serde(default)]
    pub request_tracker: Option<RequestTrackerConfig>,
    /// When several requests become one incident.
    #[serde(default)]
    pub incidents: IncidentConfig,
    /// The page for employees, at `public_url` and below `/portal`; absent: there is none.
    #[serde(default)]
    pub portal: Option<PortalConfig>,
}

/// The agent as a client of the identity provider, where people sign in at its page. The address to come back to
/// that the provider has to know is `public_url` with `/portal/callback`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    /// What the client is called there.
    pub client_id: String,
    /// A file that holds its secret, and nothing else; absent for a public client.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
}

/// When requests of several people become one incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IncidentConfig {
    /// So many different people, known to the agent, with the same fault; at least two.
    pub people: u32,
    /// Within so many minutes.
    pub window_minutes: u32,
    /// Once it is over, somebody looks at how it went within so many days.
    pub review_days: u16,
}

impl Default for IncidentConfig {
    fn default() -> Self {
        Self { people: 3, window_minutes: 30, review_days: 7 }
    }
}

/// A language model behind an interface like OpenAI's.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Where its interface begins, such as `http://127.0.0.1:8080/v1`: https, or this machine.
    pub url: Url,
    /// What it is called there.
    pub name: String,
    /// A file that holds its key, and nothing else.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// Milliseconds it gets for an answer; without one the decision is made alone.
    #[serde(default = "default_budget")]
    pub budget_ms: u32,
}

const fn default_budget() -> u32 {
    3_000
}

impl ModelConfig {
    pub(crate) fn budget(&self) -> Duration {
        Duration::from_millis(u64::from(self.budget_ms))
    }

    /// Where it is asked.
    pub(crate) fn completions(&self) -> Url {
        let mut url = self.url.clone();
        let path = format!("{}/chat/completions", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    pub(crate) fn key(&self) -> Result<Option<String>, ConfigError> {
        Ok(self.key_file.as_deref().map(systems::secret).transpose()?)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// What the file says cannot be used.
    #[error("the configuration in {} cannot be used", .0.display())]
    File(PathBuf, #[source] Box<Self>),
    /// The file is not what this version understands.
    #[error("cannot understand it: {0}")]
    Form(String),
    /// The issuer is no address, or one that others could answer for.
    #[error("issuer: must be an https address; http is taken on this machine only")]
    Issuer,
    /// The model's address is one that others could answer for.
    #[error("model: its url must be an https address; http is taken on this machine only")]
    Model,
    /// The address of the page is one that others could answer for.
    #[error("portal: public_url must be an https address; http is taken on this machine only")]
    Portal,
    /// Tickets there lead to an address of ours.
    #[error("request_tracker: public_url must say where people reach this agent")]
    DeskWithoutAddress,
    /// Nobody can tell which one counts.
    #[error("ldap: there is also a recorded_directory; keep one of them")]
    TwoDirectories,
    /// There is nothing to write to.
    #[error("ldap_writer: there is no ldap to write to")]
    WriterAlone,
    /// A key that cannot count.
    #[error(
        "signers: the key of {0} is not the public half that `audit key` wrote, or is another's too"
    )]
    Signer(String),
    /// Other machines would reach the agent without encryption.
    #[error(
        "listen: {0} can be reached by other machines, and the agent speaks plain HTTP: listen on \
         127.0.0.1, or say behind_tls_proxy: true if a proxy that speaks TLS is in front of it"
    )]
    Listen(String),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file that holds a secret cannot be used.
    #[error(transparent)]
    Secret(#[from] systems::FileError),
}

impl Config {
    /// Reads and checks a file. Relative paths in it start at its folder.
    ///
    /// # Errors
    /// When the file cannot be read, has another form, or asks for something unsafe.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ConfigError::Read(file.to_owned(), error))?;
        let mut config = Self::parse(&text)
            .map_err(|error| ConfigError::File(file.to_owned(), Box::new(error)))?;
        if let Some(folder) = file.parent() {
            config.database.files_from(folder);
            if let Some(file) = &mut config.database_password_file {
                *file = folder.join(&*file);
            }
            config.database_key = folder.join(&config.database_key);
            config.knowledge = folder.join(&config.knowledge);
            if let Some(ldap) = &mut config.ldap {
                ldap.files_from(folder);
            }
            if let Some(writer) = &mut config.ldap_writer {
                writer.password_file = folder.join(&writer.password_file);
            }
            if let Some(mail) = &mut config.mail {
                mail.files_from(folder);
            }
            config.chats.values_mut().for_each(|chat| chat.files_from(folder));
            config.pagers.values_mut().for_each(|pager| pager.files_from(folder));
            if let Some(tracker) = &mut config.request_tracker {
                tracker.files_from(folder);
            }
            let portal = config.portal.as_mut();
            if let Some(file) = portal.and_then(|portal| portal.client_secret_file.as_mut()) {
                *file = folder.join(&*file);
            }
            if let Some(file) = config.model.as_mut().and_then(|model| model.key_file.as_mut()) {
                *file = folder.join(&*file);
            }
        }
        Ok(config)
    }

    /// Reads and checks a text.
    ///
    /// # Errors
    /// When the text has another form or asks for something unsafe.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self =
            serde_saphyr::from_str(text).map_err(|error| ConfigError::Form(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// The teams that systems are set up for, by the name of the setting.
    pub(crate) fn teams(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let queues = self.request_tracker.iter().flat_map(|it| it.queues.keys());
        let chats = self.chats.keys().map(|team| ("chats", team.as_str()));
        let pagers = self.pagers.keys().map(|team| ("pagers", team.as_str()));
        queues.map(|team| ("request_tracker", team.as_str())).chain(chats).chain(pagers)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !is_safe(&self.issuer) {
            return Err(ConfigError::Issuer);
        }
        self.database.check(self.database_password_file.is_some())?;
        if self.model.as_ref().is_some_and(|model| !is_safe(model.url.as_str())) {
            return Err(ConfigError::Model);
        }
        let public = self.public_url.as_ref().filter(|_| self.portal.is_some());
        if public.is_some_and(|url| !is_safe(url.as_str())) {
            return Err(ConfigError::Portal);
        }
        if self.request_tracker.is_some() && self.public_url.is_none() {
            return Err(ConfigError::DeskWithoutAddress);
        }
        if self.ldap.is_some() && self.recorded_directory.is_some() {
            return Err(ConfigError::TwoDirectories);
        }
        if self.ldap_writer.is_some() && self.ldap.is_none() {
            return Err(ConfigError::WriterAlone);
        }
        Signers::parse(&self.signers).map_err(ConfigError::Signer)?;
        if !self.behind_tls_proxy && !is_of_this_machine(&self.listen) {
            return Err(ConfigError::Listen(self.listen.clone()));
        }
        Ok(())
    }
}

/// Whether an address of the identity provider may be asked: nobody on the way can answer for it.
pub(crate) fn is_safe(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    })
}

/// Whether only this machine reaches an address with a port.
fn is_of_this_machine(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().to_canonical().is_loopback(),
        Err(_) => listen.rsplit_once(':').is_some_and(|(host, _)| host == "localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let got = Config::parse(text).map_or_else(|error| error.to_string(), |_| "fine".to_owned());
        assert!(got.contains(expect), "{got}");
    }

    #[test]
    fn takes_yaml_and_json_and_refuses_what_is_unsafe_or_unknown() {
        let yaml = "listen: 127.0.0.1:0\ndatabase: a.db\ndatabase_key: a.key\nissuer: ISSUER\naudience: urn:a\nknowledge: knowledge\n";
        check(&yaml.replace("ISSUER", "https://id.example"), "fine");
        check(&yaml.replace("ISSUER", "http://127.0.0.1:8080"), "fine");
        check(&yaml.replace("ISSUER", "http://id.example"), "https address");
        check(&format!("{yaml}color: red\n"), "color");
        let model = |url: &str| {
            let issuer = yaml.replace("ISSUER", "https://id.example");
            format!("{issuer}model:\n  url: {url}\n  name: small\n")
        };
        check(&model("http://127.0.0.1:8080/v1"), "fine");
        check(&model("https://model.example/v1"), "fine");
        check(&model("http://model.example/v1"), "model: its url");
        let issuer = yaml.replace("ISSUER", "https://id.example");
        let ldap = "ldap: {kind: active_directory, url: 'ldaps://dc1', base: DC=x, subject_attribute: employeeID, \
                    reader: {user: x, password_file: y}}\n";
        check(&format!("{issuer}{ldap}"), "fine");
        check(&format!("{issuer}{ldap}recorded_directory: z\n"), "keep one of them");
        let portal = |url: &str| {
            format!("{issuer}public_url: {url}\nportal:\n  client_id: deskside-portal\n")
        };
        check(&portal("https://help.example"), "fine");
        check(&portal("http://127.0.0.1:8080"), "fine");
        check(&portal("http://help.example"), "portal: public_url");
        check(
            r#"{"listen":"127.0.0.1:0","database":"a","database_key":"k","issuer":"https://i","audience":"a","knowledge":"k"}"#,
            "fine",
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_or_behind_a_proxy() {
        let yaml = |listen: &str| {
            format!(
                "listen: '{listen}'\ndatabase: a\ndatabase_key: k\nissuer: https://i\naudience: a\nknowledge: k\n"
            )
        };
        for near in
            ["127.0.0.1:80", "127.8.0.1:0", "[::1]:80", "[::ffff:127.0.0.1]:1", "localhost:80"]
        {
            check(&yaml(near), "fine");
        }
        for far in [
            "0.0.0.0:80",
            "[::]:80",
            "10.1.2.3:80",
            "agent.example:80",
            "localhost.example:80",
            ":80",
            "80",
        ] {
            check(&yaml(far), &format!("listen: {far} can be reached"));
            check(&yaml(far), "behind_tls_proxy: true");
            check(&format!("{}behind_tls_proxy: true\n", yaml(far)), "fine");
        }
    }

    #[test]
    fn teams_are_named_wherever_a_system_is_set_up_for_them() {
        let text = "listen: 127.0.0.1:0\ndatabase: a.db\ndatabase_key: a.key\n\
             issuer: https://id.example\naudience: urn:a\nknowledge: knowledge\n\
             public_url: https://help.example\npagers: {network: {key_file: k}}\n\
             chats: {security: {kind: slack, url_file: u}}\n\
             request_tracker: {url: 'https://rt.example', queues: {desk: Desk},\n  \
             reader: {user: r, password_file: p}, writer: {user: w, password_file: p}}\n";
        let config = Config::parse(text).unwrap();
        let teams: Vec<_> = config.teams().collect();
        let expect = [("request_tracker", "desk"), ("chats", "security"), ("pagers", "network")];
        assert_eq!(teams, expect);
    }

    #[test]
    fn an_error_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("agent.yaml");
        std::fs::write(&file, "color: red\n").unwrap();
        let error = Config::read(&file).unwrap_err();
        assert!(error.to_string().contains("agent.yaml"), "{error}");
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("color"));
    }
}
