use std::collections::BTreeMap;
use std::sync::Arc;

use connectors::{Ports, RecordedDevice, RecordedDirectory, RecordedPerson};
use test_support::Directory;
use ticket::{AccountState, ProblemCode, ServerFacts};

use crate::world::{Laptop, World, assert_refused};

fn directory(device: &str) -> RecordedDirectory {
    let person = |subject: &str, account, groups: &[&str]| RecordedPerson {
        subject: subject.to_owned(),
        account,
        manager: None,
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
    // Not in the directory, and twice in it: nothing is claimed.
    assert_eq!(facts(&world, "tomas").await, ServerFacts::default());
    assert_eq!(facts(&world, "twin").await, ServerFacts::default());
    // Gone in between: the app goes on without.
    drop(samba);
    assert_eq!(facts(&world, "noor").await, ServerFacts::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_directory_nothing_is_claimed() {
    let world = World::start().await;
    assert_eq!(facts(&world, "noor").await, ServerFacts::default());
}
