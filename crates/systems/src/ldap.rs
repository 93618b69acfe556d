//! The directory by LDAP (RFC 4511): Active Directory as its documentation has it ([MS-ADTS]), or OpenLDAP
//! with its overlay `ppolicy` (draft-behera-ldap-password-policy). Always over TLS.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use connectors::{
    ActError, ActPort, Asked, DirectoryError, DirectoryPort, Mailbox, ReadError, ReadPort, StepKey,
    Target,
};
use content::{Act, Fact, Known, Reading};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket::{Access, OwnAccount, ServerFacts};
use url::Url;

use crate::file::FileError;

mod account;
mod connection;
mod granting;

use account::{Account, text};
use connection::{Connection, Failed, LANGUAGE, MAIL, Session, Wanted};
pub use granting::EntryGroups;
use granting::{Bound, group_of, name_of};

/// Where the directory is, and how people and groups are told apart in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapConfig {
    /// Which one it is.
    pub kind: LdapKind,
    /// Such as `ldaps://dc1.example.com`.
    pub url: Url,
    /// Certificates that its own must come from (PEM); absent: those the system trusts.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Below which people and groups are.
    pub base: String,
    /// The attribute that holds what the identity provider calls a person (`sub`): one that never changes and
    /// nobody can set for themselves.
    pub subject_attribute: String,
    /// Who reads. An account that can change nothing.
    pub reader: Credentials,
    /// Full names (DN) of groups whose members only people touch, in Active Directory also members of groups within; those
    /// that it protects itself are always among them.
    #[serde(default)]
    pub protected_groups: Vec<String>,
    /// Groups whose members may use the VPN.
    #[serde(default)]
    pub vpn_groups: Vec<String>,
    /// Ordinary groups, that a role is enough for.
    #[serde(default)]
    pub standard_groups: Vec<String>,
    /// Groups with data of customers, people or money.
    #[serde(default)]
    pub sensitive_groups: Vec<String>,
    /// Groups that only people give.
    #[serde(default)]
    pub restricted_groups: Vec<String>,
    /// What the catalogue offers.
    #[serde(default)]
    pub grants: Vec<EntryGroups>,
    /// The attribute with the full name (DN) of whom a person named to answer in their place, such as `assistant` in
    /// Active Directory or `secretary` (RFC 4524, section 2.22); absent: nobody answers for another one.
    #[serde(default)]
    pub delegate_attribute: Option<String>,
}

impl LdapConfig {
    /// Has relative paths start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        let files = self.ca_file.iter_mut().chain([&mut self.reader.password_file]);
        files.for_each(|file| *file = folder.join(&*file));
    }
}

/// Which directory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LdapKind {
    /// Active Directory, or Samba in its place.
    ActiveDirectory,
    /// OpenLDAP.
    Openldap,
}

/// How somebody signs in to the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// A distinguished name; for Active Directory also a user principal name.
    pub user: String,
    /// The file with the password, which nobody else may read.
    pub password_file: PathBuf,
}

/// Why the directory cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum LdapError {
    /// It is not asked without TLS.
    #[error("{0} is not an address that begins with ldaps://")]
    Plain(Url),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The certificates cannot be used.
    #[error("the certificates in {path} cannot be used: {why}")]
    Certificates {
        /// Their file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What the catalogue offers cannot be given like this.
    #[error("the groups for `{entry}` cannot be used: {why}")]
    Grants {
        /// Id of the entry.
        entry: String,
        /// Why.
        why: String,
    },
}

/// Looks at the directory.
#[derive(Debug)]
pub struct Ldap {
    config: LdapConfig,
    connection: Connection,
}

/// Changes the directory. Only the role that carries out runbooks has one.
#[derive(Debug)]
pub struct LdapWriter {
    config: LdapConfig,
    connection: Connection,
}

impl Ldap {
    /// Reads password and certificates; asks nothing yet.
    ///
    /// # Errors
    /// A file cannot be used, or the address is without TLS.
    pub fn open(config: LdapConfig) -> Result<Self, LdapError> {
        granting::check(&config.grants)?;
        let connection = Connection::open(&config, &config.reader)?;
        Ok(Self { config, connection })
    }

    /// The account of a person, read as one entry.
    async fn account(&self, subject: &str) -> Result<Account, Failed> {
        let mut session = self.connection.sign_in().await?;
        let (filter, config) = (person(&self.config, subject), &self.config);
        let entry = session.one(&config.base, &filter, Wanted::of(config.kind)).await?;
        let mut account = Account::of(config.kind, &entry, Timestamp::now());
        account.is_protected |=
            session.is_within(config.kind, &entry.dn, &protected(config)).await?;
        if let Some(manager) = &account.manager {
            account.has_manager = self.is_usable(&mut session, manager).await?;
        }
        session.sign_out().await;
        Ok(account)
    }

