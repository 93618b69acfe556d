use identity::{IdentityError, KeyringEntry, Revocation};
use test_support::{Act, HttpBrowser};

use crate::desk::{Desk, fresh, ordinary, press, sign_in};

#[tokio::test]
async fn renews_a_token_that_is_about_to_end_and_rotates_the_refresh_token() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;
    let first = app.access_token().await.unwrap();
    let kept = desk.keyring.get(KeyringEntry::RefreshToken).await.unwrap();

    desk.pass(290).await;
    let second = app.access_token().await.unwrap();

    assert_ne!(first.secret, second.secret);
    assert!(second.expires_at > first.expires_at);
    assert_ne!(kept, desk.keyring.get(KeyringEntry::RefreshToken).await.unwrap());
    assert_eq!(app.access_token().await.unwrap().secret, second.secret, "held");
}

#[tokio::test]
async fn twenty_callers_cost_one_refresh() {
    let desk = Desk::new().await;
    let app = std::sync::Arc::new(desk.app());
    sign_in(&app, "noor").await;
    desk.pass(600).await;

    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let app = std::sync::Arc::clone(&app);
        callers.spawn(async move { app.access_token().await.unwrap().secret });
    }
    let mut tokens = callers.join_all().await;
    tokens.dedup();

    assert_eq!(tokens.len(), 1);
    assert_eq!(desk.provider.token_calls("refresh_token").await.unwrap(), 1);
}

#[tokio::test]
async fn two_processes_of_the_app_survive_each_others_rotation() {
    let desk = Desk::new().await;
    let (window, command_line) = (desk.app(), desk.app());
    sign_in(&window, "noor").await;

    for _ in 0..5 {
        desk.pass(600).await;
        let (one, two) = tokio::join!(window.access_token(), command_line.access_token());
        one.unwrap();
        two.unwrap();
    }

    let log = desk.provider.log().await.unwrap();
    assert!(log.iter().all(|call| call.status < 400), "{log:?}");
}

#[tokio::test]
async fn a_restart_restores_the_person_without_asking_anybody() {
    let desk = Desk::new().await;
    let before = sign_in(&desk.app(), "maria").await;
    let calls = desk.provider.log().await.unwrap().len();

    let restarted = desk.app();
    assert_eq!(restarted.signed_in().await.unwrap(), Some(before));
    assert_eq!(desk.provider.log().await.unwrap().len(), calls);

    assert_eq!(restarted.access_token().await.unwrap().name.as_deref(), Some("Maria Santos"));
}

#[tokio::test]
async fn a_provider_that_is_away_does_not_end_the_session() {
    let desk = Desk::new().await;
    let app = desk.app();
    let person = sign_in(&app, "noor").await;
    desk.turn_device_clock(600);
    drop(desk.provider);

    let result = app.access_token().await;

    assert!(matches!(result, Err(IdentityError::ProviderUnreachable(_))), "{result:?}");
    assert_eq!(app.signed_in().await.unwrap(), Some(person));
}

#[tokio::test]
async fn a_session_the_provider_ended_needs_a_new_sign_in() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;
    let kept = desk.keyring.get(KeyringEntry::RefreshToken).await.unwrap().unwrap();
    desk.app().sign_out().await.unwrap();
    desk.keyring.set(KeyringEntry::RefreshToken, kept).await;

    app.forget_access_token().await;
    let result = app.access_token().await;

    assert!(matches!(result, Err(IdentityError::SignInNeeded)), "{result:?}");
    assert_eq!(app.signed_in().await.unwrap(), None);
    assert_eq!(desk.keyring.get(KeyringEntry::RefreshToken).await.unwrap(), None);
}

#[tokio::test]
async fn signing_out_revokes_the_refresh_token() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;

    assert_eq!(app.sign_out().await.unwrap(), Revocation::Confirmed);

    assert_eq!(app.signed_in().await.unwrap(), None);
    assert!(matches!(app.access_token().await, Err(IdentityError::SignInNeeded)));
    let log = desk.provider.log().await.unwrap();
    let revoked = log.iter().any(|call| call.path == "/token/revocation" && call.status == 200);
    assert!(revoked, "{log:?}");
}

#[tokio::test]
async fn signing_out_offline_forgets_the_token_and_says_that_nobody_heard() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;
    drop(desk.provider);

    assert_eq!(app.sign_out().await.unwrap(), Revocation::NotReached);
    assert_eq!(app.signed_in().await.unwrap(), None);
}

#[tokio::test]
async fn a_fresh_sign_in_moves_the_time_of_authentication() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    let (first, _) = press(&app, &ordinary(), &browser, Act::SignIn("noor")).await;
    desk.pass(120).await;

    let (again, _) = press(&app, &ordinary(), &browser, Act::Cancel).await;
    assert_eq!(again.unwrap().auth_time, first.as_ref().unwrap().auth_time, "the same session");
    let (second, _) = press(&app, &fresh(60, None), &browser, Act::SignIn("noor")).await;

    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(second.auth_time > first.auth_time);
    assert_eq!(app.access_token().await.unwrap().auth_time, second.auth_time);
}

#[tokio::test]
async fn a_stronger_sign_in_asks_for_the_code() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    press(&app, &ordinary(), &browser, Act::SignIn("noor")).await.0.unwrap();

    let request = fresh(300, Some("urn:deskside:mfa"));
    let (result, _) = press(&app, &request, &browser, Act::SignIn("noor")).await;

    assert_eq!(result.unwrap().acr.as_deref(), Some("urn:deskside:mfa"));
}

#[tokio::test]
async fn somebody_else_cannot_make_the_session_fresh() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;

    let browser = HttpBrowser::new().unwrap();
    let (result, _) = press(&app, &fresh(300, None), &browser, Act::SignIn("maria")).await;

    assert!(matches!(result, Err(IdentityError::Mismatch(_))), "{result:?}");
    assert_eq!(app.signed_in().await.unwrap().unwrap().subject, "noor");
    app.access_token().await.unwrap();
}
