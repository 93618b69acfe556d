use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connectors::{ActError, ReadError};
use ldap3::{
    Ldap as Client, LdapConnAsync, LdapConnSettings, LdapResult, Mod, ResultEntry, Scope,
    SearchEntry,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::{Credentials, LdapConfig, LdapError, LdapKind, MEMBER};
use crate::file::{secret, text};

/// The directory gets this long for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// More than one entry is as wrong as many.
const AT_MOST: i32 = 2;
/// Somebody is in no more groups that they are shown.
const MOST_GROUPS: i32 = 500;

/// Result codes (RFC 4511, appendix A) that need a name here.
const OPERATIONS_ERROR: u32 = 1;
const NO_SUCH_ATTRIBUTE: u32 = 16;
const ALREADY_THERE: u32 = 20;
const NO_SUCH_OBJECT: u32 = 32;
const BUSY: u32 = 51;
const UNAVAILABLE: u32 = 52;
const OTHER: u32 = 80;
/// So Active Directory says that a member is there already.
const ENTRY_ALREADY_EXISTS: u32 = 68;

/// How to reach the directory and who asks.
#[derive(Clone)]
pub(super) struct Connection {
    url: Url,
    settings: LdapConnSettings,
    user: String,
    password: String,
}

/// Never shows the password.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// Why the directory did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failed {
    /// Later it may.
    #[error("{0}")]
    Later(String),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    NotOne(String),
}

impl From<Failed> for ReadError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Later(why) => Self::Later(why),
            Failed::Refused(why) => Self::Refused(why),
            Failed::NotOne(why) => Self::NotOne(why),
        }
    }
}

impl From<Failed> for ActError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Later(why) => Self::Later(why),
            Failed::Refused(why) | Failed::NotOne(why) => Self::Refused(why),
        }
    }
}

/// What a group is called.
const NAME: &str = "cn";
/// Where mail goes, and how somebody likes to read.
pub(super) const MAIL: &str = "mail";
pub(super) const LANGUAGE: &str = "preferredLanguage";
/// Every entry.
const ANYTHING: &str = "(objectClass=*)";

/// What is read of an entry.
pub(super) struct Wanted(&'static [&'static str]);

impl Wanted {
    /// Its name and nothing else (RFC 4511, 4.5.1.8).
    pub(super) const fn name() -> Self {
        Self(&["1.1"])
    }

    /// Where mail goes (RFC 4524, section 2.16), and how somebody likes to read (RFC 2798, section 2.7).
    pub(super) const fn mail() -> Self {
        Self(&[MAIL, LANGUAGE])
    }

    /// What an account is told by.
    pub(super) const fn of(kind: LdapKind) -> Self {
        match kind {
            LdapKind::ActiveDirectory => Self(&[
                "userAccountControl",
                "msDS-User-Account-Control-Computed",
                "msDS-UserPasswordExpiryTimeComputed",
                "pwdLastSet",
                "accountExpires",
                "adminCount",
                "primaryGroupID",
                "manager",
            ]),
            LdapKind::Openldap => Self(&["pwdAccountLockedTime", "pwdReset", "manager"]),
        }
    }
}

impl Connection {
    pub(super) fn open(config: &LdapConfig, who: &Credentials) -> Result<Self, LdapError> {
        if config.url.scheme() != "ldaps" {
            return Err(LdapError::Plain(config.url.clone()));
        }
        let mut settings = LdapConnSettings::new().set_conn_timeout(PATIENCE);
        if let Some(file) = &config.ca_file {
            settings = settings.set_config(Arc::new(trusting(file)?));
        }
        let password = secret(&who.password_file)?;
        Ok(Self { url: config.url.clone(), settings, user: who.user.clone(), password })
    }

    pub(super) async fn sign_in(&self) -> Result<Session, Failed> {
        let connecting = LdapConnAsync::with_settings(self.settings.clone(), self.url.as_str());
        let (connection, mut client) = connecting.await?;
        ldap3::drive!(connection);
        let bound = client.with_timeout(PATIENCE).simple_bind(&self.user, &self.password).await;
        told(&bound?)?;
        Ok(Session { client })
    }
}