    /// The account of a person as it is shown to them.
    async fn shown_to(&self, subject: &str) -> Result<OwnAccount, Failed> {
        let mut session = self.connection.sign_in().await?;
        let (filter, config) = (person(&self.config, subject), &self.config);
        let entry = session.one(&config.base, &filter, Wanted::of(config.kind)).await?;
        let account = Account::of(config.kind, &entry, Timestamp::now());
        let groups = session.groups_of(config.kind, &config.base, &entry.dn).await?;
        session.sign_out().await;
        Ok(OwnAccount {
            state: account.standing(),
            must_change_password: account.state == Some("must_change"),
            password_expires_at: account.password_ends,
            expires_at: account.ends_at(),
            groups,
        })
    }

    /// Where a person gets mail.
    async fn mail_of(&self, subject: &str) -> Result<Option<Mailbox>, Failed> {
        let mut session = self.connection.sign_in().await?;
        let (filter, base) = (person(&self.config, subject), &self.config.base);
        let entry = session.one(base, &filter, Wanted::mail()).await?;
        session.sign_out().await;
        let language = text(&entry, LANGUAGE).map(str::to_owned);
        Ok(text(&entry, MAIL).map(|address| Mailbox { address: address.to_owned(), language }))
    }

    /// What the identity provider calls the manager of a person, where that account can be used.
    async fn manager_of(&self, subject: &str) -> Result<Option<String>, Failed> {
        let account = self.account(subject).await?;
        let Some(manager) = account.manager.filter(|_| account.has_manager) else {
            return Ok(None);
        };
        let mut session = self.connection.sign_in().await?;
        let theirs = session.value(&manager, &self.config.subject_attribute).await?;
        session.sign_out().await;
        Ok(theirs)
    }

    /// What the identity provider calls whom a person named to answer for them, where that account can be used.
    async fn delegate_of(&self, subject: &str) -> Result<Option<String>, Failed> {
        let config = &self.config;
        let Some(attribute) = &config.delegate_attribute else { return Ok(None) };
        let mut session = self.connection.sign_in().await?;
        let person = session.one(&config.base, &person(config, subject), Wanted::name()).await?;
        let theirs = match session.value(&person.dn, attribute).await? {
            Some(named) if self.is_usable(&mut session, &named).await? => {
                session.value(&named, &config.subject_attribute).await?
            }
            Some(_) | None => None,
        };
        session.sign_out().await;
        Ok(theirs)
    }

    /// Whether the account of this name can be used.
    async fn is_usable(&self, session: &mut Session, dn: &str) -> Result<bool, Failed> {
        let kind = self.config.kind;
        let entry = session.at(dn, Wanted::of(kind)).await?;
        Ok(entry.is_some_and(|it| Account::of(kind, &it, Timestamp::now()).state == Some("active")))
    }

    async fn membership(&self, subject: &str, group: &str) -> Result<Known, Failed> {
        let mut session = self.connection.sign_in().await?;
        let config = &self.config;
        let person = session.one(&config.base, &person(config, subject), Wanted::name()).await?;
        let group_name = name_of(&mut session, config, group).await?;
        let is_member = session.is_within(config.kind, &person.dn, &[group_name]).await?;
        session.sign_out().await;
        let mut known = Known::from([(Fact::Member, yes_no(is_member))]);
        known.extend(self.class_of(group).map(|class| (Fact::GroupClass, class.to_owned())));
        Ok(known)
    }

    /// What IT said a group gives. The strictest word counts.
    fn class_of(&self, group: &str) -> Option<&'static str> {
        let holds = |groups: &[String]| groups.iter().any(|it| it.eq_ignore_ascii_case(group));
        let LdapConfig { standard_groups, sensitive_groups, restricted_groups, .. } = &self.config;
        if holds(restricted_groups) {
            Some("restricted")
        } else if holds(sensitive_groups) {
            Some("sensitive")
        } else if holds(standard_groups) {
            Some("standard")
        } else {
            None
        }
    }
}

impl LdapWriter {
    /// Reads password and certificates; asks nothing yet.
    ///
    /// # Errors
    /// As [`Ldap::open`].
    pub fn open(config: LdapConfig, writer: &Credentials) -> Result<Self, LdapError> {
        granting::check(&config.grants)?;
        let connection = Connection::open(&config, writer)?;
        Ok(Self { config, connection })
    }

