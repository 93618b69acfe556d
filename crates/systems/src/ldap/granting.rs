//! What the catalogue offers, as groups of the directory: one group for each right.

use std::collections::{BTreeMap, BTreeSet};

use connectors::Target;
use content::{Fact, Known};
use serde::{Deserialize, Serialize};
use ticket::{Access, Right};

use super::connection::{Failed, Session, Wanted};
use super::{Ldap, LdapConfig, LdapError, LdapKind, LdapWriter, named, person, yes_no};

/// The groups of an entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryGroups {
    /// Its id.
    pub entry: String,
    /// The group whose members have a right. Who may give rights to others is for people to say.
    pub rights: BTreeMap<Right, String>,
    /// It is for members of one of these groups; none: for everybody.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// The groups behind one right.
pub(super) struct Bound<'a> {
    /// Its members have it.
    pub(super) group: &'a str,
    /// The members of these have more.
    larger: Vec<&'a str>,
    roles: &'a [String],
}

/// The same by their names (DN).
struct Found {
    group: String,
    larger: Vec<String>,
}

impl<'a> Bound<'a> {
    pub(super) fn of(config: &'a LdapConfig, access: &Access) -> Result<Self, Failed> {
        let nobody = || Failed::Refused("nobody said which group gives it".to_owned());
        let groups = config.grants.iter().find(|it| it.entry == access.entry).ok_or_else(nobody)?;
        let group = groups.rights.get(&access.right).ok_or_else(nobody)?;
        let larger = groups.rights.iter().filter(|(right, _)| **right > access.right);
        let larger = larger.map(|(_, group)| group.as_str()).collect();
        Ok(Self { group, larger, roles: &groups.roles })
    }

    /// Looks them up; refuses where giving the right would give more.
    async fn find(&self, session: &mut Session, config: &LdapConfig) -> Result<Found, Failed> {
        let group = name_of(session, config, self.group).await?;
        let mut larger = Vec::new();
        for more in &self.larger {
            larger.push(name_of(session, config, more).await?);
        }
        if session.is_within(config.kind, &group, &larger).await? {
            let within = "the group of this right is within the group of a larger one";
            return Err(Failed::Refused(within.to_owned()));
        }
        Ok(Found { group, larger })
    }
}

/// The name (DN) of a group.
pub(super) async fn name_of(
    session: &mut Session,
    config: &LdapConfig,
    group: &str,
) -> Result<String, Failed> {
    Ok(session.one(&config.base, &named(config.kind, group), Wanted::name()).await?.dn)
}

impl Ldap {
    /// What the identity provider calls the owner of the group behind a right, where that account can be used:
    /// `managedBy` ([MS-ADA2]), or `owner` (RFC 4519, 2.21).
    pub(super) async fn owner_of(&self, of: &Access) -> Result<Option<String>, Failed> {
        let config = &self.config;
        let Ok(bound) = Bound::of(config, of) else { return Ok(None) };
        let mut session = self.connection.sign_in().await?;
        let group = name_of(&mut session, config, bound.group).await?;
        let attribute = match config.kind {
            LdapKind::ActiveDirectory => "managedBy",
            LdapKind::Openldap => "owner",
        };
        let mut owner = None;
        if let Some(dn) = session.value(&group, attribute).await?
            && self.is_usable(&mut session, &dn).await?
        {
            owner = session.value(&dn, &config.subject_attribute).await?;
        }
        session.sign_out().await;
        Ok(owner)
    }

    /// Whether somebody may have a right, and whether they have it or a larger one.
    pub(super) async fn grant(&self, subject: &str, of: &Access) -> Result<Known, Failed> {
        let config = &self.config;
        let bound = Bound::of(config, of)?;
        let mut session = self.connection.sign_in().await?;
        let person = session.one(&config.base, &person(config, subject), Wanted::name()).await?;
        let found = bound.find(&mut session, config).await?;
        let mut roles = Vec::new();
        for role in bound.roles {
            roles.push(name_of(&mut session, config, role).await?);
        }
        let qualifies =
            roles.is_empty() || session.is_within(config.kind, &person.dn, &roles).await?;
        let mut givers = found.larger;
        givers.push(found.group);
        let is_granted = session.is_within(config.kind, &person.dn, &givers).await?;
        session.sign_out().await;
        Ok(Known::from([(Fact::Qualifies, yes_no(qualifies)), (Fact::Granted, yes_no(is_granted))]))
    }
}

impl LdapWriter {
    /// Puts somebody into the group of a right, where that gives no more than the right.
    pub(super) async fn provision(&self, subject: &str, of: &Access) -> Result<(), Failed> {
        let bound = Bound::of(&self.config, of)?;
        let mut session = self.connection.sign_in().await?;
        let group = bound.find(&mut session, &self.config).await?.group;
        self.change_members(session, subject, &group, true).await
    }
}

/// The group that is meant: by its name, or as what gives a right.
pub(super) fn group_of<'a>(config: &'a LdapConfig, of: &'a Target) -> Result<&'a str, Failed> {
    match (&of.group, &of.access) {
        (Some(group), _) => Ok(group),
        (None, Some(access)) => Ok(Bound::of(config, access)?.group),
        (None, None) => Err(Failed::Refused("no group was named".to_owned())),
    }
}

/// What can never be meant.
pub(super) fn check(grants: &[EntryGroups]) -> Result<(), LdapError> {
    let (mut entries, mut groups) = (BTreeSet::new(), BTreeSet::new());
    for grant in grants {
        let wrong =
            |why: &str| LdapError::Grants { entry: grant.entry.clone(), why: why.to_owned() };
        if !entries.insert(&grant.entry) {
            return Err(wrong("it is there twice"));
        }
        if grant.rights.contains_key(&Right::Administer) {
            return Err(wrong("`administer` is given by people only"));
        }
        if grant.rights.values().any(|group| !groups.insert(group.to_lowercase())) {
            return Err(wrong("its group gives another right too"));
        }
    }
    Ok(())
}
