//! The real keyring of a desktop session.

use identity::{InstallationKey, Keyring, KeyringEntry, Revocation};
use test_support::ProviderOptions;

use crate::desk::{Desk, sign_in};

/// Entries of a test are its own: the session's keyring is shared by all that run in it.
async fn own_keyring(name: &str) -> Keyring {
    let has_session = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    assert!(
        has_session,
        "this test needs a session bus with an unlocked keyring: run it through `cargo xtask test`"
    );
    let keyring = Keyring::open_as(&format!("deskside-test-{name}-{}", std::process::id())).await;
    assert!(keyring.is_persistent(), "the keyring of this session does not answer");
    keyring
}

/// What a second process of the app sees.
async fn reopened(name: &str) -> Keyring {
    own_keyring(name).await
}

#[tokio::test]
async fn the_session_survives_a_restart_in_the_keyring_and_leaves_it_on_sign_out() {
    let desk = Desk::with(own_keyring("session").await, &ProviderOptions::default()).await;
    let person = sign_in(&desk.app(), "noor").await;

    let restarted = desk.restarted_with(reopened("session").await);
    let app = restarted.app();
    assert_eq!(app.signed_in().await.unwrap(), Some(person));
    app.access_token().await.unwrap();
    assert_eq!(app.sign_out().await.unwrap(), Revocation::Confirmed);

    let left = reopened("session").await.get(KeyringEntry::RefreshToken).await.unwrap();
    assert_eq!(left, None);
}

#[tokio::test]
async fn the_installation_keeps_its_key() {
    let made = InstallationKey::load_or_create(&own_keyring("key").await).await.unwrap();
    let keyring = reopened("key").await;
    let found = InstallationKey::load_or_create(&keyring).await.unwrap();

    assert_eq!(made.id(), found.id());
    assert_eq!(made.public_key_base64(), found.public_key_base64());
    keyring.delete(KeyringEntry::InstallationKey).await.unwrap();
    keyring.delete(KeyringEntry::InstallationKey).await.unwrap();
}

/// No session bus, as on a server: this test again, without one.
#[tokio::test]
async fn without_a_keyring_the_session_lasts_until_the_app_is_closed() {
    const THIS_TEST: &str =
        "os_keyring::without_a_keyring_the_session_lasts_until_the_app_is_closed";
    const INSIDE: &str = "NO_KEYRING_HERE";
    if std::env::var_os(INSIDE).is_some() {
        let keyring = Keyring::open().await;
        assert!(!keyring.is_persistent());
        let desk = Desk::with(keyring, &ProviderOptions::default()).await;
        let app = desk.app();
        sign_in(&app, "noor").await;
        desk.pass(600).await;
        app.access_token().await.unwrap();
        let restarted = desk.restarted_with(Keyring::open().await);
        assert_eq!(restarted.app().signed_in().await.unwrap(), None);
        return;
    }
    let inside = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", THIS_TEST, "--nocapture"])
        .env(INSIDE, "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}");
}
