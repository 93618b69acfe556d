//! Real directories: Active Directory as Samba has it, and OpenLDAP.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use connectors::{ActError, ActPort, Asked, DirectoryPort, ReadError, ReadPort, StepKey, Target};
use content::{Act, Fact, Known, Reading};
use systems::{Credentials, EntryGroups, Ldap, LdapConfig, LdapError, LdapKind, LdapWriter};
use test_support::Directory;
use ticket::{Access, AccountState, Right};

fn config(directory: &Directory, kind: LdapKind, subject_attribute: &str) -> LdapConfig {
    LdapConfig {
        kind,
        delegate_attribute: Some(match kind {
            LdapKind::ActiveDirectory => "assistant".to_owned(),
            LdapKind::Openldap => "secretary".to_owned(),
        }),
        url: directory.url().parse().unwrap(),
        ca_file: Some(directory.ca_file()),
        base: directory.base().to_owned(),
        subject_attribute: subject_attribute.to_owned(),
        reader: who(directory, directory.reader()),
        protected_groups: Vec::new(),
        vpn_groups: vec!["vpn-users".to_owned()],
        standard_groups: vec!["Design".to_owned()],
        sensitive_groups: vec!["payroll".to_owned()],
        restricted_groups: Vec::new(),
        grants: vec![
            offered("wiki-space", ["wiki-readers", "wiki-editors"], &[]),
            offered("customer-records", ["crm-readers", "crm-editors"], &["vpn-users"]),
            offered("board", ["board-readers", "board-editors"], &[]),
        ],
    }
}