/// A signed-in connection.
pub(super) struct Session {
    client: Client,
}

impl Session {
    /// The one entry below `base` that fits.
    pub(super) async fn one(
        &mut self,
        base: &str,
        filter: &str,
        wanted: Wanted,
    ) -> Result<SearchEntry, Failed> {
        let mut found = self.search(base, Scope::Subtree, filter, wanted.0, AT_MOST).await?;
        match (found.pop(), found.pop()) {
            (Some(entry), None) => Ok(entry),
            (None, _) => Err(Failed::NotOne("the directory does not know it".to_owned())),
            (Some(_), Some(_)) => Err(Failed::NotOne("the directory has several of it".to_owned())),
        }
    }

    /// The entry of this name.
    pub(super) async fn at(
        &mut self,
        dn: &str,
        wanted: Wanted,
    ) -> Result<Option<SearchEntry>, Failed> {
        Ok(self.search(dn, Scope::Base, ANYTHING, wanted.0, AT_MOST).await?.pop())
    }

    /// The first value of an attribute of the entry of this name.
    pub(super) async fn value(&mut self, dn: &str, name: &str) -> Result<Option<String>, Failed> {
        let found = self.search(dn, Scope::Base, ANYTHING, &[name], AT_MOST).await?.pop();
        Ok(found.and_then(|entry| first(entry, name)))
    }

    /// The names of the groups that somebody is a member of by themselves, in their order.
    pub(super) async fn groups_of(
        &mut self,
        kind: LdapKind,
        base: &str,
        dn: &str,
    ) -> Result<Vec<String>, Failed> {
        let class = match kind {
            LdapKind::ActiveDirectory => "group",
            LdapKind::Openldap => "groupOfNames",
        };
        let filter = format!("(&(objectClass={class})({MEMBER}={}))", ldap3::ldap_escape(dn));
        let found = self.search(base, Scope::Subtree, &filter, &[NAME], MOST_GROUPS).await?;
        let mut names: Vec<_> = found.into_iter().filter_map(|it| first(it, NAME)).collect();
        names.sort_by_key(|name| name.to_lowercase());
        Ok(names)
    }