    async fn unlock(&self, subject: &str) -> Result<(), Failed> {
        let mut session = self.connection.sign_in().await?;
        let config = &self.config;
        let person = session.one(&config.base, &person(config, subject), Wanted::name()).await?;
        let done = match config.kind {
            LdapKind::ActiveDirectory => session.set(&person.dn, "lockoutTime", "0").await,
            LdapKind::Openldap => session.remove(&person.dn, "pwdAccountLockedTime", None).await,
        };
        session.sign_out().await;
        done
    }

    /// Moves the end of an account, if it is still what it was when it was looked at.
    async fn move_end(&self, subject: &str, is_later: bool) -> Result<(), Failed> {
        let config = &self.config;
        if config.kind == LdapKind::Openldap {
            return Err(Failed::Refused("accounts have no end here".to_owned()));
        }
        let mut session = self.connection.sign_in().await?;
        let wanted = Wanted::of(config.kind);
        let entry = session.one(&config.base, &person(config, subject), wanted).await?;
        let now = Timestamp::now();
        let account = Account::of(config.kind, &entry, now);
        let end = if is_later { account.extended(now) } else { account.put_back() };
        let done = match end {
            Some(end) => session.replace(&entry.dn, ENDS, end.from, end.to).await,
            None => Ok(()),
        };
        session.sign_out().await;
        done
    }

    async fn change_group(&self, subject: &str, group: &str, is_in: bool) -> Result<(), Failed> {
        let mut session = self.connection.sign_in().await?;
        let group = name_of(&mut session, &self.config, group).await?;
        self.change_members(session, subject, &group, is_in).await
    }

    /// Puts somebody into the group of this name (DN), or takes them out.
    async fn change_members(
        &self,
        mut session: Session,
        subject: &str,
        group: &str,
        is_in: bool,
    ) -> Result<(), Failed> {
        let config = &self.config;
        let person = session.one(&config.base, &person(config, subject), Wanted::name()).await?;
        let done = if is_in {
            session.add(group, MEMBER, &person.dn).await
        } else {
            match session.remove(group, MEMBER, Some(&person.dn)).await {
                // Directories have different words for a member who is none.
                Err(Failed::Refused(why)) if session.has(group, MEMBER, &person.dn).await? => {
                    Err(Failed::Refused(why))
                }
                Err(Failed::Refused(_)) => Ok(()),
                other => other,
            }
        };
        session.sign_out().await;
        done
    }
}

/// What is read here.
pub(crate) const READS: &[Reading] = &[Reading::Account, Reading::Membership, Reading::Grant];
/// What is changed here.
pub(crate) const ACTS: &[Act] = &[
    Act::UnlockAccount,
    Act::AddToGroup,
    Act::RemoveFromGroup,
    Act::ExtendAccount,
    Act::RestoreAccountEnd,
    Act::Provision,
    Act::Deprovision,
];

const MEMBER: &str = "member";
const ENDS: &str = "accountExpires";

fn person(config: &LdapConfig, subject: &str) -> String {
    let kind = match config.kind {
        LdapKind::ActiveDirectory => "user",
        LdapKind::Openldap => "person",
    };
    let (attribute, subject) = (&config.subject_attribute, ldap3::ldap_escape(subject));
    format!("(&(objectClass={kind})({attribute}={subject}))")
}

fn named(kind: LdapKind, group: &str) -> String {
    let group = ldap3::ldap_escape(group);
    match kind {
        LdapKind::ActiveDirectory => format!("(&(objectClass=group)(sAMAccountName={group}))"),
        LdapKind::Openldap => format!("(&(objectClass=groupOfNames)(cn={group}))"),
    }
}

/// Groups that Active Directory protects itself ([MS-ADTS] 3.1.1.6.1.2), and those that IT named.
fn protected(config: &LdapConfig) -> Vec<String> {
    let own: &[&str] = match config.kind {
        LdapKind::ActiveDirectory => &[
            "CN=Domain Admins,CN=Users",
            "CN=Enterprise Admins,CN=Users",
            "CN=Schema Admins,CN=Users",
            "CN=Administrators,CN=Builtin",
            "CN=Account Operators,CN=Builtin",
            "CN=Server Operators,CN=Builtin",
            "CN=Backup Operators,CN=Builtin",
            "CN=Print Operators,CN=Builtin",
        ],
        LdapKind::Openldap => &[],
    };
    let own = own.iter().map(|name| format!("{name},{}", config.base));
    own.chain(config.protected_groups.iter().cloned()).collect()
}

fn yes_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

#[async_trait]
impl ReadPort for Ldap {
    fn readings(&self) -> &[Reading] {
        READS
    }