fn offered(entry: &str, [read, edit]: [&str; 2], roles: &[&str]) -> EntryGroups {
    EntryGroups {
        entry: entry.to_owned(),
        rights: [(Right::Read, read.to_owned()), (Right::Edit, edit.to_owned())].into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

fn access(entry: &str, right: Right) -> Access {
    Access { entry: entry.to_owned(), right }
}

fn wants(person: &str, entry: &str, right: Right) -> Target {
    let person = Some(person.to_owned());
    Target { person, access: Some(access(entry, right)), ..Target::default() }
}

/// Whether somebody qualifies for a right, and has it.
async fn granted(ldap: &Ldap, person: &str, entry: &str, right: Right) -> String {
    let known = ldap.read(Reading::Grant, &wants(person, entry, right)).await.unwrap();
    let word = |fact: Fact| known.get(&fact).map_or("unknown", String::as_str);
    [Fact::Qualifies, Fact::Granted].map(word).join(" ")
}

/// Reading is asked for, given twice and taken back: nothing of a larger right is touched, and who has the larger
/// one has the smaller.
async fn read_never_gives_edit(ldap: &Ldap, writer: &LdapWriter) {
    for (given, read, edit) in [
        (Act::Provision, "yes yes", "yes no"),
        (Act::Deprovision, "yes no", "yes no"),
        (Act::AddToGroup, "yes yes", "yes no"),
        (Act::RemoveFromGroup, "yes no", "yes no"),
    ] {
        for _ in 0..2 {
            writer.act(&key(), given, &wants("noor", "wiki-space", Right::Read)).await.unwrap();
        }
        assert_eq!(granted(ldap, "noor", "wiki-space", Right::Read).await, read, "{given:?}");
        assert_eq!(granted(ldap, "noor", "wiki-space", Right::Edit).await, edit, "{given:?}");
        assert_eq!(is_member(ldap, "noor", "wiki-editors").await, "no unknown");
    }
    let edit = wants("noor", "wiki-space", Right::Edit);
    writer.act(&key(), Act::Provision, &edit).await.unwrap();
    assert_eq!(granted(ldap, "noor", "wiki-space", Right::Read).await, "yes yes");
    assert_eq!(is_member(ldap, "noor", "wiki-readers").await, "no unknown");
    writer.act(&key(), Act::Deprovision, &edit).await.unwrap();

    // Where groups are within each other, reading would be editing: nobody gets it from here.
    let board = wants("noor", "board", Right::Read);
    let refused = ldap.read(Reading::Grant, &board).await;
    assert!(
        matches!(&refused, Err(ReadError::Refused(why)) if why.contains("larger")),
        "{refused:?}"
    );
    for act in [Act::Provision, Act::AddToGroup] {
        let refused = writer.act(&key(), act, &board).await;
        assert!(
            matches!(&refused, Err(ActError::Refused(why)) if why.contains("larger")),
            "{refused:?}"
        );
    }
    assert_eq!(is_member(ldap, "noor", "board-readers").await, "no unknown");

    // What nobody bound to a group is not guessed.
    for unbound in
        [wants("noor", "wiki-readers", Right::Read), wants("noor", "wiki-space", Right::Administer)]
    {
        assert!(matches!(ldap.read(Reading::Grant, &unbound).await, Err(ReadError::Refused(_))));
        let refused = writer.act(&key(), Act::Provision, &unbound).await;
        assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    }
}

fn who(directory: &Directory, user: &str) -> Credentials {
    Credentials { user: user.to_owned(), password_file: directory.password_file() }
}

fn target(person: &str, group: Option<&str>) -> Target {
    let (person, group) = (Some(person.to_owned()), group.map(str::to_owned));
    Target { person, group, ..Target::default() }
}

fn key() -> StepKey {
    let (runbook, step) = ("unlock-account".to_owned(), "unlock".to_owned());
    StepKey { ticket: 1, run: 0, runbook, revision: 1, step, is_undo: false }
}

async fn read(ldap: &Ldap, reading: Reading, person: &str, group: Option<&str>) -> Known {
    ldap.read(reading, &target(person, group)).await.unwrap()
}

async fn account(ldap: &Ldap, person: &str) -> String {
    let known = read(ldap, Reading::Account, person, None).await;
    let word = |fact: Fact| known.get(&fact).map_or("unknown", String::as_str);
    let facts = [Fact::AccountState, Fact::Protected, Fact::EndsSoon, Fact::Manager];
    facts.map(word).join(" ")
}

async fn is_member(ldap: &Ldap, person: &str, group: &str) -> String {
    let known = read(ldap, Reading::Membership, person, Some(group)).await;
    let word = |fact: Fact| known.get(&fact).map_or("unknown", String::as_str);
    [Fact::Member, Fact::GroupClass].map(word).join(" ")
}

#[tokio::test]
async fn active_directory_is_read_and_changed_as_far_as_its_account_may() {
    let directory = Directory::samba().await.unwrap();
    let config = config(&directory, LdapKind::ActiveDirectory, "employeeID");
    let ldap = Ldap::open(config.clone()).unwrap();
    let writer = LdapWriter::open(config.clone(), &who(&directory, directory.desk())).unwrap();

    // State, protected, ends soon, has a manager.
    assert_eq!(account(&ldap, "noor").await, "active no no yes");
    assert_eq!(account(&ldap, "maria").await, "active no no no");
    assert_eq!(account(&ldap, "gone").await, "disabled no no no");
    assert_eq!(account(&ldap, "ada").await, "active yes no no");

    // Wrong passwords lock, the desk's account lifts the lock, twice is as good as once.
    directory.lock_out("noor").unwrap();
    assert_eq!(account(&ldap, "noor").await, "locked no no yes");
    let asked = Asked { subject: "noor", device: None };
    let facts = ldap.facts(asked).await.unwrap();
    assert_eq!((facts.account, facts.vpn_access), (Some(AccountState::Locked), Some(true)));
    for _ in 0..2 {
        writer.act(&key(), Act::UnlockAccount, &target("noor", None)).await.unwrap();
    }
    assert_eq!(account(&ldap, "noor").await, "active no no yes");
    assert!(directory.lets_in("noor").unwrap());

    // An administrator is out of its reach, and so is everything else.
    directory.lock_out("ada").unwrap();
    let refused = writer.act(&key(), Act::UnlockAccount, &target("ada", None)).await.unwrap_err();
    assert!(
        matches!(&refused, ActError::Refused(why) if why.starts_with("code 50")),
        "{refused:?}"
    );
    let cannot = writer.act(&key(), Act::EndSessions, &target("noor", None)).await;
    assert!(matches!(cannot, Err(ActError::Refused(_))), "{cannot:?}");
    let reader = LdapWriter::open(config, &who(&directory, directory.reader())).unwrap();
    let refused = reader.act(&key(), Act::AddToGroup, &target("noor", Some("design"))).await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");

    // Groups, also within groups.
    assert_eq!(is_member(&ldap, "noor", "vpn-users").await, "yes unknown");
    assert_eq!(is_member(&ldap, "ada", "Domain Admins").await, "yes unknown");
    assert_eq!(is_member(&ldap, "noor", "payroll").await, "no sensitive");
    for (act, expect) in [(Act::AddToGroup, "yes standard"), (Act::RemoveFromGroup, "no standard")]
    {
        for _ in 0..2 {
            writer.act(&key(), act, &target("noor", Some("design"))).await.unwrap();
        }
        assert_eq!(is_member(&ldap, "noor", "design").await, expect);
    }

    read_never_gives_edit(&ldap, &writer).await;
    // A role is being in one of its groups.
    assert_eq!(granted(&ldap, "noor", "customer-records", Right::Read).await, "yes no");
    assert_eq!(granted(&ldap, "maria", "customer-records", Right::Read).await, "no no");

    // Who decides about whom, by what the identity provider calls them.
    assert_eq!(ldap.manager("noor").await.unwrap().as_deref(), Some("maria"));
    for nobody in ["maria", "nobody"] {
        assert_eq!(ldap.manager(nobody).await.unwrap(), None);
    }
    assert_eq!(ldap.delegate("ada").await.unwrap().as_deref(), Some("maria"));
    for nobody in ["maria", "jon", "nobody"] {
        assert_eq!(ldap.delegate(nobody).await.unwrap(), None, "{nobody}");
    }

    // Where they get mail, and how they like to read.
    let mailbox = async |subject| {
        let found = ldap.mailbox(subject).await.unwrap();
        found.map(|it| format!("{} {}", it.address, it.language.unwrap_or_default()))
    };
    let maria = mailbox("maria").await;
    assert_eq!(maria.as_deref(), Some("maria@lumen-oak.example de, en;q=0.5"));
    assert_eq!(mailbox("noor").await.as_deref(), Some("noor@lumen-oak.example "));
    for nobody in ["gone", "nobody", "twin"] {
        assert_eq!(mailbox(nobody).await, None);
    }

    // Who answers for a right is who manages its group; nobody, where their account ended or is switched off.
    for (entry, right, owner) in [
        ("customer-records", Right::Read, None),
        ("customer-records", Right::Edit, None),
        ("wiki-space", Right::Read, None),
        ("wiki-space", Right::Edit, Some("maria")),
        ("nothing", Right::Read, None),
    ] {
        let found = ldap.owner(&access(entry, right)).await.unwrap();
        assert_eq!(found.as_deref(), owner, "{entry} {right:?}");
    }

    // An account that ended goes on, twice is as good as once, and so is the way back.
    assert_eq!(account(&ldap, "cora").await, "expired no yes yes");
    for (act, expect) in
        [(Act::ExtendAccount, "active no no yes"), (Act::RestoreAccountEnd, "expired no yes yes")]
    {
        for _ in 0..2 {
            writer.act(&key(), act, &target("cora", None)).await.unwrap();
            assert_eq!(account(&ldap, "cora").await, expect);
        }
    }

    // Nobody is guessed.
    for (person, expect) in [
        ("twin", "the directory has several of it"),
        ("nobody", "the directory does not know it"),
        ("*", "the directory does not know it"),
    ] {
        let error = ldap.read(Reading::Account, &target(person, None)).await.unwrap_err();
        assert_eq!(error, ReadError::NotOne(expect.to_owned()), "{person}");
        let error =
            writer.act(&key(), Act::UnlockAccount, &target(person, None)).await.unwrap_err();
        assert_eq!(error, ActError::Refused(expect.to_owned()), "{person}");
    }
}

#[tokio::test]
async fn openldap_is_read_and_changed_as_far_as_its_account_may() {
    let directory = Directory::openldap().await.unwrap();
    let mut config = config(&directory, LdapKind::Openldap, "uid");
    let unsaid = Ldap::open(config.clone()).unwrap();
    assert_eq!(account(&unsaid, "noor").await, "active unknown no yes");

    config.protected_groups = vec![format!("cn=administrators,ou=groups,{}", directory.base())];
    let ldap = Ldap::open(config.clone()).unwrap();
    let writer = LdapWriter::open(config, &who(&directory, directory.desk())).unwrap();
    assert_eq!(account(&ldap, "ada").await, "active yes no no");
    assert_eq!(ldap.delegate("ada").await.unwrap().as_deref(), Some("maria"));
    assert_eq!(ldap.delegate("noor").await.unwrap(), None);
    directory.lock_out("noor").unwrap();
    assert_eq!(account(&ldap, "noor").await, "locked no no yes");
    for _ in 0..2 {
        writer.act(&key(), Act::UnlockAccount, &target("noor", None)).await.unwrap();
    }
    assert_eq!(account(&ldap, "noor").await, "active no no yes");
    assert!(directory.lets_in("noor").unwrap());
    for (act, expect) in [(Act::AddToGroup, "yes standard"), (Act::RemoveFromGroup, "no standard")]
    {
        for _ in 0..2 {
            writer.act(&key(), act, &target("noor", Some("design"))).await.unwrap();
        }
        assert_eq!(is_member(&ldap, "noor", "design").await, expect);
    }
    read_never_gives_edit(&ldap, &writer).await;
    let owner = ldap.owner(&access("wiki-space", Right::Read)).await.unwrap();
    assert_eq!(owner.as_deref(), Some("maria"));
    assert_eq!(ldap.owner(&access("wiki-space", Right::Edit)).await.unwrap(), None);
    // Her own account, and nobody's where the directory does not know one.
    writer.act(&key(), Act::AddToGroup, &target("noor", Some("design"))).await.unwrap();
    directory.lock_out("noor").unwrap();
    let own = ldap.own_account("noor").await.unwrap().unwrap();
    assert_eq!((own.state, own.password_expires_at), (Some(AccountState::Locked), None));
    assert!(own.groups.contains(&"design".to_owned()), "{own:?}");
    assert!(!own.groups.contains(&"administrators".to_owned()), "{own:?}");
    assert_eq!(ldap.own_account("none").await.unwrap(), None);
    let maria = ldap.mailbox("maria").await.unwrap().unwrap();
    assert_eq!(maria.address, "maria@lumen-oak.example");
    assert_eq!(maria.language.as_deref(), Some("de, en;q=0.5"));
    assert_eq!(ldap.mailbox("ada").await.unwrap(), None);
}

#[tokio::test]
async fn groups_that_cannot_be_meant_are_refused_before_anything_is_asked() {
    let directory = Directory::openldap().await.unwrap();
    for (wrong, why) in [
        (vec![offered("a", ["one", "ONE"], &[])], "its group gives another right too"),
        (
            vec![offered("a", ["one", "two"], &[]), offered("a", ["three", "four"], &[])],
            "it is there twice",
        ),
    ] {
        let config = LdapConfig { grants: wrong, ..config(&directory, LdapKind::Openldap, "uid") };
        let error = Ldap::open(config).unwrap_err();
        assert!(matches!(&error, LdapError::Grants { why: it, .. } if it == why), "{error}");
    }
    let mut people = offered("a", ["one", "two"], &[]);
    people.rights.insert(Right::Administer, "three".to_owned());
    let config =
        LdapConfig { grants: vec![people], ..config(&directory, LdapKind::Openldap, "uid") };
    let writer = LdapWriter::open(config, &who(&directory, directory.desk()));
    assert!(matches!(writer, Err(LdapError::Grants { .. })), "{writer:?}");
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_asked_again_later() {
    let directory = Directory::openldap().await.unwrap();
    let config = config(&directory, LdapKind::Openldap, "uid");
    let mut unknown = config.clone();
    // A certificate of somebody else.
    let other = Directory::openldap().await.unwrap();
    unknown.ca_file = Some(other.ca_file());
    let ldap = Ldap::open(unknown).unwrap();
    let error = ldap.read(Reading::Account, &target("noor", None)).await.unwrap_err();
    assert!(matches!(error, ReadError::Later(_)), "{error:?}");

    let mut wrong = config.clone();
    wrong.reader.user = "uid=nobody,dc=lumen-oak,dc=example".to_owned();
    let error = Ldap::open(wrong).unwrap().read(Reading::Account, &target("noor", None)).await;
    assert!(
        matches!(&error, Err(ReadError::Refused(why)) if why.starts_with("code 49")),
        "{error:?}"
    );

    let ldap = Ldap::open(config).unwrap();
    drop(directory);
    let error = ldap.read(Reading::Account, &target("noor", None)).await.unwrap_err();
    assert!(matches!(error, ReadError::Later(_)), "{error:?}");
}

#[test]
fn without_tls_nothing_is_asked() {
    let text =
        "{kind: active_directory, url: 'ldap://dc1', base: DC=x, subject_attribute: employeeID,
        reader: {user: x, password_file: /nowhere}}";
    let config: LdapConfig = serde_saphyr::from_str(text).unwrap();
    let error = Ldap::open(config).unwrap_err();
    assert_eq!(error.to_string(), "ldap://dc1 is not an address that begins with ldaps://");
}
