use std::collections::BTreeMap;
use std::sync::Arc;

use audit::EntryKind;
use connectors::{Ports, RecordedDevice, RecordedDirectory, RecordedPerson};
use jiff::Timestamp;
use test_support::Directory;
use ticket::{AccountState, OwnAccount, ProblemCode, ServerFacts};

use crate::world::{Laptop, World, assert_refused};

fn directory(device: &str) -> RecordedDirectory {
    let person = |subject: &str, account, groups: &[&str]| RecordedPerson {
        subject: subject.to_owned(),
        account,
        manager: None,
        delegate: None,
        mail: None,
        language: None,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    };
    RecordedDirectory {
        vpn_groups: vec!["vpn-users".to_owned()],
        people: vec![
            person("noor", AccountState::Active, &["staff", "vpn-users"]),
            person("maria", AccountState::Locked, &["staff"]),
        ],
        owners: BTreeMap::new(),
        devices: vec![RecordedDevice { name: device.to_owned(), compliant: false }],
    }
}

async fn facts(world: &World, name: &str) -> ServerFacts {
    let laptop = Laptop::enrolled(world, name).await;
    let token = world.issuer.token(name);
    world.get_signed("/v1/facts", &token, &laptop).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_hears_of_themselves_alone() {
    let device = Laptop::new().enrollment()["device_name"].as_str().unwrap().to_owned();
    let ports = Ports { directory: Some(Arc::new(directory(&device))), ..Ports::default() };
    let world = World::start_connected(ports, |_, _| ()).await;
    let noor = ServerFacts {
        account: Some(AccountState::Active),
        vpn_access: Some(true),
        device_compliant: Some(false),
    };
    assert_eq!(facts(&world, "noor").await, noor);
    let maria = facts(&world, "maria").await;
    assert_eq!((maria.account, maria.vpn_access), (Some(AccountState::Locked), Some(false)));
    let unknown = facts(&world, "tomas").await;
    assert_eq!((unknown.account, unknown.vpn_access), (None, None));

    // A token alone, without the signature of an enrolled device, is not enough.
    let unsigned = world.get("/v1/facts", &world.issuer.token("noor")).await;
    assert_refused(unsigned, 403, ProblemCode::NotAllowed).await;
}

async fn account(world: &World, name: &str) -> OwnAccount {
    let laptop = Laptop::enrolled(world, name).await;
    let token = world.issuer.token(name);
    world.get_signed("/v1/account", &token, &laptop).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_shown_their_own_account_and_that_is_in_the_trail() {
    let ports = Ports { directory: Some(Arc::new(directory("LO-1"))), ..Ports::default() };
    let world = World::start_connected(ports, |_, _| ()).await;
    let maria = account(&world, "maria").await;
    assert_eq!((maria.state, maria.groups), (Some(AccountState::Locked), vec!["staff".to_owned()]));
    assert_eq!(account(&world, "tomas").await, OwnAccount::default());
    let trail = world.records().await.general_trail().await.unwrap();
    let shown = trail.entries.iter().filter(|it| it.kind == EntryKind::AccountShown);
    assert_eq!(shown.count(), 1);
    let unsigned = world.get("/v1/account", &world.issuer.token("maria")).await;
    assert_refused(unsigned, 403, ProblemCode::NotAllowed).await;
}

/// Active Directory, as Samba has it.
#[tokio::test(flavor = "multi_thread")]
async fn the_companys_own_directory_is_asked() {
    let samba = Directory::samba().await.unwrap();
    let ldap = serde_json::from_value(samba.config()).unwrap();
    let world = World::start_with(|config, _| config.ldap = Some(ldap)).await;
    samba.lock_out("noor").unwrap();
    let noor = facts(&world, "noor").await;
    assert_eq!((noor.account, noor.vpn_access), (Some(AccountState::Locked), Some(true)));
    let maria = facts(&world, "maria").await;
    assert_eq!((maria.account, maria.vpn_access), (Some(AccountState::Active), Some(false)));
    // Their own account, whose password ends as the policy of the domain says.
    let noor = account(&world, "noor").await;
    assert_eq!((noor.state, noor.must_change_password), (Some(AccountState::Locked), false));
    assert!(noor.groups.contains(&"vpn-users".to_owned()), "{noor:?}");
    let ends = noor.password_expires_at.unwrap().duration_since(Timestamp::now());
    assert!((1..=42 * 24).contains(&ends.as_hours()), "{noor:?}");
    let maria = account(&world, "maria").await;
    assert_eq!(maria.state, Some(AccountState::Active));
    assert!(!maria.groups.contains(&"vpn-users".to_owned()), "{maria:?}");
    assert_eq!(account(&world, "twin").await, OwnAccount::default());
    // Not in the directory, and twice in it: nothing is claimed.
    assert_eq!(facts(&world, "tomas").await, ServerFacts::default());
    assert_eq!(facts(&world, "twin").await, ServerFacts::default());
    // Gone in between: the app goes on without.
    drop(samba);
    assert_eq!(facts(&world, "noor").await, ServerFacts::default());
    let (laptop, token) = (Laptop::enrolled(&world, "noor").await, world.issuer.token("noor"));
    let asked = world.get_signed("/v1/account", &token, &laptop).await;
    assert_refused(asked, 503, ProblemCode::Internal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_directory_nothing_is_claimed() {
    let world = World::start().await;
    assert_eq!(facts(&world, "noor").await, ServerFacts::default());
    assert_eq!(account(&world, "noor").await, OwnAccount::default());
}