    async fn read(&self, reading: Reading, of: &Target) -> Result<Known, ReadError> {
        let subject = of.person.as_deref().ok_or_else(|| ReadError::NotOne(NOBODY.to_owned()))?;
        match (reading, &of.access) {
            (Reading::Account, _) => {
                let account = self.account(subject).await?;
                let mut known = Known::from([
                    (Fact::Protected, yes_no(account.is_protected)),
                    (Fact::EndsSoon, yes_no(account.ends_soon)),
                    (Fact::Manager, yes_no(account.has_manager)),
                ]);
                if self.config.kind == LdapKind::Openldap && self.config.protected_groups.is_empty()
                {
                    // Nobody said who is protected, so nobody knows.
                    known.remove(&Fact::Protected);
                }
                known.extend(account.state.map(|state| (Fact::AccountState, state.to_owned())));
                Ok(known)
            }
            (Reading::Membership, _) => {
                let group = group_of(&self.config, of)?;
                Ok(self.membership(subject, group).await?)
            }
            (Reading::Grant, Some(access)) => Ok(self.grant(subject, access).await?),
            _ => Err(ReadError::Refused(format!("a directory has no {}", reading.word()))),
        }
    }
}

const NOBODY: &str = "nobody was named";

#[async_trait]
impl ActPort for LdapWriter {
    fn acts(&self) -> &[Act] {
        ACTS
    }

    /// Each of them leaves the same when it is done twice, so the key is not needed.
    async fn act(&self, _key: &StepKey, act: Act, on: &Target) -> Result<(), ActError> {
        let subject = on.person.as_deref().ok_or_else(|| ActError::Refused(NOBODY.to_owned()))?;
        let config = &self.config;
        match (act, &on.access) {
            (Act::UnlockAccount, _) => Ok(self.unlock(subject).await?),
            (Act::ExtendAccount, _) => Ok(self.move_end(subject, true).await?),
            (Act::RestoreAccountEnd, _) => Ok(self.move_end(subject, false).await?),
            // Where a right is asked for, its group is put to the same question.
            (Act::Provision | Act::AddToGroup, Some(access)) if on.group.is_none() => {
                Ok(self.provision(subject, access).await?)
            }
            (Act::AddToGroup, _) => {
                Ok(self.change_group(subject, group_of(config, on)?, true).await?)
            }
            (Act::RemoveFromGroup, _) => {
                Ok(self.change_group(subject, group_of(config, on)?, false).await?)
            }
            (Act::Deprovision, Some(access)) => {
                let group = Bound::of(config, access)?.group;
                Ok(self.change_group(subject, group, false).await?)
            }
            _ => Err(ActError::Refused(format!("a directory cannot {}", act.word()))),
        }
    }
}

/// Whom the directory does not know has nothing there.
fn known<T>(found: Result<Option<T>, Failed>) -> Result<Option<T>, DirectoryError> {
    match found {
        Ok(found) => Ok(found),
        Err(Failed::NotOne(_)) => Ok(None),
        Err(error) => Err(DirectoryError::Later(error.to_string())),
    }
}

#[async_trait]
impl DirectoryPort for Ldap {
    async fn facts(&self, asked: Asked<'_>) -> Result<ServerFacts, DirectoryError> {
        let account = match self.account(asked.subject).await {
            Ok(account) => account,
            // Somebody the directory does not know has no facts.
            Err(Failed::NotOne(_)) => return Ok(ServerFacts::default()),
            Err(error) => return Err(DirectoryError::Later(error.to_string())),
        };
        let state = account.standing();
        let mut vpn_access = (!self.config.vpn_groups.is_empty()).then_some(false);
        for group in &self.config.vpn_groups {
            let known = self.membership(asked.subject, group).await;
            let known = known.map_err(|error| DirectoryError::Later(error.to_string()))?;
            if known.get(&Fact::Member).is_some_and(|is| is == "yes") {
                vpn_access = Some(true);
            }
        }
        Ok(ServerFacts { account: state, vpn_access, device_compliant: None })
    }

    async fn own_account(&self, subject: &str) -> Result<Option<OwnAccount>, DirectoryError> {
        known(self.shown_to(subject).await.map(Some))
    }

    async fn mailbox(&self, subject: &str) -> Result<Option<Mailbox>, DirectoryError> {
        known(self.mail_of(subject).await)
    }

    async fn manager(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        known(self.manager_of(subject).await)
    }

    async fn delegate(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        known(self.delegate_of(subject).await)
    }

    async fn owner(&self, of: &Access) -> Result<Option<String>, DirectoryError> {
        known(self.owner_of(of).await)
    }
}
