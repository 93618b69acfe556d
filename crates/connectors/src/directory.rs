use std::collections::BTreeMap;
use std::fmt::Debug;

use async_trait::async_trait;
use serde::Deserialize;
use ticket::{Access, AccountState, OwnAccount, ServerFacts};

/// Who is asked about, as the identity provider names them, and the device they ask from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The person's id there (`sub`).
    pub subject: &'a str,
    /// Name of the device, as it was enrolled.
    pub device: Option<&'a str>,
}

/// Reads what the company's directory says of one person and their device. Nothing is changed
/// through it.
#[async_trait]
pub trait DirectoryPort: Debug + Send + Sync {
    /// What is known; what is not is absent.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn facts(&self, asked: Asked<'_>) -> Result<ServerFacts, DirectoryError>;

    /// A person's own account, to be shown to them; nothing where the directory does not know them.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn own_account(&self, subject: &str) -> Result<Option<OwnAccount>, DirectoryError>;

    /// Where a person gets mail; nothing where the directory has no address.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn mailbox(&self, subject: &str) -> Result<Option<Mailbox>, DirectoryError>;

    /// The manager of a person, as the identity provider names them (`sub`); nobody where the directory knows
    /// none whose account can be used.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn manager(&self, subject: &str) -> Result<Option<String>, DirectoryError>;

    /// Whom a person named to answer in their place, as the identity provider names them; nobody where there is no
    /// such word, or the account cannot be used.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn delegate(&self, subject: &str) -> Result<Option<String>, DirectoryError>;

    /// Who answers for what the catalogue offers, as the identity provider names them; nobody where the directory
    /// knows none whose account can be used.
    ///
    /// # Errors
    /// The directory cannot be read now.
    async fn owner(&self, of: &Access) -> Result<Option<String>, DirectoryError>;
}

/// Where somebody gets mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The address alone.
    pub address: String,
    /// How they like to read: language tags with weights, as `preferredLanguage` of RFC 2798 has it.
    pub language: Option<String>,
}

/// Why the directory cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// It cannot be reached or is busy.
    #[error("the directory did not answer: {0}")]
    Later(String),
}

/// A directory written down in a file: for tests and demonstrations, in the place of a real one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedDirectory {
    /// Groups whose members may use the VPN.
    pub vpn_groups: Vec<String>,
    /// Its people.
    pub people: Vec<RecordedPerson>,
    /// Its devices.
    #[serde(default)]
    pub devices: Vec<RecordedDevice>,
    /// By id of an entry of the catalogue: who answers for it.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
}

/// A person of a recorded directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPerson {
    /// Their id at the identity provider.
    pub subject: String,
    /// Where their account stands.
    pub account: AccountState,
    /// Their manager's id there.
    #[serde(default)]
    pub manager: Option<String>,
    /// The id there of whom they named to answer in their place.
    #[serde(default)]
    pub delegate: Option<String>,
    /// Their mail address.
    #[serde(default)]
    pub mail: Option<String>,
    /// Their language, such as `de`.
    #[serde(default)]
    pub language: Option<String>,
    /// What they are a member of.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A device of a recorded directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedDevice {
    /// Its name.
    pub name: String,
    /// Whether it meets the company's rules.
    pub compliant: bool,
}

#[async_trait]
impl DirectoryPort for RecordedDirectory {
    async fn facts(&self, asked: Asked<'_>) -> Result<ServerFacts, DirectoryError> {
        let person = self.people.iter().find(|person| person.subject == asked.subject);
        let may = |person: &RecordedPerson| {
            person.groups.iter().any(|group| self.vpn_groups.contains(group))
        };
        let device = self.devices.iter().find(|device| Some(device.name.as_str()) == asked.device);
        Ok(ServerFacts {
            account: person.map(|person| person.account),
            vpn_access: person.map(may),
            device_compliant: device.map(|device| device.compliant),
        })
    }

    async fn own_account(&self, subject: &str) -> Result<Option<OwnAccount>, DirectoryError> {
        let person = self.people.iter().find(|person| person.subject == subject);
        Ok(person.map(|person| OwnAccount {
            state: Some(person.account),
            groups: person.groups.clone(),
            ..OwnAccount::default()
        }))
    }

    async fn mailbox(&self, subject: &str) -> Result<Option<Mailbox>, DirectoryError> {
        let person = self.people.iter().find(|it| it.subject == subject);
        let mailbox = person.and_then(|it| {
            Some(Mailbox { address: it.mail.clone()?, language: it.language.clone() })
        });
        Ok(mailbox)
    }

    async fn manager(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        let person = self.people.iter().find(|it| it.subject == subject);
        Ok(person.and_then(|it| self.usable(it.manager.as_deref()?)))
    }

    async fn delegate(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        let person = self.people.iter().find(|it| it.subject == subject);
        Ok(person.and_then(|it| self.usable(it.delegate.as_deref()?)))
    }

    async fn owner(&self, of: &Access) -> Result<Option<String>, DirectoryError> {
        Ok(self.owners.get(&of.entry).and_then(|owner| self.usable(owner)))
    }
}

impl RecordedDirectory {
    /// Somebody, where their account can be used.
    fn usable(&self, subject: &str) -> Option<String> {
        let person = self.people.iter().find(|it| it.subject == subject);
        let usable = person.filter(|it| it.account == AccountState::Active);
        usable.map(|it| it.subject.clone())
    }
}