    /// Whether somebody is in one of these groups; for Active Directory also through groups within them
    /// ([MS-ADTS] 3.1.1.3.4.4.3), and in one question.
    pub(super) async fn is_within(
        &mut self,
        kind: LdapKind,
        dn: &str,
        groups: &[String],
    ) -> Result<bool, Failed> {
        if groups.is_empty() {
            return Ok(false);
        }
        match kind {
            LdapKind::ActiveDirectory => {
                let one = |group: &String| {
                    format!("(memberOf:1.2.840.113556.1.4.1941:={})", ldap3::ldap_escape(group))
                };
                let filter = format!("(|{})", groups.iter().map(one).collect::<String>());
                let found =
                    self.search(dn, Scope::Base, &filter, Wanted::name().0, AT_MOST).await?;
                Ok(!found.is_empty())
            }
            LdapKind::Openldap => {
                for group in groups {
                    if self.has(group, MEMBER, dn).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    async fn search(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        wanted: &[&str],
        at_most: i32,
    ) -> Result<Vec<SearchEntry>, Failed> {
        let limits = ldap3::SearchOptions::new().sizelimit(at_most);
        let client = self.client.with_timeout(PATIENCE).with_search_options(limits);
        let found = client.search(base, scope, filter, wanted.to_vec()).await?;
        let ldap3::SearchResult(entries, result) = found;
        // Two that fit are found before the limit is told; nothing at a name is an empty answer.
        const SIZE_LIMIT: u32 = 4;
        if ![SIZE_LIMIT, NO_SUCH_OBJECT].contains(&result.rc) {
            told(&result)?;
        }
        // Where else one could ask is not an entry.
        let is_entry = |entry: &ResultEntry| !entry.is_ref() && !entry.is_intermediate();
        Ok(entries.into_iter().filter(is_entry).map(SearchEntry::construct).collect())
    }

    pub(super) async fn set(&mut self, dn: &str, name: &str, value: &str) -> Result<(), Failed> {
        self.modify(dn, Mod::Replace(name, HashSet::from([value]))).await
    }

    /// Puts a value in the place of another one, and refuses where that is not there any more: one request
    /// is done whole or not at all (RFC 4511, 4.6).
    pub(super) async fn replace(
        &mut self,
        dn: &str,
        name: &str,
        from: i64,
        to: i64,
    ) -> Result<(), Failed> {
        let (from, to) = (from.to_string(), to.to_string());
        let gone = Mod::Delete(name, HashSet::from([from.as_str()]));
        let there = Mod::Add(name, HashSet::from([to.as_str()]));
        let result = self.client.with_timeout(PATIENCE).modify(dn, vec![gone, there]).await;
        told(&result?)
    }

    /// What is there already is as good as added.
    pub(super) async fn add(&mut self, dn: &str, name: &str, value: &str) -> Result<(), Failed> {
        self.modify(dn, Mod::Add(name, HashSet::from([value]))).await
    }

    /// Whether an entry has a value.
    pub(super) async fn has(&mut self, dn: &str, name: &str, value: &str) -> Result<bool, Failed> {
        let filter = format!("({name}={})", ldap3::ldap_escape(value));
        let found = self.search(dn, Scope::Base, &filter, Wanted::name().0, AT_MOST).await?;
        Ok(!found.is_empty())
    }

    /// What is not there is as good as removed.
    pub(super) async fn remove(
        &mut self,
        dn: &str,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), Failed> {
        self.modify(dn, Mod::Delete(name, value.into_iter().collect())).await
    }

    async fn modify(&mut self, dn: &str, change: Mod<&str>) -> Result<(), Failed> {
        let is_added = matches!(change, Mod::Add(..));
        let is_removed = matches!(change, Mod::Delete(..));
        let result = self.client.with_timeout(PATIENCE).modify(dn, vec![change]).await;
        let result = result?;
        match result.rc {
            ALREADY_THERE | ENTRY_ALREADY_EXISTS if is_added => Ok(()),
            NO_SUCH_ATTRIBUTE if is_removed => Ok(()),
            _ => told(&result),
        }
    }

    /// Politely; what was done is done without it.
    pub(super) async fn sign_out(mut self) {
        let _ = self.client.unbind().await;
    }
}

/// The first value of an attribute.
fn first(entry: SearchEntry, name: &str) -> Option<String> {
    let is_it = |(it, _): &(String, Vec<String>)| it.eq_ignore_ascii_case(name);
    let (_, values) = entry.attrs.into_iter().find(is_it)?;
    values.into_iter().next()
}

/// What a result means. Its text comes from the directory, so it is kept short and is never more than a text.
fn told(result: &LdapResult) -> Result<(), Failed> {
    const TEXT: usize = 120;
    if result.rc == 0 {
        return Ok(());
    }
    let text: String = result.text.chars().filter(|c| !c.is_control()).take(TEXT).collect();
    let why = format!("code {}: {text}", result.rc);
    match result.rc {
        OPERATIONS_ERROR | BUSY | UNAVAILABLE | OTHER => Err(Failed::Later(why)),
        _ => Err(Failed::Refused(why)),
    }
}

impl From<ldap3::LdapError> for Failed {
    fn from(error: ldap3::LdapError) -> Self {
        Self::Later(error.to_string())
    }
}

fn trusting(file: &Path) -> Result<ClientConfig, LdapError> {
    let broken = |why: String| LdapError::Certificates { path: file.to_owned(), why };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(text(file)?.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| broken(error.to_string()))?;
    if certificates.is_empty() {
        return Err(broken("there is none".to_owned()));
    }
    for certificate in certificates {
        roots.add(certificate).map_err(|error| broken(error.to_string()))?;
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}
